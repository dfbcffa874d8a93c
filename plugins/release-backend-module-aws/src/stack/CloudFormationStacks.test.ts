import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  GetStackPolicyCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CreateBucketCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { mockServices } from '@backstage/backend-test-utils';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import { ZipFile } from 'yazl';
import { LambdaAliasDriver } from '../lambda/LambdaAliasDriver';
import { releaseIdOf } from '../releases/manifest';
import { ReleaseStore } from '../releases/ReleaseStore';
import {
  asAccount,
  BUCKET,
  DELIVERY,
  QA,
  target,
  testAws,
  write,
} from '../testUtils/aws';
import { CloudFormationStacks } from './CloudFormationStacks';
import { StackReader } from './StackReader';

const ALIAS = `arn:aws:lambda:us-east-1:${QA}:function:claims-api:live`;
const live = target(ALIAS, 'lambda-alias');

/** The service stack contract, as small as it gets. */
const templateOf = (hash: string) => `
Parameters:
  Stage: { Type: String }
  ReleaseId: { Type: String }
  ReleaseVersion: { Type: String }
  CodeBucket: { Type: String }
  CodeKey: { Type: String }
  LiveVersion: { Type: String, Default: latest }
Conditions:
  UseLatest: !Equals [!Ref LiveVersion, latest]
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: claims-api
      Runtime: nodejs22.x
      Handler: index.handler
      Role: !Sub 'arn:aws:iam::\${AWS::AccountId}:role/claims-api'
      Code: { S3Bucket: !Ref CodeBucket, S3Key: !Ref CodeKey }
  ReleaseVersionResource${hash}:
    Type: AWS::Lambda::Version
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties: { FunctionName: !Ref Function }
  Alias:
    Type: AWS::Lambda::Alias
    Properties:
      FunctionName: !Ref Function
      Name: live
      FunctionVersion: !If [UseLatest, !GetAtt ReleaseVersionResource${hash}.Version, !Ref LiveVersion]
Outputs:
  PublishedVersion: { Value: !GetAtt ReleaseVersionResource${hash}.Version }
  TargetArn: { Value: !Ref Alias }
`;

