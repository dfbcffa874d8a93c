import { createHash } from 'node:crypto';
import type { RunningSandbox } from '@careplane/aws-sandbox';
import { ZIPS } from '../../../plugins/release-backend/src/__testUtils__/lambdaRelease';
import { foundReleaseId } from '../../../plugins/release-backend/src/service/foundReleases';
import { pushImage, SERVICE } from './ecsEstate';
import { releaseOf, Target } from './estate';
import { makeServices } from './services';

/** Longer than a function takes to become active. */
const SETTLED_MS = 60_000;

const hashOf = (code: Buffer) =>
  createHash('sha256').update(code).digest('base64');

/** Functions of an account, made, changed and published by somebody else. */
function functionsOf(sandbox: RunningSandbox, account: string) {
  const call = async (operation: string, input: object) => {
    await sandbox.call('lambda', operation, input, { account });
    await sandbox.clock.advance(SETTLED_MS);
  };
  return {
    /** A function with its version 1, to which the alias points. */
    make: async (FunctionName: string, Name: string, code: Buffer) => {
      await call('CreateFunction', {
        FunctionName,
        Runtime: 'nodejs22.x',
        Role: `arn:aws:iam::${account}:role/${FunctionName}`,
        Handler: 'index.handler',
        Code: { ZipFile: code },
      });
      await call('PublishVersion', { FunctionName });
      await call('CreateAlias', { FunctionName, Name, FunctionVersion: '1' });
    },
    /** Version 2, with an alias of its own. */
    publish: async (FunctionName: string, Name: string, code: Buffer) => {
      await call('UpdateFunctionCode', { FunctionName, ZipFile: code });
      await call('PublishVersion', { FunctionName });
      await call('CreateAlias', { FunctionName, Name, FunctionVersion: '2' });
    },
  };
}

const aliasArn = (account: string, name: string, alias: string) =>
  `arn:aws:lambda:us-east-1:${account}:function:${name}:${alias}`;

const [OLD, NEW] = [ZIPS['1.0.0'], ZIPS['1.1.0']].map(text =>
  Buffer.from(text, 'base64'),
);

const lambdaCopy = (account: string, name: string): Target => ({
  account,
  name,
  kind: 'lambda-alias',
  arn: aliasArn(account, name, 'live'),
  live: { id: '1', contentHash: hashOf(OLD) },
  next: releaseOf(
    name,
    'lambda-alias',
    foundReleaseId('lambda-alias', hashOf(NEW)),
    { type: 'zip', codeSha256: hashOf(NEW) },
  ),
});

/** A function in no stack, and another one that runs what it is to get. */
export async function copiedFunction(
  sandbox: RunningSandbox,
  account: string,
  name: string,
): Promise<Target> {
  const functions = functionsOf(sandbox, account);
  await functions.make(`${name}-dev`, 'live', NEW);
  await functions.make(name, 'live', OLD);
  return {
    ...lambdaCopy(account, name),
    publish: {
      mode: 'copy',
      published: false,
      from: {
        arn: aliasArn(account, `${name}-dev`, 'live'),
        stage: 'dev',
        revision: { id: '1', contentHash: hashOf(NEW) },
      },
    },
  };
}

/** A function in no stack with an alias for each stage. */
export async function aliasesOfStages(
  sandbox: RunningSandbox,
  account: string,
  name: string,
): Promise<Target> {
  const functions = functionsOf(sandbox, account);
  await functions.make(name, 'live', OLD);
  await functions.publish(name, 'dev', NEW);
  return {
    ...lambdaCopy(account, name),
    publish: {
      mode: 'version',
      published: false,
      from: {
        arn: aliasArn(account, name, 'dev'),
        stage: 'dev',
        revision: { id: '2', contentHash: hashOf(NEW) },
      },
    },
  };
}

/** A service in no stack, and another one that runs what it is to get. */
export async function copiedService(
  sandbox: RunningSandbox,
  account: string,
): Promise<Target> {
  const name = SERVICE;
  const [own, dev] = await makeServices(sandbox, account, [
    name,
    `${name}-dev`,
  ]);
  await sandbox.call(
    'ecr',
    'CreateRepository',
    { repositoryName: name },
    { account },
  );
  const digest = await pushImage(sandbox, account, '1.1.0');
  const definition = (family: string, revision: number) =>
    `arn:aws:ecs:us-east-1:${account}:task-definition/${family}:${revision}`;
  await sandbox.call(
    'ecs',
    'RegisterTaskDefinition',
    {
      family: `${name}-dev`,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [
        {
          name: 'app',
          image: `${account}.dkr.ecr.us-east-1.amazonaws.com/${name}@${digest}`,
        },
      ],
    },
    { account },
  );
  return {
    account,
    name,
    kind: 'ecs-service',
    arn: own.arn,
    live: { id: definition(name, 2), contentHash: `sha256:${'2'.repeat(64)}` },
    next: releaseOf(
      name,
      'ecs-service',
      foundReleaseId('ecs-service', digest),
      { type: 'image', repositoryArn: '', digest, tags: [] },
    ),
    publish: {
      mode: 'copy',
      published: false,
      from: {
        arn: dev.arn,
        stage: 'dev',
        revision: { id: definition(`${name}-dev`, 3), contentHash: digest },
      },
    },
  };
}
