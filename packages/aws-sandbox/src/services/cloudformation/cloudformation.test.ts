import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  SetStackPolicyCommand,
  UpdateStackCommand,
  ValidateTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import {
  GetAliasCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { startSandbox } from '../../startSandbox';

jest.setTimeout(60_000);

const template = (version: string, extra = '') => `
Parameters:
  LiveVersion: { Type: String, Default: latest }
  Memory: { Type: Number, Default: 128 }
Conditions:
  UseLatest: !Equals [!Ref LiveVersion, latest]
Resources:
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: claims-api
      Runtime: nodejs22.x
      Handler: index.handler
      Role: !Sub arn:aws:iam::\${AWS::AccountId}:role/x
      MemorySize: !Ref Memory
      Code: { ZipFile: "exports.handler = async () => '${version}';" }
  Version${version}:
    Type: AWS::Lambda::Version
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties: { FunctionName: !Ref Fn, Description: "${version}" }
  Live:
    Type: AWS::Lambda::Alias
    Properties:
      FunctionName: !Ref Fn
      Name: live
      FunctionVersion: !If [UseLatest, !GetAtt Version${version}.Version, !Ref LiveVersion]
${extra}
Outputs:
  PublishedVersion: { Value: !GetAtt Version${version}.Version }
  TargetArn: { Value: !Ref Live, Export: { Name: !Sub '\${AWS::StackName}-target' } }
`;

/** A resource that fails when it is made: a version of a function that is not there. */
const BROKEN = `
  Broken:
    Type: AWS::Lambda::Version
    DependsOn: Live
    Properties: { FunctionName: nobody }
`;

describe('CloudFormation', () => {
  let sandbox: Awaited<ReturnType<typeof startSandbox>>;
  let cfn: CloudFormationClient;
  let lambda: LambdaClient;
  const config = () => ({
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials: { accessKeyId: '333333333333', secretAccessKey: 'x' },
  });
  beforeEach(async () => {
    sandbox = await startSandbox({ port: 0 });
    cfn = new CloudFormationClient(config());
    lambda = new LambdaClient(config());
  });
  afterEach(() => sandbox.close());

  const stack = async () =>
    (await cfn.send(new DescribeStacksCommand({ StackName: 'svc-claims-api' })))
      .Stacks![0];
  const settled = async (): Promise<string> => {
    for (;;) {
      const { StackStatus } = await stack();
      if (!StackStatus!.endsWith('IN_PROGRESS')) return StackStatus!;
      await new Promise(resolve => {
        setTimeout(resolve, 50);
      });
    }
  };
  const create = async (body = template('A')) => {
    await cfn.send(
      new CreateStackCommand({
        StackName: 'svc-claims-api',
        TemplateBody: body,
      }),
    );
    return settled();
  };
  const alias = () =>
    lambda.send(
      new GetAliasCommand({ FunctionName: 'claims-api', Name: 'live' }),
    );
  const parameters = (live: string) => [
    { ParameterKey: 'LiveVersion', ParameterValue: live },
  ];

  it('creates a stack whose function, version and alias exist', async () => {
    expect(await create()).toBe('CREATE_COMPLETE');
    expect((await alias()).FunctionVersion).toBe('1');
    const { Outputs } = await stack();
    expect(Outputs).toEqual([
      expect.objectContaining({
        OutputKey: 'PublishedVersion',
        OutputValue: '1',
      }),
      expect.objectContaining({
        OutputKey: 'TargetArn',
        ExportName: 'svc-claims-api-target',
      }),
    ]);
    const found = await cfn.send(
      new DescribeStackResourcesCommand({ PhysicalResourceId: 'claims-api' }),
    );
    expect(found.StackResources!.map(item => item.LogicalResourceId)).toContain(
      'Live',
    );
  });

  it('publishes with a change set and leaves traffic and the old version alone', async () => {
    await create();
    await cfn.send(
      new CreateChangeSetCommand({
        StackName: 'svc-claims-api',
        ChangeSetName: 'b',
        TemplateBody: template('B'),
        Parameters: parameters('1'),
      }),
    );
    const set = await cfn.send(
      new DescribeChangeSetCommand({
        StackName: 'svc-claims-api',
        ChangeSetName: 'b',
      }),
    );
    const changes = set.Changes!.map(item => item.ResourceChange!);
    expect(
      changes.map(item => [
        item.LogicalResourceId,
        item.Action,
        item.Replacement,
        item.PolicyAction,
      ]),
    ).toEqual([
      ['Fn', 'Modify', 'False', undefined],
      ['VersionB', 'Add', undefined, undefined],
      ['VersionA', 'Remove', undefined, 'Retain'],
    ]);
    expect(changes[0].Details![0]).toMatchObject({
      Target: { Name: 'Code', RequiresRecreation: 'Never' },
      ChangeSource: 'DirectModification',
    });
    await cfn.send(
      new ExecuteChangeSetCommand({
        StackName: 'svc-claims-api',
        ChangeSetName: 'b',
      }),
    );
    expect(await settled()).toBe('UPDATE_COMPLETE');
    expect((await alias()).FunctionVersion).toBe('1');
    expect((await stack()).Outputs![0].OutputValue).toBe('2');
    const versions = await lambda.send(
      new ListVersionsByFunctionCommand({ FunctionName: 'claims-api' }),
    );
    expect(versions.Versions!.map(item => item.Version)).toEqual([
      '$LATEST',
      '1',
      '2',
    ]);
  });

  it('refuses a change set without changes and one that has become stale', async () => {
    await create();
    const input = { StackName: 'svc-claims-api', TemplateBody: template('A') };
    await cfn.send(
      new CreateChangeSetCommand({ ...input, ChangeSetName: 'none' }),
    );
    expect(
      await cfn.send(
        new DescribeChangeSetCommand({
          StackName: 'svc-claims-api',
          ChangeSetName: 'none',
        }),
      ),
    ).toMatchObject({
      Status: 'FAILED',
      ExecutionStatus: 'UNAVAILABLE',
      StatusReason: expect.stringContaining(
        "The submitted information didn't contain changes.",
      ),
    });
    await cfn.send(
      new CreateChangeSetCommand({
        ...input,
        ChangeSetName: 'old',
        TemplateBody: template('B'),
      }),
    );
    await cfn.send(
      new UpdateStackCommand({
        StackName: 'svc-claims-api',
        UsePreviousTemplate: true,
        Parameters: [{ ParameterKey: 'Memory', ParameterValue: '256' }],
      }),
    );
    await settled();
    await expect(
      cfn.send(
        new ExecuteChangeSetCommand({
          StackName: 'svc-claims-api',
          ChangeSetName: 'old',
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidChangeSetStatusException' });
    await expect(
      cfn.send(
        new UpdateStackCommand({
          StackName: 'svc-claims-api',
          UsePreviousTemplate: true,
          Parameters: [{ ParameterKey: 'Memory', UsePreviousValue: true }],
        }),
      ),
    ).rejects.toThrow('No updates are to be performed.');
  });

  it('writes the last stack value over an alias moved outside, when a failed update had touched it', async () => {
    await create();
    await cfn.send(
      new UpdateStackCommand({
        StackName: 'svc-claims-api',
        TemplateBody: template('B'),
        Parameters: parameters('1'),
      }),
    );
    expect(await settled()).toBe('UPDATE_COMPLETE');
    await lambda.send(
      new UpdateAliasCommand({
        FunctionName: 'claims-api',
        Name: 'live',
        FunctionVersion: '2',
      }),
    );
    await cfn.send(
      new UpdateStackCommand({
        StackName: 'svc-claims-api',
        TemplateBody: template('C', BROKEN),
        Parameters: parameters('latest'),
      }),
    );
    expect(await settled()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect((await alias()).FunctionVersion).toBe('1');
    expect((await stack()).Parameters).toContainEqual({
      ParameterKey: 'LiveVersion',
      ParameterValue: '1',
    });
    const { StackEvents } = await cfn.send(
      new DescribeStackEventsCommand({ StackName: 'svc-claims-api' }),
    );
    const stackStates = StackEvents!
      .filter(event => event.LogicalResourceId === 'svc-claims-api')
      .map(event => event.ResourceStatus);
    expect(stackStates.slice(0, 4)).toEqual([
      'UPDATE_ROLLBACK_COMPLETE',
      'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
      'UPDATE_ROLLBACK_IN_PROGRESS',
      'UPDATE_IN_PROGRESS',
    ]);
  });

  it('leaves a moved alias alone in a rollback that never touched it', async () => {
    await create();
    await cfn.send(
      new UpdateStackCommand({
        StackName: 'svc-claims-api',
        TemplateBody: template('B'),
        Parameters: parameters('1'),
      }),
    );
    await settled();
    await lambda.send(
      new UpdateAliasCommand({
        FunctionName: 'claims-api',
        Name: 'live',
        FunctionVersion: '2',
      }),
    );
    await cfn.send(
      new UpdateStackCommand({
        StackName: 'svc-claims-api',
        TemplateBody: template('C', BROKEN),
        Parameters: parameters('1'),
      }),
    );
    expect(await settled()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect((await alias()).FunctionVersion).toBe('2');
  });

  it('keeps updates off the alias by the stack policy unless it is lifted for one update', async () => {
    await create();
    const policy = (effect: string) =>
      JSON.stringify({
        Statement: [
          {
            Effect: 'Allow',
            Action: 'Update:*',
            Principal: '*',
            Resource: '*',
          },
          {
            Effect: effect,
            Action: 'Update:*',
            Principal: '*',
            Resource: 'LogicalResourceId/Live',
          },
        ],
      });
    await cfn.send(
      new SetStackPolicyCommand({
        StackName: 'svc-claims-api',
        StackPolicyBody: policy('Deny'),
      }),
    );
    const update = {
      StackName: 'svc-claims-api',
      TemplateBody: template('B'),
      Parameters: parameters('latest'),
    };
    await cfn.send(new UpdateStackCommand(update));
    expect(await settled()).toBe('UPDATE_ROLLBACK_COMPLETE');
    const { StackEvents } = await cfn.send(
      new DescribeStackEventsCommand({ StackName: 'svc-claims-api' }),
    );
    expect(
      StackEvents!.find(event => event.ResourceStatus === 'UPDATE_FAILED')
        ?.ResourceStatusReason,
    ).toMatch(/^Action denied by stack policy: Statement \[#2\]/);
    expect((await alias()).FunctionVersion).toBe('1');
    await cfn.send(
      new UpdateStackCommand({
        ...update,
        StackPolicyDuringUpdateBody: policy('Allow'),
      }),
    );
    expect(await settled()).toBe('UPDATE_COMPLETE');
    expect((await alias()).FunctionVersion).not.toBe('1');
  });

  it('rolls a failed creation back, refuses a second update, and deletes what it may', async () => {
    expect(await create(template('A', BROKEN))).toBe('ROLLBACK_COMPLETE');
    await cfn.send(new DeleteStackCommand({ StackName: 'svc-claims-api' }));
    await sandbox.clock.advance(5000);
    await expect(stack()).rejects.toThrow(
      'Stack with id svc-claims-api does not exist',
    );
    expect(await create()).toBe('CREATE_COMPLETE');
    const update = {
      StackName: 'svc-claims-api',
      UsePreviousTemplate: true,
      Parameters: [{ ParameterKey: 'Memory', ParameterValue: '512' }],
    };
    await cfn.send(new UpdateStackCommand(update));
    await expect(cfn.send(new UpdateStackCommand(update))).rejects.toThrow(
      /is in UPDATE_IN_PROGRESS state and can not be updated/,
    );
    expect(await settled()).toBe('UPDATE_COMPLETE');
  });

  it('carries an update on after a restart in its middle', async () => {
    const data = mkdtempSync(join(tmpdir(), 'cfn-test-'));
    await sandbox.close();
    sandbox = await startSandbox({ port: 0, dataDir: data });
    cfn = new CloudFormationClient(config());
    await create();
    await cfn.send(
      new UpdateStackCommand({
        StackName: 'svc-claims-api',
        TemplateBody: template('B'),
        Parameters: parameters('latest'),
      }),
    );
    await sandbox.close();
    sandbox = await startSandbox({ port: 0, dataDir: data });
    cfn = new CloudFormationClient(config());
    lambda = new LambdaClient(config());
    expect(await settled()).toBe('UPDATE_COMPLETE');
    expect((await alias()).FunctionVersion).toBe('2');
  });

  it('names the resource types that it does not know', async () => {
    await expect(
      cfn.send(
        new ValidateTemplateCommand({
          TemplateBody: 'Resources: { A: { Type: "AWS::Neptune::DBCluster" } }',
        }),
      ),
    ).rejects.toMatchObject({
      name: 'ValidationError',
      message:
        'Template format error: Unrecognized resource types: [AWS::Neptune::DBCluster]',
    });
  });
});
