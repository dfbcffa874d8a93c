import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { startSandbox, type RunningSandbox } from '../..';
import { filterMatches } from './filterPattern';

let sandbox: RunningSandbox;
let client: CloudWatchLogsClient;
const group = { logGroupName: '/aws/lambda/visit-api' };
const stream = { ...group, logStreamName: '2026/11/23/[$LATEST]abc' };

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0 });
  client = new CloudWatchLogsClient({
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials: { accessKeyId: '111111111111', secretAccessKey: 'x' },
  });
});

afterAll(() => sandbox?.close());

it('keeps events in order and pages through them both ways', async () => {
  await client.send(new CreateLogGroupCommand(group));
  await client.send(new CreateLogStreamCommand(stream));
  await client.send(
    new PutLogEventsCommand({
      ...stream,
      logEvents: Array.from({ length: 5 }, (_, i) => ({
        timestamp: 1000 + i,
        message: `line ${i}`,
      })),
    }),
  );
  const read = async (more: object) => {
    const answer = await client.send(
      new GetLogEventsCommand({ ...stream, limit: 2, ...more }),
    );
    return { ...answer, lines: answer.events?.map(event => event.message) };
  };
  const tail = await read({});
  expect(tail.lines).toEqual(['line 3', 'line 4']);
  const before = await read({ nextToken: tail.nextBackwardToken });
  expect(before.lines).toEqual(['line 1', 'line 2']);
  const head = await read({ startFromHead: true });
  expect(head.lines).toEqual(['line 0', 'line 1']);
  const end = await read({ nextToken: tail.nextForwardToken });
  expect(end.lines).toEqual([]);
  expect(end.nextForwardToken).toBe(tail.nextForwardToken);
  const window = await read({ startTime: 1001, endTime: 1003, limit: 10 });
  expect(window.lines).toEqual(['line 1', 'line 2']);
});

it('finds lines, and tells retention and the last event', async () => {
  await client.send(
    new PutRetentionPolicyCommand({ ...group, retentionInDays: 365 }),
  );
  const found = await client.send(
    new FilterLogEventsCommand({
      ...group,
      filterPattern: '?"line 1" ?"line 3"',
    }),
  );
  expect(found.events?.map(event => event.message)).toEqual([
    'line 1',
    'line 3',
  ]);
  const { logGroups } = await client.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/lambda' }),
  );
  expect(logGroups).toEqual([
    expect.objectContaining({ ...group, retentionInDays: 365 }),
  ]);
  const { logStreams } = await client.send(
    new DescribeLogStreamsCommand(group),
  );
  expect(logStreams?.[0]).toMatchObject({
    firstEventTimestamp: 1000,
    lastEventTimestamp: 1004,
  });
});

it('answers as AWS does to what is there already, is wrong, or is not there', async () => {
  await expect(
    client.send(new CreateLogGroupCommand(group)),
  ).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
  });
  await expect(
    client.send(
      new PutRetentionPolicyCommand({ ...group, retentionInDays: 8 }),
    ),
  ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await client.send(new DeleteLogGroupCommand(group));
  await expect(
    client.send(new GetLogEventsCommand(stream)),
  ).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

it.each([
  [undefined, true],
  ['ERROR', true],
  ['ERROR -timeout', false],
  ['"in build"', true],
  ['?absent ?build', true],
  ['?absent ?gone', false],
])('reads the filter pattern %p', (pattern, matches) => {
  expect(filterMatches(pattern, 'ERROR: timeout in build')).toBe(matches);
});
