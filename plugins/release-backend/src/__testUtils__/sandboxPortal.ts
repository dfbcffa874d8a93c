import { createHash, randomUUID } from 'node:crypto';
import {
  BackendFeature,
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { RunningSandbox } from '@careplane/aws-sandbox';
import type { TargetStatus } from '@careplane/backstage-plugin-release-common';
import releaseModuleAws from '@careplane/backstage-plugin-release-backend-module-aws';
import canonicalize from 'canonicalize';
import request from 'supertest';
import releasePlugin from '../index';
import { memoryDatabase } from './memoryDatabase';

export const DEV = '111111111111';
export const QA = '222222222222';
export const BUCKET = `careplane-artifacts-${DEV}`;
const DANIEL = 'user:default/daniel.okafor';
export const COMPONENTS = {
  'claims-api': (account: string) =>
    `arn:aws:lambda:us-east-1:${account}:function:claims-api:live`,
  'video-gateway': (account: string) =>
    `arn:aws:ecs:us-east-1:${account}:service/careplane/video-gateway`,
};

/** A release as the pipeline's publish step writes it. */
export async function publishRelease(
  sandbox: RunningSandbox,
  release: {
    component: keyof typeof COMPONENTS;
    kind: 'lambda-alias' | 'ecs-service';
    version: string;
    builtAt: string;
    template: string;
    contentHash: string;
    artifact: (folder: string) => object;
    code?: Buffer;
  },
): Promise<{ id: string; folder: string }> {
  const { component, kind, template, version, builtAt } = release;
  const sha256 = createHash('sha256').update(template).digest('hex');
  const identity = { artifact: release.contentHash, kind, template: sha256 };
  const id = createHash('sha256').update(canonicalize(identity)!).digest('hex');
  const folder = `releases/${component}/${id}`;
  const put = (Key: string, Body: string | Buffer) =>
    sandbox.call(
      's3',
      'PutObject',
      { Bucket: BUCKET, Key, Body: Buffer.from(Body) },
      { account: DEV },
    );
  if (release.code) await put(`${folder}/code.zip`, release.code);
  await put(`${folder}/template.yaml`, template);
  await put(
    `${folder}/manifest.json`,
    JSON.stringify({
      schema: 'careplane.dev/release/v1',
      id,
      component,
      version,
      kind,
      commit: { id: 'c0ffee12' },
      builtAt,
      pipeline: {
        arn: `arn:aws:codepipeline:us-east-1:${DEV}:${component}`,
        executionId: 'execution-1',
      },
      artifact: release.artifact(folder),
      template: { bucket: BUCKET, key: `${folder}/template.yaml`, sha256 },
      quality: {
        projectKey: component,
        analysisId: 'a',
        status: 'OK',
        at: builtAt,
      },
    }),
  );
  return { id, folder };
}

/** A stack as the pipeline, or somebody else, makes or updates it. */
export async function deployStack(
  sandbox: RunningSandbox,
  account: string,
  stack: {
    name: string;
    operation: 'CreateStack' | 'UpdateStack';
    template?: string;
    parameters: Record<string, string | undefined>;
  },
): Promise<string> {
  const ends = () => stackEnds(sandbox, account, stack.name);
  const before = stack.operation === 'CreateStack' ? 0 : (await ends()).length;
  await sandbox.call(
    'cloudformation',
    stack.operation,
    {
      StackName: stack.name,
      ...(stack.template
        ? { TemplateBody: stack.template }
        : { UsePreviousTemplate: true }),
      Parameters: Object.entries(stack.parameters).map(([key, value]) => ({
        ParameterKey: key,
        ...(value === undefined
          ? { UsePreviousValue: true }
          : { ParameterValue: value }),
      })),
    },
    { account },
  );
  const done = await until(ends, all => all.length > before);
  return done[0];
}

/** How each operation on the stack ended, newest first. */
async function stackEnds(
  sandbox: RunningSandbox,
  account: string,
  name: string,
): Promise<string[]> {
  const answer = await sandbox.call(
    'cloudformation',
    'DescribeStackEvents',
    { StackName: name },
    { account },
  );
  const events = answer.StackEvents as {
    ResourceType: string;
    ResourceStatus: string;
  }[];
  return events
    .filter(event => event.ResourceType === 'AWS::CloudFormation::Stack')
    .map(event => event.ResourceStatus)
    .filter(status =>
      /^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(status),
    );
}

export async function until<T>(
  read: () => Promise<T>,
  done: (value: T) => boolean,
): Promise<T> {
  let last: T | undefined;
  for (let i = 0; i < 200; i++) {
    last = await read();
    if (done(last)) return last;
    await new Promise(resolve => {
      setTimeout(resolve, 150);
    });
  }
  throw new Error(
    `It never came to that: ${JSON.stringify(last).slice(0, 3000)}`,
  );
}

/** The release plugin with its AWS module, over the sandbox. */
export async function startPortal(others: BackendFeature[] = []) {
  const database = memoryDatabase();
  const backend = await startTestBackend({
    features: [
      releasePlugin,
      ...others,
      database.factory,
      releaseModuleAws,
      mockServices.rootConfig.factory({
        data: {
          backend: { baseUrl: 'http://localhost' },
          careplane: { local: true },
          aws: {
            mainAccount: { accessKeyId: DEV, secretAccessKey: 'x' },
            accountDefaults: {
              roleName: 'careplane-read',
              region: 'us-east-1',
            },
            accounts: [{ accountId: DEV }, { accountId: QA }],
            roles: {
              read: 'careplane-read',
              release: 'careplane-release',
              create: 'careplane-create',
            },
            delivery: {
              accountId: DEV,
              region: 'us-east-1',
              artifactBucket: BUCKET,
            },
          },
          release: {
            stages: [
              { name: 'dev', accountId: DEV, region: 'us-east-1' },
              { name: 'qa', accountId: QA, region: 'us-east-1' },
            ],
            grants: [
              {
                stages: ['dev', 'qa'],
                groups: [DANIEL],
                acts: ['promote', 'rollback', 'lift-hold'],
              },
            ],
            poll: { interval: { seconds: 3600 } },
          },
        },
      }),
      catalogServiceMock.factory({
        entities: Object.entries(COMPONENTS).map(([name, arnOf]) => ({
          apiVersion: 'backstage.io/v1alpha1',
          kind: 'Component',
          metadata: {
            name,
            annotations: {
              'careplane.dev/target.dev': arnOf(DEV),
              'careplane.dev/target.qa': arnOf(QA),
            },
          },
          spec: {},
        })),
      }),
      createServiceFactory({
        service: signalsServiceRef,
        deps: {},
        factory: () => ({ publish: async () => {} }),
      }),
      createServiceFactory({
        service: coreServices.userInfo,
        deps: {},
        factory: () => ({
          getUserInfo: async () => ({
            userEntityRef: DANIEL,
            ownershipEntityRefs: [DANIEL],
          }),
        }),
      }),
    ],
  });
  const { server } = backend;
  const stop = async () => {
    await backend.stop();
    await database.destroy();
  };
  const auth = mockCredentials.user.header(DANIEL);
  const get = async (path: string) =>
    (
      await request(server)
        .get(`/api/release${path}`)
        .set('Authorization', auth)
    ).body;
  const post = async (path: string, body: object) =>
    (
      await request(server)
        .post(`/api/release${path}`)
        .set('Authorization', auth)
        .send(body)
    ).body;
  const path = (component: string) =>
    `/entities/component/default/${component}`;
  /** Has targets read until what pages show is so. */
  const seen = (
    component: keyof typeof COMPONENTS,
    stage: number,
    done: (target: TargetStatus) => boolean,
  ): Promise<TargetStatus> =>
    until(
      async () => {
        await post(`${path(component)}/refresh`, {});
        return (await get(path(component))).targets?.[stage]?.target;
      },
      target => Boolean(target) && done(target),
    );
  return {
    get,
    post,
    stop,
    path,
    seen,
    /** Moves the engine's clock. */
    passTime: (ms: number) =>
      database.knex('clock_offset').increment('offset_ms', ms),
    running: (
      component: keyof typeof COMPONENTS,
      stage: number,
      version: string,
    ) => seen(component, stage, one => one.current?.version === version),
    /** Asks for a rollout and follows it to its end. */
    rollOut: async (asked: object) => {
      const idempotencyKey = randomUUID();
      const made = await post('/rollouts', { idempotencyKey, ...asked });
      if (!made.id) throw new Error(JSON.stringify(made));
      return until(
        () => get(`/rollouts/${made.id}`),
        rollout => Boolean(rollout.endedAt),
      );
    },
  };
}
