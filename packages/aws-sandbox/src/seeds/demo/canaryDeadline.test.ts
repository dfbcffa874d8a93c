import {
  CreateAliasCommand,
  CreateFunctionCommand,
  GetAliasCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateScheduleCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { startSandbox } from '../../startSandbox';
import { clientOptions, zipOf } from '../../testing';
import type { RunningSandbox } from '../../core';
import { installCanaryDeadline } from './canaryDeadline';

const ACCOUNT = '333333333333';
const alias = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:visit-api:live`;
jest.setTimeout(60_000);

describe('the canary deadline in an account of the sandbox', () => {
  let sandbox: RunningSandbox;
  let lambda: LambdaClient;

  beforeAll(async () => {
    sandbox = await startSandbox();
    lambda = new LambdaClient(clientOptions(sandbox.url, ACCOUNT));
    await installCanaryDeadline(sandbox, { account: ACCOUNT });
    const code = (answer: string) =>
      zipOf({ 'index.js': `exports.handler = () => '${answer}';` });
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'visit-api',
        Role: `arn:aws:iam::${ACCOUNT}:role/visit-api`,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: await code('one') },
        Publish: true,
      }),
    );
    await sandbox.clock.advance(1000);
    await lambda.send(
      new UpdateFunctionCodeCommand({
        FunctionName: 'visit-api',
        ZipFile: await code('two'),
      }),
    );
    await sandbox.clock.advance(1000);
    await lambda.send(new PublishVersionCommand({ FunctionName: 'visit-api' }));
    await lambda.send(
      new CreateAliasCommand({
        FunctionName: 'visit-api',
        Name: 'live',
        FunctionVersion: '1',
      }),
    );
  });

  afterAll(async () => {
    lambda.destroy();
    await sandbox.close();
  });

  it('is invoked by its schedule, takes the canary back, and leaves what it must leave', async () => {
    const scheduler = new SchedulerClient(clientOptions(sandbox.url, ACCOUNT));
    const arm = (Name: string, input: object) =>
      scheduler.send(
        new CreateScheduleCommand({
          Name,
          GroupName: 'careplane',
          ScheduleExpression: `at(${new Date(
            sandbox.clock.now().getTime() + 3_600_000,
          )
            .toISOString()
            .slice(0, 19)})`,
          FlexibleTimeWindow: { Mode: 'OFF' },
          ActionAfterCompletion: 'DELETE',
          Target: {
            Arn: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:careplane-canary-deadline`,
            RoleArn: `arn:aws:iam::${ACCOUNT}:role/careplane-canary-deadline-scheduler`,
            Input: JSON.stringify({
              alias,
              stable: '1',
              candidate: '2',
              ...input,
            }),
          },
        }),
      );
    await lambda.send(
      new UpdateAliasCommand({
        FunctionName: 'visit-api',
        Name: 'live',
        RoutingConfig: { AdditionalVersionWeights: { '2': 0.1 } },
      }),
    );
    await arm('cp-other', { rollout: 'other', candidate: '9' });
    await arm('cp-ours', { rollout: 'ours' });
    await sandbox.clock.advance(3_600_000);
    const read = () =>
      lambda.send(
        new GetAliasCommand({ FunctionName: 'visit-api', Name: 'live' }),
      );
    for (let look = 0; look < 100; look += 1) {
      const { RoutingConfig } = await read();
      if (!RoutingConfig?.AdditionalVersionWeights?.['2']) break;
      await new Promise(resolve => setTimeout(resolve, 200));
    }
    const after = await read();
    expect(after.FunctionVersion).toBe('1');
    expect(after.RoutingConfig?.AdditionalVersionWeights ?? {}).toEqual({});
    const writes = sandbox.trail.lookup({
      account: ACCOUNT,
      matches: event => event.eventName === 'UpdateAlias20150331',
    });
    expect(writes).toHaveLength(2);
    expect(writes[0].userIdentity.arn).toBe(
      `arn:aws:sts::${ACCOUNT}:assumed-role/careplane-canary-deadline/careplane-canary-deadline`,
    );
    scheduler.destroy();
  });
});
