import {
  CreateAliasCommand,
  CreateFunctionCommand,
  LambdaClient,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import {
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import {
  installCanaryDeadline,
  RunningSandbox,
  startSandbox,
} from '@careplane/aws-sandbox';
import { ZipFile } from 'yazl';
import { buffer } from 'node:stream/consumers';
import { asAccount, QA, target, testAws, write } from '../testUtils/aws';
import { CanaryDeadlines } from './CanaryDeadlines';

const ARN = `arn:aws:lambda:us-east-1:${QA}:function:claims-api:live`;
const alias = target(ARN, 'lambda-alias');
const NAME = `cp-${write.rolloutId}`;

describe('CanaryDeadlines', () => {
  let sandbox: RunningSandbox;
  let scheduler: SchedulerClient;
  let deadlines: CanaryDeadlines;
  let now = 0;

  beforeAll(() => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  });
  beforeEach(async () => {
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
    scheduler = new SchedulerClient(asAccount(QA));
    deadlines = new CanaryDeadlines({ ...testAws(), now: () => now });
  });
  afterEach(async () => {
    scheduler.destroy();
    delete process.env.AWS_ENDPOINT_URL;
    await sandbox.close();
  });

  const at = (hours: number) =>
    new Date(sandbox.clock.now().getTime() + hours * 3_600_000).toISOString();
  const arm = (hours: number, candidate = '2') =>
    deadlines.arm(alias, { at: at(hours), stable: '1', candidate }, write);

  it('says whether an account guards its canaries, and looks again later', async () => {
    const none = await deadlines.supports(alias);
    expect(none).toMatchObject({
      guarded: false,
      reason: expect.stringContaining('careplane-canary-deadline'),
    });
    await installCanaryDeadline(sandbox, { account: QA });
    await expect(deadlines.supports(alias)).resolves.toBe(none);
    now += 6 * 60_000;
    await expect(deadlines.supports(alias)).resolves.toEqual({ guarded: true });
    const looked = sandbox.requests
      .since(0)
      .filter(call => call.operation === 'GetFunction');
    expect(looked).toHaveLength(2);
    sandbox.faults.add({ kind: 'deny', service: 'lambda' });
    now += 6 * 60_000;
    await expect(deadlines.supports(alias)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  it('makes one schedule for a rollout, moves it, and deletes it, as the person who asked', async () => {
    await installCanaryDeadline(sandbox, { account: QA });
    await arm(1);
    await arm(2, '3');
    const { Schedules } = await scheduler.send(new ListSchedulesCommand({}));
    expect(Schedules).toHaveLength(1);
    const schedule = await scheduler.send(
      new GetScheduleCommand({ Name: NAME, GroupName: 'careplane' }),
    );
    expect(schedule).toMatchObject({
      ActionAfterCompletion: 'DELETE',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ScheduleExpressionTimezone: 'UTC',
      Target: {
        Arn: `arn:aws:lambda:us-east-1:${QA}:function:careplane-canary-deadline`,
        RoleArn: `arn:aws:iam::${QA}:role/careplane-canary-deadline-scheduler`,
      },
    });
    expect(JSON.parse(schedule.Target?.Input ?? '')).toEqual({
      alias: ARN,
      stable: '1',
      candidate: '3',
      rollout: write.rolloutId,
    });
    const made = sandbox.trail.lookup({
      account: QA,
      matches: event => event.eventName === 'CreateSchedule',
    });
    expect(JSON.stringify(made[0].userIdentity)).toContain('daniel.okafor');
    expect(made[0].userIdentity.arn).toContain('/careplane-release/');

    await deadlines.disarm(alias, write);
    await deadlines.disarm(alias, write);
    await expect(
      scheduler.send(new ListSchedulesCommand({})),
    ).resolves.toMatchObject({ Schedules: [] });
  });

  it('fails by name where the account lacks the group, and where the role may not', async () => {
    await expect(arm(1)).rejects.toMatchObject({ name: 'NotFoundError' });
    await installCanaryDeadline(sandbox, { account: QA });
    sandbox.faults.add({ kind: 'deny', service: 'scheduler', count: 1 });
    await expect(arm(1)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('scheduler:CreateSchedule'),
    });
  });

  it('tells who wrote the alias last: its deadline, or somebody else', async () => {
    await installCanaryDeadline(sandbox, { account: QA });
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from('exports.handler = () => 1;'), 'index.js');
    zip.end();
    const lambda = new LambdaClient(asAccount(QA));
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'claims-api',
        Role: `arn:aws:iam::${QA}:role/claims-api`,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Publish: true,
        Code: {
          ZipFile: await buffer(zip.outputStream as NodeJS.ReadableStream),
        },
      }),
    );
    await sandbox.clock.advance(60_000);
    await lambda.send(
      new CreateAliasCommand({
        FunctionName: 'claims-api',
        Name: 'live',
        FunctionVersion: '1',
      }),
    );
    const since = at(0);
    await expect(deadlines.lastWriter(alias, since)).resolves.toBeUndefined();
    const update = (FunctionName: string) =>
      lambda.send(
        new UpdateAliasCommand({
          FunctionName,
          Name: 'live',
          FunctionVersion: '1',
        }),
      );
    await sandbox.clock.advance(1_000);
    await update(`arn:aws:lambda:us-east-1:${QA}:function:claims-api`);
    await expect(deadlines.lastWriter(alias, since)).resolves.toMatchObject({
      actor: 'user/sandbox',
      isDeadline: false,
    });
    await sandbox.clock.advance(1_000);
    await sandbox.call(
      'lambda',
      'UpdateAlias',
      { FunctionName: 'claims-api', Name: 'live', FunctionVersion: '1' },
      {
        account: QA,
        principal: {
          arn: `arn:aws:sts::${QA}:assumed-role/any/careplane-canary-deadline`,
          accessKeyId: QA,
        },
      },
    );
    await expect(deadlines.lastWriter(alias, since)).resolves.toMatchObject({
      isDeadline: true,
    });
    lambda.destroy();
  });
});
