import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { startSandbox } from '../../startSandbox';
import { clientOptions, zipOf } from '../../testing';
import type { RunningSandbox } from '../../core';

const GROUP = '/aws/lambda/talks';
jest.setTimeout(60_000);

describe("a function's log", () => {
  let sandbox: RunningSandbox;
  let lambda: LambdaClient;
  let logs: CloudWatchLogsClient;

  beforeAll(async () => {
    sandbox = await startSandbox();
    const options = clientOptions(sandbox.url, '222222222222');
    lambda = new LambdaClient(options);
    logs = new CloudWatchLogsClient(options);
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'talks',
        Role: 'arn:aws:iam::222222222222:role/svc-talks',
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: {
          ZipFile: await zipOf({
            'index.js': `exports.handler = async (event, context) => {
              console.log('first'); console.error('second');
              process.stdout.write('x'.repeat(event.bytes || 0));
              return context.logStreamName;
            };`,
          }),
        },
      }),
    );
    await waitUntilFunctionActiveV2(
      { client: lambda, maxWaitTime: 10, minDelay: 0.1, maxDelay: 0.1 },
      { FunctionName: 'talks' },
    );
  });

  afterAll(() => sandbox?.close());

  async function invoke(event: object = {}): Promise<string> {
    const { Payload } = await lambda.send(
      new InvokeCommand({
        FunctionName: 'talks',
        Payload: JSON.stringify(event),
      }),
    );
    return JSON.parse(Payload?.transformToString() ?? '');
  }

  async function streams() {
    const { logStreams = [] } = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName: GROUP }),
    );
    return logStreams;
  }

  it('holds what the handler wrote, in the stream that its context names', async () => {
    const stream = await invoke();
    expect(stream).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
    const { events = [] } = await logs.send(
      new FilterLogEventsCommand({
        logGroupName: GROUP,
        logStreamNames: [stream],
      }),
    );
    const written = events.map(event => event.message?.trimEnd());
    expect(written[0]).toMatch(/^START RequestId: .* Version: \$LATEST$/);
    expect(written).toEqual(expect.arrayContaining(['first', 'second']));
    expect(written.at(-1)).toMatch(/^REPORT RequestId/);
  });

  it('is bounded: so much of an invocation, and so many days', async () => {
    await invoke({ bytes: 200_000 });
    const [today] = await streams();
    const { logGroups } = await logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: GROUP }),
    );
    expect(logGroups?.[0].storedBytes).toBeGreaterThan(60_000);
    expect(logGroups?.[0].storedBytes).toBeLessThan(80_000);
    for (let day = 0; day < 22; day += 1) {
      await sandbox.clock.advance(86_400_000);
      await invoke();
    }
    const kept = await streams();
    expect(kept).toHaveLength(20);
    expect(kept.map(found => found.logStreamName)).not.toContain(
      today.logStreamName,
    );
  });
});
