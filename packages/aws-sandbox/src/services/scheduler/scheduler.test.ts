import {
  CreateFunctionCommand,
  GetFunctionCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import * as aws from '@aws-sdk/client-scheduler';
import * as sqs from '@aws-sdk/client-sqs';
import { startSandbox } from '../../startSandbox';
import { clientOptions, zipOf } from '../../testing';
import type { RunningSandbox } from '../../core';

const ACCOUNT = '333333333333';
const MINUTE = 60_000;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/scheduler`;

describe('EventBridge Scheduler', () => {
  let sandbox: RunningSandbox;
  let scheduler: aws.SchedulerClient;
  let queues: sqs.SQSClient;

  beforeEach(async () => {
    sandbox = await startSandbox();
    scheduler = new aws.SchedulerClient(clientOptions(sandbox.url, ACCOUNT));
    queues = new sqs.SQSClient(clientOptions(sandbox.url, ACCOUNT));
    for (const QueueName of ['fired', 'dead']) {
      await queues.send(new sqs.CreateQueueCommand({ QueueName }));
    }
  });

  afterEach(async () => {
    scheduler.destroy();
    queues.destroy();
    await sandbox.close();
  });

  const at = (minutes: number) => {
    const moment = sandbox.clock.now().getTime() + minutes * MINUTE;
    return `at(${new Date(moment).toISOString().slice(0, 19)})`;
  };
  const arnOf = (name: string) => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;
  const schedule = (Name: string, minutes: number, more = {}) => ({
    Name,
    ScheduleExpression: at(minutes),
    FlexibleTimeWindow: { Mode: 'OFF' as const },
    Target: { Arn: arnOf('fired'), RoleArn: ROLE, Input: `"${Name}"` },
    ...more,
  });
  const received = async (name = 'fired') => {
    await sandbox.jobs.idle();
    const { Messages = [] } = await queues.send(
      new sqs.ReceiveMessageCommand({
        QueueUrl: `${sandbox.url}/${ACCOUNT}/${name}`,
        MaxNumberOfMessages: 10,
      }),
    );
    return Messages.map(message => message.Body);
  };
  const names = async () => {
    const listed = await scheduler.send(new aws.ListSchedulesCommand({}));
    return listed.Schedules?.map(({ Name }) => Name);
  };

  it('fires once, at its time on the clock of the sandbox, and deletes itself where asked to', async () => {
    await scheduler.send(
      new aws.CreateScheduleCommand(
        schedule('gone', 10, { ActionAfterCompletion: 'DELETE' }),
      ),
    );
    await scheduler.send(new aws.CreateScheduleCommand(schedule('stays', 10)));
    await sandbox.clock.advance(9 * MINUTE);
    expect(await received()).toEqual([]);
    await sandbox.clock.advance(2 * MINUTE);
    expect((await received()).sort()).toEqual(['"gone"', '"stays"']);
    expect(await names()).toEqual(['stays']);
    await sandbox.clock.advance(60 * MINUTE);
    expect(await received()).toHaveLength(2); // Both again, never deleted.
    expect(
      sandbox.trail
        .lookup({ account: ACCOUNT })
        .map(({ eventName }) => eventName),
    ).toContain('CreateSchedule');
  });

  it('fires at the new time after a move, and never after it was deleted or disabled', async () => {
    for (const name of ['moved', 'deleted', 'disabled']) {
      await scheduler.send(new aws.CreateScheduleCommand(schedule(name, 10)));
    }
    await scheduler.send(new aws.UpdateScheduleCommand(schedule('moved', 30)));
    await scheduler.send(new aws.DeleteScheduleCommand({ Name: 'deleted' }));
    await scheduler.send(
      new aws.UpdateScheduleCommand(
        schedule('disabled', 10, { State: 'DISABLED' }),
      ),
    );
    await sandbox.clock.advance(20 * MINUTE);
    expect(await received()).toEqual([]);
    await sandbox.clock.advance(11 * MINUTE);
    expect(await received()).toEqual(['"moved"']);
  });

  it('replaces all of a schedule when it is updated, as AWS does', async () => {
    await scheduler.send(
      new aws.CreateScheduleCommand(
        schedule('one', 10, {
          Description: 'said once',
          ActionAfterCompletion: 'DELETE',
        }),
      ),
    );
    const update = schedule('one', 20);
    await scheduler.send(new aws.UpdateScheduleCommand(update));
    const got = await scheduler.send(
      new aws.GetScheduleCommand({ Name: 'one' }),
    );
    expect(got).toMatchObject({
      Arn: `arn:aws:scheduler:us-east-1:${ACCOUNT}:schedule/default/one`,
      ScheduleExpression: update.ScheduleExpression,
      ScheduleExpressionTimezone: 'UTC',
      ActionAfterCompletion: 'NONE',
      State: 'ENABLED',
      Target: update.Target,
    });
    expect(got.Description).toBeUndefined();
  });

  it('invokes a function, tries again while it is throttled, then gives up to the dead-letter queue', async () => {
    const lambda = new LambdaClient(clientOptions(sandbox.url, ACCOUNT));
    const code = `exports.handler = async event => {
      await fetch(process.env.AWS_ENDPOINT_URL, { method: 'POST', headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20260101/us-east-1/sqs/aws4_request',
        'x-amz-target': 'AmazonSQS.SendMessage',
        'content-type': 'application/x-amz-json-1.0' },
        body: JSON.stringify({ QueueUrl: '/${ACCOUNT}/fired', MessageBody: event.word }) });
    };`;
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'deadline',
        Role: ROLE,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: await zipOf({ 'index.js': code }) },
      }),
    );
    await sandbox.clock.advance(1000);
    const { Configuration } = await lambda.send(
      new GetFunctionCommand({ FunctionName: 'deadline' }),
    );
    const reserve = (count: number) =>
      lambda.send(
        new PutFunctionConcurrencyCommand({
          FunctionName: 'deadline',
          ReservedConcurrentExecutions: count,
        }),
      );
    const call = (name: string, policy: object) =>
      schedule(name, 1, {
        Target: {
          Arn: Configuration?.FunctionArn,
          RoleArn: ROLE,
          Input: `{"word":"${name}"}`,
          DeadLetterConfig: { Arn: arnOf('dead') },
          RetryPolicy: policy,
        },
      });
    await reserve(0);
    await scheduler.send(
      new aws.CreateScheduleCommand(call('once', { MaximumRetryAttempts: 0 })),
    );
    await scheduler.send(
      new aws.CreateScheduleCommand(call('again', { MaximumRetryAttempts: 9 })),
    );
    await sandbox.clock.advance(MINUTE + 1_000);
    expect(await received('dead')).toEqual(['{"word":"once"}']);
    await reserve(5);
    await sandbox.clock.advance(5 * MINUTE);
    let found: (string | undefined)[] = [];
    for (let look = 0; look < 50 && found.length === 0; look += 1) {
      await new Promise(resolve => setTimeout(resolve, 100));
      found = await received();
    }
    expect(found).toEqual(['again']);
    lambda.destroy();
  });

  it('makes any call as a universal target, with the role of the schedule', async () => {
    await scheduler.send(
      new aws.CreateScheduleCommand(
        schedule('call', 1, {
          Target: {
            Arn: 'arn:aws:scheduler:::aws-sdk:sqs:createQueue',
            RoleArn: ROLE,
            Input: '{"QueueName":"made"}',
          },
        }),
      ),
    );
    await sandbox.clock.advance(2 * MINUTE);
    await sandbox.jobs.idle();
    const { QueueUrls } = await queues.send(new sqs.ListQueuesCommand({}));
    expect(QueueUrls?.map(url => url.split('/').pop())).toContain('made');
    const [created] = sandbox.trail.lookup({
      account: ACCOUNT,
      matches: event =>
        event.eventName === 'CreateQueue' &&
        event.requestParameters?.queueName === 'made',
    });
    expect(created.userIdentity).toMatchObject({
      type: 'AssumedRole',
      invokedBy: 'scheduler.amazonaws.com',
    });
  });

  it('keeps schedules in groups that can be deleted as a whole', async () => {
    await scheduler.send(new aws.CreateScheduleGroupCommand({ Name: 'a' }));
    await scheduler.send(
      new aws.CreateScheduleCommand(schedule('one', 5, { GroupName: 'a' })),
    );
    await expect(
      scheduler.send(
        new aws.CreateScheduleCommand(schedule('one', 5, { GroupName: 'b' })),
      ),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(
      scheduler.send(new aws.GetScheduleGroupCommand({ Name: 'a' })),
    ).resolves.toMatchObject({ State: 'ACTIVE' });
    await expect(
      scheduler.send(new aws.ListScheduleGroupsCommand({})),
    ).resolves.toMatchObject({
      ScheduleGroups: [{ Name: 'default' }, { Name: 'a' }],
    });
    await scheduler.send(new aws.DeleteScheduleGroupCommand({ Name: 'a' }));
    expect(await names()).toEqual([]);
    await sandbox.clock.advance(10 * MINUTE);
    expect(await received()).toEqual([]);
  });

  it("refuses with AWS's own errors what Scheduler refuses", async () => {
    await scheduler.send(new aws.CreateScheduleCommand(schedule('one', 5)));
    await expect(
      scheduler.send(new aws.CreateScheduleCommand(schedule('one', 5))),
    ).rejects.toMatchObject({ name: 'ConflictException' });
    const token = schedule('two', 5, { ClientToken: 't' });
    await scheduler.send(new aws.CreateScheduleCommand(token));
    await scheduler.send(new aws.CreateScheduleCommand(token));
    await expect(
      scheduler.send(new aws.GetScheduleCommand({ Name: 'none' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    for (const bad of [
      { ScheduleExpression: 'at(tomorrow)' },
      { ScheduleExpression: 'rate(5 minutes)' },
      { FlexibleTimeWindow: { Mode: 'FLEXIBLE' as const } },
      { ScheduleExpressionTimezone: 'Europe/Vienna' },
      { Target: { Arn: arnOf('fired'), RoleArn: 'nobody' } },
      { Target: { Arn: 'arn:aws:ecs:x', RoleArn: ROLE } },
    ]) {
      await expect(
        scheduler.send(new aws.CreateScheduleCommand(schedule('bad', 5, bad))),
      ).rejects.toMatchObject({ name: 'ValidationException' });
    }
  });
});