describe('CloudFormationStacks', () => {
  let sandbox: RunningSandbox;
  let stacks: CloudFormationStacks;
  let driver: LambdaAliasDriver;
  let store: ReleaseStore;
  let s3: S3Client;
  const cfn = () => new CloudFormationClient(asAccount(QA));

  async function publish(version: string) {
    const zip = new ZipFile();
    zip.addBuffer(
      Buffer.from(`exports.handler = async () => '${version}';`),
      'index.js',
    );
    zip.end();
    const code = await buffer(zip.outputStream as NodeJS.ReadableStream);
    const codeSha256 = createHash('sha256').update(code).digest('base64');
    const template = templateOf(
      createHash('sha256').update(code).digest('hex').slice(0, 12),
    );
    const sha256 = createHash('sha256').update(template).digest('hex');
    const base = {
      kind: 'lambda-alias' as const,
      artifact: { type: 'zip' as const, bucket: BUCKET, key: '', codeSha256 },
      template: { bucket: BUCKET, key: '', sha256 },
    };
    const id = releaseIdOf(base);
    const folder = `releases/claims-api/${id}`;
    base.artifact.key = `${folder}/code.zip`;
    base.template.key = `${folder}/template.yaml`;
    const put = (Key: string, Body: string | Buffer) =>
      s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
    await put(base.artifact.key, code);
    await put(base.template.key, template);
    await put(
      `${folder}/manifest.json`,
      JSON.stringify({
        ...base,
        schema: 'careplane.dev/release/v1',
        id,
        component: 'claims-api',
        version,
        commit: { id: 'c0ffee' },
        builtAt: '2026-11-01T10:00:00Z',
      }),
    );
    const found = (await store.read('claims-api', id))!;
    return { ...found, runsOn: [], ranOn: [] };
  }

  /** Waits for what CloudFormation does in its own time. */
  async function until<T>(read: () => Promise<T>, done: (value: T) => boolean) {
    for (let i = 0; i < 60; i++) {
      const value = await read();
      if (done(value)) return value;
      await sandbox.clock.advance(5000);
    }
    throw new Error('It never came to that.');
  }

  async function rollOut(
    version: string,
    liveValue: string,
    publishes: string,
  ) {
    const release = await publish(version);
    const { changeSetArn } = await stacks.createChangeSet(
      live,
      release,
      liveValue,
      write,
    );
    const plan = await until(
      () => stacks.describeChangeSet(live, changeSetArn),
      value => value.status !== 'pending',
    );
    await stacks.executeChangeSet(live, changeSetArn, write);
    const after = await until(
      () => stacks.describe(live),
      value => value.exists && !value.busy && value.published === publishes,
    );
    return { release, changeSetArn, plan, after };
  }

  beforeAll(() => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  });
  beforeEach(async () => {
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
    s3 = new S3Client(asAccount(DELIVERY));
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    const { accounts, clients } = testAws();
    store = new ReleaseStore(clients, accounts, mockServices.logger.mock());
    driver = new LambdaAliasDriver(clients);
    stacks = new CloudFormationStacks({
      clients,
      accounts,
      releases: store,
      reader: new StackReader(clients),
      stageParameters: {},
      serviceRole: 'careplane-cfn',
    });
  });
  afterEach(async () => {
    delete process.env.AWS_ENDPOINT_URL;
    await sandbox.close();
  });

  it('creates a stack, publishes without moving traffic, and settles after the move', async () => {
    await expect(stacks.describe(live)).resolves.toEqual({
      exists: false,
      status: undefined,
      owner: 'none',
      busy: false,
    });

    const first = await rollOut('1.0.0', 'latest', '1');
    expect(first.plan.status).toBe('ready');
    expect(first.plan.codeOnly).toBe(false);
    expect(first.after).toMatchObject({
      exists: true,
      status: 'CREATE_COMPLETE',
      liveValue: '1',
      owner: 'careplane-stack',
      holdsTarget: true,
      published: '1',
    });
    // `latest` stands for version 1 already: CloudFormation has no update.
    await expect(stacks.settle(live, '1', write)).resolves.toMatchObject({
      nothingToDo: true,
    });
    await until(
      () => stacks.describe(live),
      s => !s.busy,
    );

    const second = await rollOut('1.1.0', '1', '2');
    expect(second.plan).toMatchObject({ status: 'ready', codeOnly: true });
    expect(second.after).toMatchObject({ liveValue: '1', published: '2' });
    const seen = await driver.observe(live);
    expect(seen.stable?.id).toBe('1');

    await driver.shift(
      live,
      seen,
      { stable: { id: '2', contentHash: 'x' } },
      write,
    );
    await expect(stacks.settle(live, '2', write)).resolves.toMatchObject({
      nothingToDo: false,
    });
    await until(
      () => stacks.describe(live),
      s => !s.busy && s.liveValue === '2',
    );
    expect(await stacks.describe(live)).toMatchObject({ liveValue: '2' });
    expect((await driver.observe(live)).stable?.id).toBe('2');
    await expect(stacks.settle(live, '2', write)).resolves.toMatchObject({
      nothingToDo: true,
    });
  }, 60_000);

  it('finds its change set again when the same plan is asked for after a crash', async () => {
    const release = await publish('1.0.0');
    const ask = () => stacks.createChangeSet(live, release, 'latest', write);
    const { changeSetArn } = await ask();
    await until(
      () => stacks.describeChangeSet(live, changeSetArn),
      value => value.status !== 'pending',
    );
    await expect(ask()).resolves.toMatchObject({ changeSetArn });
  }, 60_000);

  it("keeps somebody else's update off the alias, and nothing else", async () => {
    await rollOut('1.0.0', 'latest', '1');
    await stacks.settle(live, '1', write);
    await until(
      () => stacks.describe(live),
      s => !s.busy,
    );
    await rollOut('1.1.0', '1', '2');
    const policy = await cfn().send(
      new GetStackPolicyCommand({ StackName: 'svc-claims-api' }),
    );
    expect(policy.StackPolicyBody).toContain('AWS::Lambda::Alias');

    const keep = [
      'Stage',
      'ReleaseId',
      'ReleaseVersion',
      'CodeBucket',
      'CodeKey',
    ];
    await cfn().send(
      new UpdateStackCommand({
        StackName: 'svc-claims-api',
        UsePreviousTemplate: true,
        Parameters: [
          ...keep.map(ParameterKey => ({
            ParameterKey,
            UsePreviousValue: true,
          })),
          { ParameterKey: 'LiveVersion', ParameterValue: 'latest' },
        ],
      }),
    );
    const after = await until(
      () => stacks.describe(live),
      s => !s.busy,
    );
    expect(after.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect((await driver.observe(live)).stable?.id).toBe('1');
    const { StackEvents } = await cfn().send(
      new DescribeStackEventsCommand({ StackName: 'svc-claims-api' }),
    );
    expect(
      StackEvents?.some(e =>
        /stack policy/i.test(e.ResourceStatusReason ?? ''),
      ),
    ).toBe(true);
  }, 60_000);

  it('a stack that does not hold the target is not its stack, however it looks', async () => {
    await rollOut('1.0.0', 'latest', '1');
    const other = target(
      `arn:aws:lambda:us-east-1:${QA}:function:claims-api:beta`,
      'lambda-alias',
    );
    await expect(stacks.describe(other)).resolves.toMatchObject({
      exists: true,
      owner: 'none',
      holdsTarget: false,
    });
    const renamed = { ...live, stackName: 'svc-elsewhere' };
    await expect(stacks.describe(renamed)).resolves.toMatchObject({
      exists: false,
      owner: 'stack',
    });
    sandbox.faults.add({ kind: 'deny', operation: 'DescribeStackResources' });
    const unsure = await stacks.describe(other);
    expect(unsure).toMatchObject({ exists: true, owner: 'unknown' });
    expect(unsure.holdsTarget).toBeUndefined();
  }, 60_000);

  it('settles and opens no stack that does not hold the target at that moment', async () => {
    await rollOut('1.0.0', 'latest', '1');
    const other = target(
      `arn:aws:lambda:us-east-1:${QA}:function:claims-api:beta`,
      'lambda-alias',
    );
    const before = await stacks.describe(live);
    const refused = { name: 'NotAllowedError' };
    await expect(stacks.settle(other, '9', write)).rejects.toMatchObject(
      refused,
    );
    await expect(stacks.protect(other, false, write)).rejects.toMatchObject(
      refused,
    );
    expect(await stacks.describe(live)).toEqual(before);
  }, 60_000);

  it('asks which stack holds a target once for each state of the stack', async () => {
    await rollOut('1.0.0', 'latest', '1');
    const asked = () =>
      sandbox.requests
        .since(0)
        .filter(one => one.operation === 'DescribeStackResources').length;
    await stacks.describe(live);
    const before = asked();
    for (let i = 0; i < 5; i++) await stacks.describe(live);
    expect(asked()).toBe(before);
    await rollOut('1.1.0', '1', '2');
    expect(asked()).toBeGreaterThan(before);
  }, 60_000);

  it('says unknown, and never none, when it may not ask who owns a target', async () => {
    sandbox.faults.add({ kind: 'deny', operation: 'DescribeStackResources' });
    await expect(stacks.describe(live)).resolves.toMatchObject({
      exists: false,
      owner: 'unknown',
    });
  });
});
