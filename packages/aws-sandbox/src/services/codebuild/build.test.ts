import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  CreateProjectCommand,
  ListBuildsForProjectCommand,
  StartBuildCommand,
  StopBuildCommand,
  type Build,
} from '@aws-sdk/client-codebuild';
import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateBucketCommand,
  GetObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { startSandbox, type RunningSandbox } from '../..';
import { readZipFile } from '../codepipeline/zip';
import { BuildspecError, parseBuildspec } from './buildspec';

jest.setTimeout(30_000);

let sandbox: RunningSandbox;
let builds: CodeBuildClient;
let logs: CloudWatchLogsClient;
let s3: S3Client;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0 });
  const settings = {
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials: { accessKeyId: '222222222222', secretAccessKey: 'x' },
  };
  builds = new CodeBuildClient(settings);
  logs = new CloudWatchLogsClient(settings);
  s3 = new S3Client({ ...settings, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'results' }));
  await builds.send(
    new CreateProjectCommand({
      name: 'journey',
      source: { type: 'NO_SOURCE', buildspec: 'version: 0.2' },
      artifacts: { type: 'NO_ARTIFACTS' },
      environment: {
        type: 'LINUX_CONTAINER',
        image: 'aws/codebuild/standard:7.0',
        computeType: 'BUILD_GENERAL1_SMALL',
      },
      serviceRole: 'arn:aws:iam::222222222222:role/build',
    }),
  );
});

afterAll(() => sandbox?.close());

async function run(
  buildspec: string,
  more: object = {},
): Promise<Build & { log: string }> {
  const started = await builds.send(
    new StartBuildCommand({
      projectName: 'journey',
      buildspecOverride: buildspec,
      ...more,
    }),
  );
  return ended(started.build?.id ?? '');
}

