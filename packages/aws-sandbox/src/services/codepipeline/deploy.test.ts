import {
  CloudFormationClient,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CodePipelineClient,
  CreatePipelineCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  StartPipelineExecutionCommand,
  StopPipelineExecutionCommand,
  type ActionDeclaration,
} from '@aws-sdk/client-codepipeline';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startSandbox, type RunningSandbox } from '../..';
import { seedRepository } from '../codecommit/seed';

jest.setTimeout(60_000);

const ACCOUNT = '111111111111';
const OTHER_ACCOUNT = '222222222222';
const TEMPLATE = `
Parameters:
  Days: { Type: Number }
  Name: { Type: String }
Resources:
  Group:
    Type: AWS::Logs::LogGroup
    Properties: { LogGroupName: !Ref Name, RetentionInDays: !Ref Days }
Outputs:
  GroupName: { Value: !Ref Group }
`;

let sandbox: RunningSandbox;
let pipelines: CodePipelineClient;
let stacks: CloudFormationClient;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0 });
  const settings = {
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'x' },
  };
  pipelines = new CodePipelineClient(settings);
  stacks = new CloudFormationClient(settings);
  await new S3Client({ ...settings, forcePathStyle: true }).send(
    new CreateBucketCommand({ Bucket: 'artifacts' }),
  );
  await seedRepository(sandbox, {
    account: ACCOUNT,
    name: 'groups',
    commits: [
      {
        message: 'Groups',
        author: { name: 'Maya', email: 'maya@telehealth.example' },
        at: new Date(),
        files: {
          'template.yaml': TEMPLATE,
          'dev.json': JSON.stringify({
            Parameters: { Days: '7', Name: 'from-the-file' },
            Tags: { stage: 'dev' },
          }),
        },
      },
    ],
  });
});

afterAll(() => sandbox?.close());

const deploy = (
  name: string,
  runOrder: number,
  configuration: Record<string, string>,
): ActionDeclaration => ({
  name,
  runOrder,
  actionTypeId: {
    category: 'Deploy',
    owner: 'AWS',
    provider: 'CloudFormation',
    version: '1',
  },
  namespace: name,
  inputArtifacts: [{ name: 'Source' }],
  configuration,
});

async function create(name: string, actions: ActionDeclaration[]) {
  await pipelines.send(
    new CreatePipelineCommand({
      pipeline: {
        name,
        roleArn: `arn:aws:iam::${ACCOUNT}:role/pipeline`,
        pipelineType: 'V2',
        artifactStore: { type: 'S3', location: 'artifacts' },
        stages: [
          {
            name: 'Source',
            actions: [
              {
                name: 'Source',
                actionTypeId: {
                  category: 'Source',
                  owner: 'AWS',
                  provider: 'CodeCommit',
                  version: '1',
                },
                configuration: { RepositoryName: 'groups', BranchName: 'main' },
                outputArtifacts: [{ name: 'Source' }],
              },
            ],
          },
          { name: 'Dev', actions },
        ],
      },
    }),
  );
}

