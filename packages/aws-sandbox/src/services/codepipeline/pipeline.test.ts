import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  CloudWatchLogsClient,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  BatchGetBuildsCommand,
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
  EnableStageTransitionCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
  PutApprovalResultCommand,
  RetryStageExecutionCommand,
  StartPipelineExecutionCommand,
  type StageDeclaration,
} from '@aws-sdk/client-codepipeline';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startSandbox, type RunningSandbox } from '../..';
import { withTriggersPaused } from '../codecommit/references';
import { seedPipelineHistory } from './seed';

const run = promisify(execFile);
const ACCOUNT = '111111111111';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/pipeline`;

jest.setTimeout(60_000);

let sandbox: RunningSandbox;
let dataDir: string;
let work: string;
let clients: ReturnType<typeof connect>;

function connect(endpoint: string) {
  const settings = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'x' },
  };
  return {
    repositories: new CodeCommitClient(settings),
    builds: new CodeBuildClient(settings),
    pipelines: new CodePipelineClient(settings),
    logs: new CloudWatchLogsClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
  };
}

const git = (folder: string, ...args: string[]) =>
  run(
    'git',
    [
      '-C',
      folder,
      '-c',
      'user.name=Maya Chen',
      '-c',
      'user.email=maya@telehealth.example',
      ...args,
    ],
    {
      env: { PATH: process.env.PATH, HOME: work, GIT_TERMINAL_PROMPT: '0' },
    },
  );

const source: StageDeclaration = {
  name: 'Source',
  actions: [
    {
      name: 'Checkout',
      namespace: 'Source',
      actionTypeId: {
        category: 'Source',
        owner: 'AWS',
        provider: 'CodeCommit',
        version: '1',
      },
      configuration: { RepositoryName: 'visit-api', BranchName: 'main' },
      outputArtifacts: [{ name: 'SourceOutput' }],
    },
  ],
};
const build: StageDeclaration = {
  name: 'Build',
  actions: [
    {
      name: 'Lint',
      actionTypeId: {
        category: 'Test',
        owner: 'AWS',
        provider: 'CodeBuild',
        version: '1',
      },
      configuration: { ProjectName: 'lint' },
      inputArtifacts: [{ name: 'SourceOutput' }],
    },
    {
      name: 'Build',
      namespace: 'Build',
      runOrder: 2,
      actionTypeId: {
        category: 'Build',
        owner: 'AWS',
        provider: 'CodeBuild',
        version: '1',
      },
      configuration: {
        ProjectName: 'visit-api-build',
        EnvironmentVariables: JSON.stringify([
          { name: 'COMMIT', value: '#{Source.CommitId}' },
        ]),
      },
      inputArtifacts: [{ name: 'SourceOutput' }],
      outputArtifacts: [{ name: 'BuildOutput' }],
    },
  ],
};
const approve: StageDeclaration = {
  name: 'Approve',
  actions: [
    {
      name: 'Ask',
      actionTypeId: {
        category: 'Approval',
        owner: 'AWS',
        provider: 'Manual',
        version: '1',
      },
      configuration: { CustomData: 'Release #{Build.VERSION}?' },
    },
  ],
};

const BUILDSPEC = `version: 0.2
env:
  variables: { GREETING: hello }
  exported-variables: [VERSION]
phases:
  install:
    commands:
      - mkdir -p out && cd out
  build:
    commands:
      - VERSION="1.0.0-$(echo $COMMIT | cut -c1-7)"
      - cd .. && node --test
      - echo "$GREETING $VERSION" > out/hello.txt
    finally:
      - echo "tidied up in $(basename "$HOME")"
artifacts:
  base-directory: out
  files: ['**/*']
