import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { startSandbox } from '../startSandbox';
import { zipOf } from '../testing';
import type { RunningSandbox } from '../core';

/** Each call starts a Python, which takes seconds on a busy machine. */
const PATIENCE_MS = 60_000;
jest.setTimeout(PATIENCE_MS);

const run = promisify(execFile);
const isInstalled = spawnSync('aws', ['--version']).status === 0;

/** Skipped, and counted as skipped, where the AWS CLI is not installed. */
(isInstalled ? describe : describe.skip)('the AWS CLI', () => {
  let sandbox: RunningSandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
    const as = { account: '222222222222' };
    await sandbox.call('s3', 'CreateBucket', { Bucket: 'qa-bucket' }, as);
    await sandbox.call(
      'lambda',
      'CreateFunction',
      {
        FunctionName: 'visit-api',
        Role: 'arn:aws:iam::222222222222:role/svc',
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: {
          ZipFile: await zipOf({ 'index.js': 'exports.handler = () => "hi"' }),
        },
        Publish: true,
      },
      as,
    );
    await sandbox.call(
      'lambda',
      'CreateAlias',
      { FunctionName: 'visit-api', Name: 'live', FunctionVersion: '1' },
      as,
    );
    await sandbox.call(
      'cloudwatch',
      'PutMetricAlarm',
      {
        AlarmName: 'visit-api-errors',
        Namespace: 'AWS/Lambda',
        MetricName: 'Errors',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      },
      as,
    );
    await sandbox.clock.advance(1000);
  });

  afterAll(() => sandbox.close());

  async function aws(...args: string[]) {
    const { stdout } = await run(
      'aws',
      ['--endpoint-url', sandbox.url, ...args],
      {
        env: {
          PATH: process.env.PATH,
          HOME: sandbox.dataDir,
          AWS_ACCESS_KEY_ID: '222222222222',
          AWS_SECRET_ACCESS_KEY: 'sandbox',
          AWS_DEFAULT_REGION: 'us-east-1',
          AWS_DEFAULT_OUTPUT: 'json',
          AWS_PAGER: '',
        },
      },
    );
    return stdout;
  }
  const json = async (...args: string[]) => JSON.parse(await aws(...args));

  it('says who it is', async () => {
    await expect(json('sts', 'get-caller-identity')).resolves.toMatchObject({
      Account: '222222222222',
    });
  });

  it('lists functions, aliases and buckets of its account', async () => {
    const functions = await json('lambda', 'list-functions');
    expect(functions.Functions).toMatchObject([{ FunctionName: 'visit-api' }]);
    const aliases = await json(
      ...['lambda', 'list-aliases', '--function-name', 'visit-api'],
    );
    expect(aliases.Aliases).toMatchObject([
      { Name: 'live', FunctionVersion: '1' },
    ]);
    const buckets = await json('s3api', 'list-buckets');
    expect(buckets.Buckets).toMatchObject([{ Name: 'qa-bucket' }]);
  });

  it('lists alarms with their state', async () => {
    const { MetricAlarms } = await json('cloudwatch', 'describe-alarms');
    expect(MetricAlarms).toMatchObject([
      {
        AlarmName: 'visit-api-errors',
        StateValue: 'INSUFFICIENT_DATA',
        Threshold: 1,
      },
    ]);
  });

  it('looks up what happened', async () => {
    const { Events } = await json(
      ...['cloudtrail', 'lookup-events', '--lookup-attributes'],
      'AttributeKey=EventName,AttributeValue=CreateAlias20150331',
    );
    expect(Events).toHaveLength(1);
  });

  it('copies a file to S3 and back', async () => {
    await aws('s3', 'cp', __filename, 's3://qa-bucket/folder/file.ts');
    await expect(
      aws('s3', 'ls', '--recursive', 's3://qa-bucket'),
    ).resolves.toContain('folder/file.ts');
    await expect(
      aws('s3', 'cp', 's3://qa-bucket/folder/file.ts', '-'),
    ).resolves.toContain('the AWS CLI');
  });

  it('gets an error with its code', async () => {
    await expect(
      aws('lambda', 'get-function', '--function-name', 'none'),
    ).rejects.toMatchObject({
      stderr: expect.stringContaining('ResourceNotFoundException'),
    });
    await expect(
      aws('s3api', 'list-objects-v2', '--bucket', 'none'),
    ).rejects.toMatchObject({
      stderr: expect.stringContaining('NoSuchBucket'),
    });
  });
});