async function ended(pipelineName: string) {
  for (const end = Date.now() + 30_000; Date.now() < end; ) {
    const { pipelineExecutionSummaries: [newest] = [] } = await pipelines.send(
      new ListPipelineExecutionsCommand({ pipelineName }),
    );
    if (newest && !['InProgress', 'Stopping'].includes(newest.status ?? '')) {
      const { actionExecutionDetails = [] } = await pipelines.send(
        new ListActionExecutionsCommand({ pipelineName }),
      );
      return { status: newest.status, actions: actionExecutionDetails, newest };
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`${pipelineName} did not end`);
}

async function stack(StackName: string) {
  const { Stacks: [found] = [] } = await stacks.send(
    new DescribeStacksCommand({ StackName }),
  );
  return found;
}

it('deploys a stack by update and by change set, and hands its outputs on', async () => {
  await create('by-stack', [
    deploy('Create', 1, {
      ActionMode: 'CREATE_UPDATE',
      StackName: 'first',
      TemplatePath: 'Source::template.yaml',
      TemplateConfiguration: 'Source::dev.json',
      ParameterOverrides: '{"Name":"/first"}',
    }),
    deploy('Again', 2, {
      ActionMode: 'CREATE_UPDATE',
      StackName: 'first',
      TemplatePath: 'Source::template.yaml',
      TemplateConfiguration: 'Source::dev.json',
      ParameterOverrides: '{"Name":"/first"}',
    }),
    deploy('Plan', 3, {
      ActionMode: 'CHANGE_SET_REPLACE',
      StackName: 'second',
      ChangeSetName: 'plan',
      TemplatePath: 'Source::template.yaml',
      ParameterOverrides:
        '{"Name":"#{Create.GroupName}/second","Days":{"Fn::GetParam":["Source","days.json","n"]}}',
    }),
  ]);
  const first = await ended('by-stack');
  expect(await stack('first')).toMatchObject({
    StackStatus: 'CREATE_COMPLETE',
    Tags: expect.arrayContaining([{ Key: 'stage', Value: 'dev' }]),
  });
  // The file that Fn::GetParam names is not there: said where it is missing.
  expect(first.status).toBe('Failed');
  expect(
    first.actions.map(action => [
      action.actionName,
      action.status,
      action.output?.executionResult?.errorDetails?.message,
    ]),
  ).toEqual([
    [
      'Plan',
      'Failed',
      'File days.json does not exist in artifact [Source] (ValidationError)',
    ],
    ['Again', 'Succeeded', undefined],
    ['Create', 'Succeeded', undefined],
    ['Source', 'Succeeded', undefined],
  ]);
  expect(first.actions[2].output?.outputVariables).toEqual({
    GroupName: '/first',
  });

  await create('by-change-set', [
    deploy('Plan', 1, {
      ActionMode: 'CHANGE_SET_REPLACE',
      StackName: 'second',
      ChangeSetName: 'plan',
      TemplatePath: 'Source::template.yaml',
      ParameterOverrides: '{"Name":"/second","Days":"14"}',
    }),
    deploy('Execute', 2, {
      ActionMode: 'CHANGE_SET_EXECUTE',
      StackName: 'second',
      ChangeSetName: 'plan',
    }),
  ]);
  const second = await ended('by-change-set');
  expect(second.status).toBe('Succeeded');
  expect(second.actions[0].output?.executionResult?.externalExecutionId).toBe(
    (await stack('second'))?.StackId,
  );
  expect((await stack('second'))?.StackStatus).toBe('CREATE_COMPLETE');
});

describe('in another account', () => {
  const role = `arn:aws:iam::${OTHER_ACCOUNT}:role/careplane-pipeline-deploy`;
  const apart = (StackName: string): ActionDeclaration => ({
    ...deploy('Deploy', 1, {
      ActionMode: 'CREATE_UPDATE',
      StackName,
      TemplatePath: 'Source::template.yaml',
      TemplateConfiguration: 'Source::dev.json',
      RoleArn: `arn:aws:iam::${OTHER_ACCOUNT}:role/careplane-cfn`,
    }),
    roleArn: role,
  });
  const refusal = `arn:aws:iam::${ACCOUNT}:role/pipeline is not authorized to perform AssumeRole on role ${role}`;
  const deny = () =>
    sandbox.faults.add({
      kind: 'deny',
      service: 'sts',
      operation: 'AssumeRole',
      account: ACCOUNT,
    });
  const messageOf = async (name: string) => {
    const { status, actions } = await ended(name);
    return [
      status,
      actions[0].output?.executionResult?.errorDetails?.message,
    ] as const;
  };

  it('deploys as the role that the action names', async () => {
    await create('apart', [apart('there')]);
    expect(await messageOf('apart')).toEqual(['Succeeded', undefined]);
    const { Stacks } = await new CloudFormationClient({
      endpoint: sandbox.url,
      region: 'us-east-1',
      credentials: { accessKeyId: OTHER_ACCOUNT, secretAccessKey: 'x' },
    }).send(new DescribeStacksCommand({ StackName: 'there' }));
    expect(Stacks?.[0]).toMatchObject({
      StackStatus: 'CREATE_COMPLETE',
      RoleARN: `arn:aws:iam::${OTHER_ACCOUNT}:role/careplane-cfn`,
    });
    await expect(stack('there')).rejects.toThrow('does not exist');
  });

  it('refuses a pipeline whose role may not assume that role, and fails the action where it may no longer', async () => {
    const first = deny();
    await expect(create('refused', [apart('never')])).rejects.toMatchObject({
      name: 'InvalidStructureException',
      message: refusal,
    });
    first.remove();
    await create('later', [apart('later')]);
    await ended('later');
    const second = deny();
    await pipelines.send(new StartPipelineExecutionCommand({ name: 'later' }));
    expect(await messageOf('later')).toEqual(['Failed', refusal]);
    second.remove();
  });

  it("passes no role of another account than the stack's", async () => {
    await create('passed', [{ ...apart('passed'), roleArn: undefined }]);
    expect(await messageOf('passed')).toEqual([
      'Failed',
      'Cross-account pass role is not allowed. (AccessDenied)',
    ]);
  });
});

it('fails with the stack where CloudFormation rolls back', async () => {
  await create('bad', [
    deploy('Deploy', 1, {
      ActionMode: 'CREATE_UPDATE',
      StackName: 'bad',
      TemplatePath: 'Source::template.yaml',
      ParameterOverrides: '{"Name":"not a name!","Days":"7"}',
    }),
  ]);
  const { status, actions } = await ended('bad');
  expect(status).toBe('Failed');
  expect(actions[0].output?.executionResult?.errorDetails).toMatchObject({
    code: 'JobFailed',
    message: expect.stringContaining('ROLLBACK_COMPLETE'),
  });
});

it('stops at once where the person abandons what runs', async () => {
  await create('stopped', [
    {
      name: 'Ask',
      actionTypeId: {
        category: 'Approval',
        owner: 'AWS',
        provider: 'Manual',
        version: '1',
      },
    },
  ]);
  const { pipelineExecutionId } = await pipelines.send(
    new StartPipelineExecutionCommand({ name: 'stopped' }),
  );
  await pipelines.send(
    new StopPipelineExecutionCommand({
      pipelineName: 'stopped',
      pipelineExecutionId,
      abandon: true,
      reason: 'wrong commit',
    }),
  );
  const { newest } = await ended('stopped');
  expect(newest).toMatchObject({
    pipelineExecutionId,
    status: 'Stopped',
    stopTrigger: { reason: 'wrong commit' },
  });
  await expect(
    pipelines.send(
      new StopPipelineExecutionCommand({
        pipelineName: 'stopped',
        pipelineExecutionId,
      }),
    ),
  ).rejects.toMatchObject({ name: 'PipelineExecutionNotStoppableException' });
});

it.each<[string, string, Partial<ActionDeclaration>]>([
  [
    'InvalidActionDeclarationException',
    'is not available in the sandbox',
    {
      actionTypeId: {
        category: 'Invoke',
        owner: 'AWS',
        provider: 'Lambda',
        version: '1',
      },
    },
  ],
  [
    'InvalidActionDeclarationException',
    "missing required configuration 'StackName'",
    { configuration: { ActionMode: 'DELETE_ONLY' } },
  ],
  [
    'InvalidStructureException',
    'no earlier action has it as output',
    { inputArtifacts: [{ name: 'Nothing' }] },
  ],
])('answers %s: %s', async (name, message, change) => {
  const action = deploy('Deploy', 1, {
    ActionMode: 'DELETE_ONLY',
    StackName: 'x',
  });
  await expect(create('odd', [{ ...action, ...change }])).rejects.toMatchObject(
    {
      name,
      message: expect.stringContaining(message),
    },
  );
});