`;
const PASSING = `require('node:test')('adds', () => { if (1 + 1 !== 2) throw new Error('no') });\n`;
const FAILING = `require('node:test')('adds', () => { throw new Error('sum is wrong') });\n`;

async function createPipeline(name: string, stages: StageDeclaration[]) {
  await clients.pipelines.send(
    new CreatePipelineCommand({
      pipeline: {
        name,
        roleArn: ROLE,
        pipelineType: 'V2',
        artifactStore: { type: 'S3', location: 'artifacts' },
        stages,
      },
    }),
  );
}

async function summaries(pipelineName: string) {
  const { pipelineExecutionSummaries = [] } = await clients.pipelines.send(
    new ListPipelineExecutionsCommand({ pipelineName }),
  );
  return pipelineExecutionSummaries;
}

async function eventually<T>(
  look: () => Promise<T | undefined | false>,
): Promise<T> {
  for (const end = Date.now() + 30_000; Date.now() < end; ) {
    const found = await look();
    if (found) return found;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error('It never came to pass');
}

const latestIs = (pipeline: string, status: string, count: number) =>
  eventually(async () => {
    const list = await summaries(pipeline);
    return list.length === count && list[0].status === status && list[0];
  });

async function state(name: string) {
  const { stageStates = [] } = await clients.pipelines.send(
    new GetPipelineStateCommand({ name }),
  );
  return stageStates;
}

/** A build that outlasts every test, and says which process its shell is. */
const slowProcess = () => path.join(work, 'slow.pid');
const slowBuildspec = () =>
  JSON.stringify({
    version: 0.2,
    phases: {
      build: {
        commands: [`echo $$ > '${slowProcess()}'; sleep 3600`],
      },
    },
  });

beforeAll(async () => {
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'pipelines-'));
  work = fs.mkdtempSync(path.join(os.tmpdir(), 'clone-'));
  sandbox = await startSandbox({ port: 0, dataDir });
  clients = connect(sandbox.url);
  await clients.s3.send(new CreateBucketCommand({ Bucket: 'artifacts' }));
  await clients.repositories.send(
    new CreateRepositoryCommand({ repositoryName: 'visit-api' }),
  );
  for (const [name, buildspec] of [
    ['visit-api-build', undefined],
    ['lint', 'version: 0.2\nphases: { build: { commands: [echo linted] } }\n'],
    ['slow', slowBuildspec()],
  ]) {
    await clients.builds.send(
      new CreateProjectCommand({
        name,
        source: { type: 'CODEPIPELINE', buildspec },
        artifacts: { type: 'CODEPIPELINE' },
        environment: {
          type: 'LINUX_CONTAINER',
          image: 'aws/codebuild/standard:7.0',
          computeType: 'BUILD_GENERAL1_SMALL',
        },
        serviceRole: `arn:aws:iam::${ACCOUNT}:role/build`,
      }),
    );
  }
});

afterAll(async () => {
  await sandbox?.close();
  fs.rmSync(dataDir, { recursive: true, force: true });
  fs.rmSync(work, { recursive: true, force: true });
});

function isAlive(pid: number) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a pipeline', () => {
  let clone: string;

  it('runs what was pushed with git, and hands variables and artifacts on', async () => {
    await clients.repositories.send(
      new CreateCommitCommand({
        repositoryName: 'visit-api',
        branchName: 'main',
        commitMessage: 'Begin',
        putFiles: [
          { filePath: 'buildspec.yml', fileContent: Buffer.from(BUILDSPEC) },
          { filePath: 'sum.test.js', fileContent: Buffer.from(PASSING) },
        ],
      }),
    );
    await createPipeline('visit-api', [source, build, approve]);
    await eventually(
      async () =>
        (
          await state('visit-api')
        )[2].actionStates?.[0].latestExecution?.token,
    );

    clone = path.join(work, 'visit-api');
    await git(
      work,
      'clone',
      '--quiet',
      `${sandbox.url}/git/${ACCOUNT}/v1/repos/visit-api`,
    );
    fs.writeFileSync(path.join(clone, 'README.md'), '# visit-api\n');
    await git(clone, 'add', '.');
    await git(clone, 'commit', '--quiet', '-m', 'Say what it is\n\nAt length.');
    await git(clone, 'push', '--quiet');
    const commit = (await git(clone, 'rev-parse', 'HEAD')).stdout.trim();

    const execution = await eventually(async () => {
      const [newest, ...older] = await summaries('visit-api');
      return older.length === 1 && newest.sourceRevisions?.[0] && newest;
    });
    expect(execution.sourceRevisions).toEqual([
      expect.objectContaining({
        actionName: 'Checkout',
        revisionId: commit,
        revisionSummary: 'Say what it is\n\nAt length.',
      }),
    ]);
    expect(execution.trigger?.triggerType).toBe('CloudWatchEvent');

    // The first execution still waits for its approval: the second waits for it.
    await eventually(
      async () =>
        (await state('visit-api'))[2].inboundExecution?.pipelineExecutionId ===
        execution.pipelineExecutionId,
    );
    for (let i = 0; i < 2; i++) {
      const token = await eventually(async () => {
        const ask = (await state('visit-api'))[2];
        const { token: found } = ask.actionStates?.[0].latestExecution ?? {};
        return (
          (i === 0 ||
            ask.latestExecution?.pipelineExecutionId ===
              execution.pipelineExecutionId) &&
          found
        );
      });
      await clients.pipelines.send(
        new PutApprovalResultCommand({
          pipelineName: 'visit-api',
          stageName: 'Approve',
          actionName: 'Ask',
          token,
          result: { status: 'Approved', summary: 'Go' },
        }),
      );
    }
    await latestIs('visit-api', 'Succeeded', 2);

    const { actionExecutionDetails = [] } = await clients.pipelines.send(
      new ListActionExecutionsCommand({
        pipelineName: 'visit-api',
        filter: { pipelineExecutionId: execution.pipelineExecutionId },
      }),
    );
    expect(
      actionExecutionDetails.map(action => [action.actionName, action.status]),
    ).toEqual([
      ['Ask', 'Succeeded'],
      ['Build', 'Succeeded'],
      ['Lint', 'Succeeded'],
      ['Checkout', 'Succeeded'],
    ]);
    expect(actionExecutionDetails[0].input?.resolvedConfiguration).toEqual({
      CustomData: `Release 1.0.0-${commit.slice(0, 7)}?`,
    });
    expect(actionExecutionDetails[1].output?.outputVariables).toEqual({
      VERSION: `1.0.0-${commit.slice(0, 7)}`,
    });
    expect(
      actionExecutionDetails[1].output?.outputArtifacts?.[0].s3location,
    ).toEqual({
      bucket: 'artifacts',
      key: expect.stringMatching(/^visit-api\/BuildOutpu\/\w{7}$/),
    });
  });

  it('fails with the cause in its log, and a retry runs the failed action only', async () => {
    fs.writeFileSync(path.join(clone, 'sum.test.js'), FAILING);
    await git(clone, 'commit', '--quiet', '-am', 'Break the sum');
    await git(clone, 'push', '--quiet');
    const failed = await latestIs('visit-api', 'Failed', 3);

    const action = (await state('visit-api'))[1].actionStates?.[1]
      .latestExecution;
    expect(action).toMatchObject({
      status: 'Failed',
      errorDetails: {
        code: 'JobFailed',
        message:
          'Build terminated with state: FAILED. Phase: BUILD, Code: COMMAND_EXECUTION_ERROR, Message: Error while executing command: cd .. && node --test. Reason: exit status 1',
      },
      externalExecutionId: expect.stringMatching(
        /^visit-api-build:[0-9a-f-]{36}$/,
      ),
    });
    const { builds: [record] = [] } = await clients.builds.send(
      new BatchGetBuildsCommand({ ids: [action?.externalExecutionId ?? ''] }),
    );
    expect(
      record.phases?.map(phase => [phase.phaseType, phase.phaseStatus]),
    ).toEqual([
      ['SUBMITTED', 'SUCCEEDED'],
      ['QUEUED', 'SUCCEEDED'],
      ['PROVISIONING', 'SUCCEEDED'],
      ['DOWNLOAD_SOURCE', 'SUCCEEDED'],
      ['INSTALL', 'SUCCEEDED'],
      ['PRE_BUILD', 'SUCCEEDED'],
      ['BUILD', 'FAILED'],
      ['POST_BUILD', 'SUCCEEDED'],
      ['UPLOAD_ARTIFACTS', 'FAILED'],
      ['FINALIZING', 'SUCCEEDED'],
      ['COMPLETED', undefined],
    ]);
    const { events = [] } = await clients.logs.send(
      new GetLogEventsCommand({
        logGroupName: record.logs?.groupName,
        logStreamName: record.logs?.streamName,
        startFromHead: true,
      }),
    );
    const log = events.map(event => event.message).join('');
    expect(log).toContain('sum is wrong');
    expect(log).toContain('tidied up in home');
    expect(log).toMatch(
      /\[Container\] .* Phase complete: BUILD State: FAILED\n/,
    );

    await clients.pipelines.send(
      new RetryStageExecutionCommand({
        pipelineName: 'visit-api',
        stageName: 'Build',
        pipelineExecutionId: failed.pipelineExecutionId,
        retryMode: 'FAILED_ACTIONS',
      }),
    );
    const { actionExecutionDetails: attempts = [] } = await eventually(
      async () => {
        const answer = await clients.pipelines.send(
          new ListActionExecutionsCommand({
            pipelineName: 'visit-api',
            filter: { pipelineExecutionId: failed.pipelineExecutionId },
          }),
        );
        const first = answer.actionExecutionDetails ?? [];
        return first.length === 4 && first[0].status === 'Failed' && answer;
      },
    );
    expect(attempts.map(attempt => attempt.actionName)).toEqual([
      'Build',
      'Build',
      'Lint',
      'Checkout',
    ]);
  });

  it('does not retry an execution that a newer one has passed', async () => {
    const [failed] = await summaries('visit-api');
    fs.writeFileSync(path.join(clone, 'sum.test.js'), PASSING);
    await git(clone, 'commit', '--quiet', '-am', 'Mend the sum');
    await git(clone, 'push', '--quiet');
    await eventually(
      async () =>
        (await state('visit-api'))[2].latestExecution?.status === 'InProgress',
    );
    await expect(
      clients.pipelines.send(
        new RetryStageExecutionCommand({
          pipelineName: 'visit-api',
          stageName: 'Build',
          pipelineExecutionId: failed.pipelineExecutionId,
          retryMode: 'FAILED_ACTIONS',
        }),
      ),
    ).rejects.toMatchObject({ name: 'NotLatestPipelineExecutionException' });
  });

  it('holds executions before a disabled stage, and lets only the newest through', async () => {
    await createPipeline('gated', [
      source,
      {
        ...approve,
        actions: approve.actions?.map(a => ({ ...a, configuration: {} })),
      },
    ]);
    const transition = {
      pipelineName: 'gated',
      stageName: 'Approve',
      transitionType: 'Inbound' as const,
    };
    await clients.pipelines.send(
      new DisableStageTransitionCommand({
        ...transition,
        reason: 'freeze until Monday',
      }),
    );
    await eventually(
      async () =>
        (await state('gated'))[0].latestExecution?.status === 'Succeeded',
    );
    const start = () =>
      clients.pipelines.send(
        new StartPipelineExecutionCommand({
          name: 'gated',
          clientRequestToken: 'once',
        }),
      );
    const { pipelineExecutionId: second } = await start();
    expect((await start()).pipelineExecutionId).toBe(second);
    await eventually(
      async () =>
        (await state('gated'))[1].inboundExecution?.pipelineExecutionId ===
        second,
    );
    await clients.pipelines.send(new EnableStageTransitionCommand(transition));
    await eventually(
      async () =>
        (await state('gated'))[1].latestExecution?.pipelineExecutionId ===
        second,
    );
    const token = (await state('gated'))[1].actionStates?.[0].latestExecution
      ?.token;
    await expect(
      clients.pipelines.send(
        new PutApprovalResultCommand({
          pipelineName: 'gated',
          stageName: 'Approve',
          actionName: 'Ask',
          token: `not-${token?.slice(4)}`,
          result: { status: 'Approved', summary: '' },
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidApprovalTokenException' });
  });

  it('shows a seeded history like one that happened', async () => {
    await withTriggersPaused(sandbox, () =>
      createPipeline('old', [source, build, approve]),
    );
    const at = new Date('2026-03-01T10:00:00Z');
    const revision = {
      id: 'a'.repeat(40),
      message: 'Take forms in Spanish',
      at,
    };
    const [good, bad] = seedPipelineHistory(sandbox, ACCOUNT, 'old', [
      {
        start: at,
        revision,
        actions: {
          'Build/Build': { variables: { VERSION: '1.2.3' }, seconds: 90 },
          'Approve/Ask': { approvedBy: 'arn:aws:iam::111111111111:user/sofia' },
        },
      },
      {
        start: new Date('2026-03-02T10:00:00Z'),
        revision,
        actions: {
          'Build/Build': {
            log: ['not ok 1 - answers in Spanish', 'expected 200, got 404'],
            failure: { command: 'npm test', exitStatus: 1 },
          },
        },
      },
    ]);
    expect(
      (await summaries('old')).map(item => [
        item.pipelineExecutionId,
        item.status,
      ]),
    ).toEqual([
      [bad, 'Failed'],
      [good, 'Succeeded'],
    ]);
    const [, stage, last] = await state('old');
    expect(last.latestExecution).toMatchObject({
      pipelineExecutionId: good,
      status: 'Succeeded',
    });
    const action = stage.actionStates?.[1].latestExecution;
    expect(action).toMatchObject({
      status: 'Failed',
      errorDetails: {
        message: expect.stringContaining('npm test. Reason: exit status 1'),
      },
    });
    const { builds: [record] = [] } = await clients.builds.send(
      new BatchGetBuildsCommand({ ids: [action?.externalExecutionId ?? ''] }),
    );
    const { events = [] } = await clients.logs.send(
      new GetLogEventsCommand({
        logGroupName: record.logs?.groupName,
        logStreamName: record.logs?.streamName,
        limit: 5,
      }),
    );
    expect(record.startTime?.toISOString()).toBe('2026-03-02T10:00:50.000Z');
    expect(events).toHaveLength(5);
    expect(events[0]?.message).toContain('Phase complete: BUILD State: FAILED');
    // A failed execution of the past can be retried as any other.
    await clients.pipelines.send(
      new RetryStageExecutionCommand({
        pipelineName: 'old',
        stageName: 'Build',
        pipelineExecutionId: bad,
        retryMode: 'FAILED_ACTIONS',
      }),
    );
    await latestIs('old', 'Failed', 2);
  });

  it('goes on after a restart, and says of a running build that it was cut off', async () => {
    const slow: StageDeclaration = {
      name: 'Build',
      actions: [
        { ...build.actions![0], configuration: { ProjectName: 'slow' } },
      ],
    };
    await createPipeline('slow', [source, slow]);
    const running = await eventually(
      async () =>
        fs.existsSync(slowProcess()) &&
        Number(fs.readFileSync(slowProcess(), 'utf8')),
    );
    expect(isAlive(running)).toBe(true);
    const token = async () =>
      (await state('visit-api'))[2].actionStates?.[0].latestExecution?.token;
    const before = await token();
    expect(before).toMatch(/^[0-9a-f-]{36}$/);
    // It waits for no command: that would take an hour.
    await sandbox.close();
    expect(isAlive(running)).toBe(false);
    sandbox = await startSandbox({ port: 0, dataDir });
    clients = connect(sandbox.url);
    const execution = await latestIs('slow', 'Failed', 1);
    const { pipelineExecution } = await clients.pipelines.send(
      new GetPipelineExecutionCommand({
        pipelineName: 'slow',
        pipelineExecutionId: execution.pipelineExecutionId,
      }),
    );
    expect(pipelineExecution?.status).toBe('Failed');
    expect(
      (await state('slow'))[1].actionStates?.[0].latestExecution?.errorDetails
        ?.message,
    ).toContain('The sandbox ended while this build ran');
    // The other pipeline still waits for the approval it had asked for.
    expect(await token()).toBe(before);
  });
});