async function ended(id: string): Promise<Build & { log: string }> {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const { builds: [build] = [] } = await builds.send(
      new BatchGetBuildsCommand({ ids: [id] }),
    );
    if (build?.buildComplete) {
      const { events = [] } = await logs
        .send(
          new GetLogEventsCommand({
            logGroupName: build.logs?.groupName,
            logStreamName: build.logs?.streamName,
          }),
        )
        .catch(() => ({ events: [] }));
      return { ...build, log: events.map(event => event.message).join('') };
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error(`${id} did not end`);
}

const phasesOf = (build: Build) =>
  Object.fromEntries(
    (build.phases ?? []).map(phase => [phase.phaseType, phase.phaseStatus]),
  );

describe('a build', () => {
  it('keeps variables and folder from command to command, and nothing of the host', async () => {
    process.env.HOST_SECRET = 'planted-on-the-host';
    const build = await run(
      `version: 0.2
env:
  exported-variables: [ANSWER, MISSING]
phases:
  install:
    commands:
      - mkdir deep
      - cd deep
      - ANSWER=$((6 * 7))
  build:
    commands:
      - echo "in $(basename "$PWD") with $ANSWER and <$HOST_SECRET> in $AWS_REGION $STAGE"
      - |
        if [ "$CODEBUILD_BUILD_SUCCEEDING" = 1 ]; then
          echo "still good"
        fi
`,
      { environmentVariablesOverride: [{ name: 'STAGE', value: 'qa' }] },
    );
    delete process.env.HOST_SECRET;
    expect(build.buildStatus).toBe('SUCCEEDED');
    expect(build.log).toContain('\nin deep with 42 and <> in us-east-1 qa\n');
    expect(build.log).toContain('\nstill good\n');
    expect(build.log).not.toContain('planted-on-the-host');
    expect(build.exportedEnvironmentVariables).toEqual([
      { name: 'ANSWER', value: '42' },
      { name: 'MISSING', value: '' },
    ]);
  });

  it('speaks to the sandbox with its role when it calls AWS', async () => {
    const build = await run(
      `version: 0.2
phases:
  build:
    commands:
      - echo "$AWS_ENDPOINT_URL $AWS_ACCESS_KEY_ID"
`,
    );
    expect(build.log).toMatch(new RegExp(`\n${sandbox.url} ASIA[A-Z0-9]+\n`));
  });

  it('ends after a failed pre_build, but still runs its finally commands', async () => {
    const build = await run(
      `version: 0.2
phases:
  pre_build:
    commands: [exit 3]
    finally: [echo always]
  build:
    commands: [echo never]
`,
    );
    expect(build.buildStatus).toBe('FAILED');
    expect(phasesOf(build)).toMatchObject({
      PRE_BUILD: 'FAILED',
      FINALIZING: 'SUCCEEDED',
    });
    expect(phasesOf(build)).not.toHaveProperty('BUILD');
    expect(build.log).toContain('\nalways\n');
    expect(build.log).not.toContain('\nnever\n');
    const failed = build.phases?.find(phase => phase.phaseStatus === 'FAILED');
    expect(failed?.contexts).toEqual([
      {
        statusCode: 'COMMAND_EXECUTION_ERROR',
        message: 'Error while executing command: exit 3. Reason: exit status 3',
      },
    ]);
  });

  it('runs post_build after a failed build, which then knows of it', async () => {
    const build = await run(
      `version: 0.2
phases:
  build:
    commands: [false]
  post_build:
    commands: ['echo "succeeding: $CODEBUILD_BUILD_SUCCEEDING"']
`,
    );
    expect(build.buildStatus).toBe('FAILED');
    expect(phasesOf(build)).toMatchObject({
      BUILD: 'FAILED',
      POST_BUILD: 'SUCCEEDED',
    });
    expect(build.log).toContain('\nsucceeding: 0\n');
  });

  it('uploads the files that its buildspec names, and none outside its source', async () => {
    const build = await run(
      `version: 0.2
phases:
  build:
    commands:
      - mkdir -p out/a out/node_modules/x && echo 1 > out/a/one.txt && echo 2 > out/two.md
      - echo 3 > out/node_modules/x/three.txt && ln -s /etc/hostname out/hosts.txt
artifacts:
  base-directory: out
  files: ['**/*.txt']
  exclude-paths: ['node_modules/**/*']
`,
      {
        artifactsOverride: {
          type: 'S3',
          location: 'results',
          name: 'out.zip',
          packaging: 'ZIP',
        },
      },
    );
    expect(build.buildStatus).toBe('SUCCEEDED');
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket: 'results', Key: 'out.zip' }),
    );
    const zip = Buffer.from((await Body?.transformToByteArray()) ?? []);
    expect((await readZipFile(zip, 'a/one.txt'))?.toString()).toBe('1\n');
    for (const absent of ['two.md', 'hosts.txt', 'node_modules/x/three.txt']) {
      expect(await readZipFile(zip, absent)).toBeUndefined();
    }
  });

  it('can be stopped, with all that it started', async () => {
    const { build } = await builds.send(
      new StartBuildCommand({
        projectName: 'journey',
        buildspecOverride:
          'version: 0.2\nphases: { build: { commands: ["echo began; sleep 60"] } }\n',
      }),
    );
    const id = build?.id ?? '';
    for (let log = ''; !log.includes('began\n'); ) {
      const { events = [] } = await logs
        .send(
          new FilterLogEventsCommand({
            logGroupName: '/aws/codebuild/journey',
            logStreamNames: [id.split(':')[1]],
            filterPattern: 'began -sleep',
          }),
        )
        .catch(() => ({ events: [] }));
      log = events.map(event => event.message).join('');
    }
    await builds.send(new StopBuildCommand({ id }));
    const stopped = await ended(id);
    expect(stopped.buildStatus).toBe('STOPPED');
    expect(phasesOf(stopped)).toMatchObject({ BUILD: 'STOPPED' });
    const { ids = [] } = await builds.send(
      new ListBuildsForProjectCommand({ projectName: 'journey' }),
    );
    expect(ids[0]).toBe(id);
  });

  it('says which buildspec it cannot read', async () => {
    const build = await run('buildspecs/none.yml');
    expect(
      build.phases?.find(phase => phase.phaseStatus === 'FAILED'),
    ).toMatchObject({
      phaseType: 'DOWNLOAD_SOURCE',
      contexts: [
        {
          statusCode: 'YAML_FILE_ERROR',
          message: 'stat buildspecs/none.yml: no such file or directory',
        },
      ],
    });
  });
});

it.each([
  ['version: 0.2', 'No build phases found'],
  [
    'version: 3\nphases: { build: { commands: [x] } }',
    'Invalid buildspec version',
  ],
  [
    'version: 0.2\nphases: { test: { commands: [x] } }',
    'Unknown build phase found: test',
  ],
  [
    'version: 0.2\nphases: { build: { commands: [{a: b}] } }',
    'list of strings',
  ],
  ['version: 0.2\n  phases: [', 'YAML_FILE_ERROR'],
  [
    'version: 0.2\nenv: { parameter-store: { A: b } }\nphases: { build: { commands: [x] } }',
    'parameter-store is not there',
  ],
])('refuses the buildspec %j', (text, message) => {
  expect(() => parseBuildspec(text)).toThrow(BuildspecError);
  expect(() => parseBuildspec(text)).toThrow(message);
});
