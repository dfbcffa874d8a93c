import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  LambdaClient,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { TargetTrail } from '../lib/TargetTrail';
import { asAccount, QA, target, testAws } from '../testUtils/aws';
import { StackReader } from '../stack/StackReader';
import { AwsOwners } from './AwsOwners';

const live = target(
  `arn:aws:lambda:us-east-1:${QA}:function:claims-api:live`,
  'lambda-alias',
);

describe('AwsOwners', () => {
  let sandbox: RunningSandbox;
  let owners: AwsOwners;
  let now: number;

  beforeEach(async () => {
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
    const { clients } = testAws();
    now = Date.now();
    owners = new AwsOwners(
      clients,
      new TargetTrail(clients, () => now),
      new StackReader(clients),
    );
  });

  afterEach(async () => {
    delete process.env.AWS_ENDPOINT_URL;
    await sandbox.close();
  });

  /** A function with an alias that a tool wrote. */
  async function moved(options: {
    userAgent?: string;
    tags?: Record<string, string>;
  }) {
    const lambda = new LambdaClient({
      ...asAccount(QA),
      ...(options.userAgent ? { customUserAgent: options.userAgent } : {}),
    });
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from('exports.handler = async () => 1;'), 'index.js');
    zip.end();
    const FunctionName = 'claims-api';
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: `arn:aws:iam::${QA}:role/claims-api`,
        Code: {
          ZipFile: await buffer(zip.outputStream as NodeJS.ReadableStream),
        },
        Tags: options.tags,
        Publish: true,
      }),
    );
    const alias = { FunctionName, Name: 'live' };
    await lambda.send(
      new CreateAliasCommand({ ...alias, FunctionVersion: '1' }),
    );
    await lambda.send(
      new UpdateAliasCommand({ ...alias, FunctionVersion: '1' }),
    );
  }

  it('tells Terraform by its user agent, and keeps no tag that it does not know', async () => {
    await moved({
      userAgent: 'HashiCorp/1.0 Terraform/1.9.0',
      tags: { ManagedBy: 'Terraform', patient: 'MRN 00482913' },
    });
    const signs = await owners.signs(live);
    expect(signs).toMatchObject({
      stack: undefined,
      tags: { managedby: 'terraform' },
      unread: [],
    });
    expect(Object.keys(signs.tags)).toEqual(['managedby']);
    expect(signs.writers[0].tool).toBe('terraform');
  });

  it('tells who wrote the code behind an alias, at once where a write comes next', async () => {
    await moved({});
    expect((await owners.signs(live)).writers.map(one => one.wrote)).toEqual([
      undefined,
      undefined,
    ]);
    const terraform = new LambdaClient({
      ...asAccount(QA),
      customUserAgent: 'HashiCorp/1.0 Terraform/1.9.0',
    });
    const zip = new ZipFile();
    zip.addBuffer(Buffer.from('exports.handler = async () => 2;'), 'index.js');
    zip.end();
    await sandbox.clock.advance(1_000);
    const code = {
      ZipFile: await buffer(zip.outputStream as NodeJS.ReadableStream),
    };
    for (const DryRun of [true, false]) {
      await terraform.send(
        new UpdateFunctionCodeCommand({
          FunctionName: 'claims-api',
          ...code,
          DryRun,
        }),
      );
    }
    now += 3_000;
    expect((await owners.signs(live)).writers).toHaveLength(2);
    const { writers } = await owners.signs(live, { fresh: true });
    expect(writers).toHaveLength(3);
    expect(writers[0]).toMatchObject({ tool: 'terraform', wrote: 'code' });
  });

  it('does not call a target nobody else’s before the trail was read to its end', async () => {
    await moved({});
    const alias = { FunctionName: 'claims-api', Name: 'live' };
    const terraform = new LambdaClient({
      ...asAccount(QA),
      customUserAgent: 'HashiCorp/1.0 Terraform/1.9.0',
    });
    await terraform.send(
      new UpdateAliasCommand({ ...alias, FunctionVersion: '1' }),
    );
    // A deployment by hand now and then, of which one page is read at once.
    for (let i = 0; i < 120; i++) {
      await sandbox.clock.advance(10 * 60_000);
      await sandbox.call(
        'lambda',
        'UpdateAlias',
        { ...alias, FunctionVersion: '1' },
        { account: QA },
      );
    }
    now += 120 * 10 * 60_000;
    const { clients } = testAws();
    owners = new AwsOwners(
      clients,
      new TargetTrail(clients, () => now, 1),
      new StackReader(clients),
    );
    const tools = async () => {
      const { writers, readBackTo, unread } = await owners.signs(live);
      expect(unread).toEqual([]);
      now += 61_000;
      return { found: [...new Set(writers.map(one => one.tool))], readBackTo };
    };
    const first = await tools();
    expect(first.found).toEqual(['other']);
    const last = (await sandbox.trail.lookup({ account: QA })).at(-1);
    expect(first.readBackTo! > last!.eventTime).toBe(true);
    await tools();
    const end = await tools();
    // The newest fifty, and the one of Terraform that is older.
    expect(end).toEqual({
      found: ['other', 'terraform'],
      readBackTo: undefined,
    });
  }, 60_000);

  it('tells the stack that holds a target, whatever it is called', async () => {
    const cfn = new CloudFormationClient(asAccount(QA));
    await moved({});
    const { call } = sandbox;
    await call(
      'lambda',
      'DeleteAlias',
      { FunctionName: 'claims-api', Name: 'live' },
      { account: QA },
    );
    await cfn.send(
      new CreateStackCommand({
        StackName: 'legacy',
        TemplateBody: JSON.stringify({
          Resources: {
            Alias: {
              Type: 'AWS::Lambda::Alias',
              Properties: {
                FunctionName: 'claims-api',
                Name: 'live',
                FunctionVersion: '1',
              },
            },
          },
          Outputs: { ServerlessDeploymentBucketName: { Value: 'bucket' } },
        }),
      }),
    );
    for (let i = 0; i < 60; i++) {
      const { Stacks } = await cfn.send(
        new DescribeStacksCommand({ StackName: 'legacy' }),
      );
      if (Stacks?.[0].StackStatus === 'CREATE_COMPLETE') break;
      await sandbox.clock.advance(5000);
    }
    const signs = await owners.signs(live);
    expect(signs.stack).toEqual({
      name: 'legacy',
      takesLiveValue: false,
      transforms: [],
      serverless: true,
    });
    expect(signs.writers[0].tool).toBe('cloudformation');
  }, 60_000);

  it('names what it may not read, and does not take it for nothing', async () => {
    await moved({});
    sandbox.faults.add({ kind: 'deny', operation: 'LookupEvents' });
    sandbox.faults.add({ kind: 'deny', operation: 'DescribeStackResources' });
    const { unread } = await owners.signs(live);
    expect(unread.sort()).toEqual([
      'cloudformation:DescribeStackResources',
      'cloudtrail:LookupEvents',
    ]);
  });
});
