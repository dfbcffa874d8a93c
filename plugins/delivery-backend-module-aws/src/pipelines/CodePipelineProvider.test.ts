import {
  CodeBuildClient,
  CreateProjectCommand,
} from '@aws-sdk/client-codebuild';
import {
  CodeCommitClient,
  CreateCommitCommand,
  CreateRepositoryCommand,
} from '@aws-sdk/client-codecommit';
import {
  CodePipelineClient,
  CreatePipelineCommand,
  DisableStageTransitionCommand,
  ListPipelineExecutionsCommand,
  RetryStageExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { ConfigReader } from '@backstage/config';
import {
  createEndpointGuard,
  DefaultAwsAccounts,
  DefaultAwsBudgets,
  DefaultAwsClients,
} from '@careplane/aws-node';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import { AwsReader } from '../AwsReader';
import { ResourceLocator } from '../ResourceLocator';
import { CodePipelineProvider } from './CodePipelineProvider';

jest.setTimeout(90_000);

const ACCOUNT = '111111111111';
const ARN = `arn:aws:codepipeline:us-east-1:${ACCOUNT}:intake-worker`;
const BUILDSPEC = `version: 0.2
phases:
  build:
    commands:
      - 'echo "checking MRN 004829137 with token=abc123secret"'
      - 'echo "TypeError: claim.member is undefined"'
      - exit 3
`;

describe('CodePipelineProvider against the sandbox', () => {
  const environment = { ...process.env };
  let sandbox: RunningSandbox;
  let provider: CodePipelineProvider;
  let pipelines: CodePipelineClient;

  async function finished(count: number) {
    for (const end = Date.now() + 60_000; Date.now() < end; ) {
      const { pipelineExecutionSummaries: found = [] } = await pipelines.send(
        new ListPipelineExecutionsCommand({ pipelineName: 'intake-worker' }),
      );
      if (found.length === count && found[0].status === 'Failed') {
        return found[0];
      }
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    throw new Error('The pipeline did not end.');
  }

  beforeAll(async () => {
    sandbox = await startSandbox();
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: sandbox.url,
      AWS_ACCESS_KEY_ID: ACCOUNT,
      AWS_SECRET_ACCESS_KEY: 'x',
      AWS_REGION: 'us-east-1',
    });
    const settings = {
      region: 'us-east-1',
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'x' },
    };
    await new S3Client({ ...settings, forcePathStyle: true }).send(
      new CreateBucketCommand({ Bucket: 'artifacts' }),
    );
    const repositories = new CodeCommitClient(settings);
    await repositories.send(
      new CreateRepositoryCommand({ repositoryName: 'intake-worker' }),
    );
    await repositories.send(
      new CreateCommitCommand({
        repositoryName: 'intake-worker',
        branchName: 'main',
        commitMessage: 'Check claims\n\nLonger text',
        putFiles: [
          { filePath: 'buildspec.yml', fileContent: Buffer.from(BUILDSPEC) },
        ],
      }),
    );
    await new CodeBuildClient(settings).send(
      new CreateProjectCommand({
        name: 'intake-worker-build',
        source: { type: 'CODEPIPELINE' },
        artifacts: { type: 'CODEPIPELINE' },
        environment: {
          type: 'LINUX_CONTAINER',
          image: 'aws/codebuild/standard:7.0',
          computeType: 'BUILD_GENERAL1_SMALL',
        },
        serviceRole: `arn:aws:iam::${ACCOUNT}:role/build`,
      }),
    );
    pipelines = new CodePipelineClient(settings);
    const action = (
      name: string,
      category: 'Source' | 'Build' | 'Approval',
      provided: string,
      more: object,
    ) => ({
      name,
      actions: [
        {
          name,
          actionTypeId: {
            category,
            owner: 'AWS' as const,
            provider: provided,
            version: '1',
          },
          ...more,
        },
      ],
    });
    await pipelines.send(
      new CreatePipelineCommand({
        pipeline: {
          name: 'intake-worker',
          roleArn: `arn:aws:iam::${ACCOUNT}:role/pipeline`,
          pipelineType: 'V2',
          artifactStore: { type: 'S3', location: 'artifacts' },
          stages: [
            action('Source', 'Source', 'CodeCommit', {
              configuration: {
                RepositoryName: 'intake-worker',
                BranchName: 'main',
              },
              outputArtifacts: [{ name: 'SourceOutput' }],
            }),
            action('Build', 'Build', 'CodeBuild', {
              configuration: { ProjectName: 'intake-worker-build' },
              inputArtifacts: [{ name: 'SourceOutput' }],
            }),
            action('Approve', 'Approval', 'Manual', {}),
          ],
        },
      }),
    );
    await pipelines.send(
      new DisableStageTransitionCommand({
        pipelineName: 'intake-worker',
        stageName: 'Approve',
        transitionType: 'Inbound',
        reason: 'freeze until Monday',
      }),
    );
    await finished(1);

    const config = new ConfigReader({
      aws: {
        mainAccount: { region: 'us-east-1' },
        accountDefaults: { roleName: 'careplane-read', region: 'us-east-1' },
        accounts: [{ accountId: ACCOUNT }],
      },
    });
    const accounts = DefaultAwsAccounts.fromConfig(config);
    const aws = new AwsReader({
      accounts,
      clients: new DefaultAwsClients(
        accounts,
        new DefaultAwsBudgets({ minimumShare: 1, maxWaitMs: 5000 }),
        {
          version: '0.0.0',
          guard: createEndpointGuard({ local: true, env: process.env }),
        },
      ),
    });
    provider = new CodePipelineProvider({
      aws,
      locator: new ResourceLocator({ aws, config }),
    });
  });

  afterAll(async () => {
    process.env = environment;
    await sandbox.close();
  });

  beforeEach(() => {
    sandbox.faults.clear();
    sandbox.requests.clear();
  });

  it('reads stages and actions of the newest run in four calls, then three', async () => {
    const [status] = await provider.read({ key: ARN });
    const calls = () =>
      sandbox.requests
        .since(0)
        .filter(call => call.service !== 'sts')
        .map(call => call.operation);
    expect(calls()).toHaveLength(4);
    expect(status).toEqual(
      expect.objectContaining({
        arn: ARN,
        name: 'intake-worker',
        state: 'failed',
        lastSuccess: undefined,
      }),
    );
    expect(status.execution).toEqual(
      expect.objectContaining({
        state: 'failed',
        revision: expect.stringMatching(/^[0-9a-f]{40}$/),
        revisionSummary: 'Check claims',
        durationSeconds: expect.any(Number),
      }),
    );
    expect(
      status.stages.map(stage => [
        stage.name,
        stage.state,
        stage.transitionDisabledReason,
      ]),
    ).toEqual([
      ['Source', 'succeeded', undefined],
      ['Build', 'failed', undefined],
      ['Approve', 'not-run', 'freeze until Monday'],
    ]);
    expect(status.stages[1].actions[0]).toEqual(
      expect.objectContaining({
        provider: 'CodeBuild',
        state: 'failed',
        buildId: expect.stringMatching(/^intake-worker-build:/),
        error: expect.any(String),
        url: expect.stringMatching(/^https:\/\//),
      }),
    );
    sandbox.requests.clear();
    await provider.read({ key: ARN });
    expect(calls()).toHaveLength(3);
  });

  it('opens a failed build at its first error line, redacted', async () => {
    const [status] = await provider.read({ key: ARN });
    const buildId = status.stages[1].actions[0].buildId ?? '';
    const cause = await provider.cause({ key: ARN }, buildId);
    expect(cause).toEqual(
      expect.objectContaining({
        buildId,
        phase: 'BUILD',
        message: expect.stringContaining('exit'),
        firstErrorLine: 'TypeError: claim.member is undefined',
        truncated: false,
        logUnavailable: undefined,
      }),
    );
    expect(cause.logTail.length).toBeGreaterThan(3);
    const text = JSON.stringify(cause);
    expect(text).not.toContain('004829137');
    expect(text).not.toContain('abc123secret');
    expect(text).toContain('[redacted]');
  });

  it('names the action and role when AWS denies, and keeps the phase without its log', async () => {
    sandbox.faults.add({ kind: 'deny', operation: 'ListPipelineExecutions' });
    await expect(provider.read({ key: ARN })).rejects.toMatchObject({
      name: 'NotAllowedError',
      missingPermission: 'codepipeline:ListPipelineExecutions',
      deniedTo: `role careplane-read in account ${ACCOUNT}`,
    });
    sandbox.faults.clear();

    const [status] = await provider.read({ key: ARN });
    sandbox.faults.add({ kind: 'deny', operation: 'GetLogEvents' });
    const cause = await provider.cause(
      { key: ARN },
      status.stages[1].actions[0].buildId ?? '',
    );
    expect(cause.phase).toBe('BUILD');
    expect(cause.logUnavailable).toContain('logs:GetLogEvents');
    expect(cause.logTail).toEqual([]);
  });

  it('says that a pipeline or a build is gone', async () => {
    await expect(
      provider.read({ key: ARN.replace('intake-worker', 'gone') }),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
    await expect(
      provider.cause({ key: ARN }, 'intake-worker-build:0'),
    ).rejects.toMatchObject({ name: 'NotFoundError' });
  });

  it('shows the newest attempt of an action that was retried', async () => {
    const [before] = await provider.read({ key: ARN });
    await pipelines.send(
      new RetryStageExecutionCommand({
        pipelineName: 'intake-worker',
        stageName: 'Build',
        pipelineExecutionId: before.execution?.id,
        retryMode: 'FAILED_ACTIONS',
      }),
    );
    await finished(1);
    const [after] = await provider.read({ key: ARN });
    const builds = [before, after].map(one => one.stages[1].actions[0].buildId);
    expect(builds[1]).toBeDefined();
    expect(builds[1]).not.toBe(builds[0]);
  });
});
