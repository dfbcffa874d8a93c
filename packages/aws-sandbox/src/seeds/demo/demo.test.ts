import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudTrailClient,
  LookupEventsCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  CloudWatchLogsClient,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  StartBuildCommand,
} from '@aws-sdk/client-codebuild';
import {
  CodePipelineClient,
  ListActionExecutionsCommand,
  ListPipelineExecutionsCommand,
} from '@aws-sdk/client-codepipeline';
import { clientOptions } from '../../testing';
import { startCommand, type StartedCommand } from './__testUtils__/command';
import {
  cliReader,
  hasAwsCli,
  sdkReader,
  type EstateReader,
} from './__testUtils__/estateReaders';
import { ACCOUNTS } from './stages';

const FUNCTIONS = ['claims-api', 'intake-worker', 'triage-rules', 'visit-api'];
/** What the account module installs next to the services. */
const PLATFORM_FUNCTIONS = ['careplane-canary-deadline'];
const SITES = ['eligibility-web', 'video-gateway'];
const SERVICES = [...FUNCTIONS, ...SITES].sort();
const SEED_LIMIT_MS = 240_000;
const RESTART_LIMIT_MS = 10_000;
const SONAR_TOKEN = 'a-token-for-the-tests';

/** Each CLI call starts a Python, which takes seconds on a busy machine. */
jest.setTimeout(SEED_LIMIT_MS);

const sorted = (names: (string | undefined)[] = []) => [...names].sort();

async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise(resolve => {
      setTimeout(resolve, 250);
    });
  }
}

/** The demo estate as `npm start` makes it: seeded once, in its own process. */
describe('the demo estate', () => {
  let dataDir: string;
  let command: StartedCommand;
  const start = () =>
    startCommand({ dataDir, seed: 'demo', sonarToken: SONAR_TOKEN });

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'sandbox-demo-'));
    command = await start();
    // The last commits' pipelines run for real after the seed.
    for (const name of ['claims-api', 'intake-worker']) {
      await eventually(async () => {
        const [latest] = await executionsOf(name);
        return latest.status === 'InProgress' ? undefined : latest;
      });
    }
  });

  afterAll(async () => {
    await command?.end('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function executionsOf(name: string) {
    const client = new CodePipelineClient(clientOptions(command.url));
    const { pipelineExecutionSummaries = [] } = await client.send(
      new ListPipelineExecutionsCommand({ pipelineName: name }),
    );
    return pipelineExecutionSummaries;
  }

  /** Status of the stages that a pipeline's last execution reached. */
  async function lastStages(reader: EstateReader, name: string) {
    const { stageStates = [] } = await reader.pipelineState(name);
    const last = stageStates[0].latestExecution?.pipelineExecutionId;
    return stageStates
      .filter(stage => stage.latestExecution?.pipelineExecutionId === last)
      .map(stage => `${stage.stageName} ${stage.latestExecution?.status}`);
  }

  async function listsTheEstate(
    readerOf: (url: string, account: string) => EstateReader,
  ) {
    for (const account of Object.values(ACCOUNTS)) {
      const isDelivery = account === ACCOUNTS.dev;
      const reader = readerOf(command.url, account);
      const [
        { Functions },
        { Aliases },
        { services },
        { Stacks },
        { repositories },
        { pipelines },
      ] = await Promise.all([
        reader.functions(),
        reader.aliases('visit-api'),
        reader.services(SITES),
        reader.stacks(),
        reader.repositories(),
        reader.pipelines(),
      ]);
      expect(sorted(Functions?.map(item => item.FunctionName))).toEqual(
        sorted([...PLATFORM_FUNCTIONS, ...FUNCTIONS]),
      );
      expect(Aliases).toMatchObject([
        { Name: 'live', FunctionVersion: expect.stringMatching(/^\d+$/) },
      ]);
      expect(services).toMatchObject(
        SITES.map(serviceName => ({ serviceName, runningCount: 2 })),
      );
      expect(sorted(Stacks?.map(stack => stack.StackName))).toEqual(
        sorted([
          ...SERVICES.map(name => `svc-${name}`),
          ...(isDelivery ? SERVICES.map(name => `pipeline-${name}`) : []),
        ]),
      );
      expect(
        Stacks?.filter(stack => !stack.StackStatus?.endsWith('_COMPLETE')),
      ).toEqual([]);
      const inDelivery = isDelivery ? SERVICES : [];
      expect(sorted(repositories?.map(item => item.repositoryName))).toEqual(
        inDelivery,
      );
      expect(sorted(pipelines?.map(item => item.name))).toEqual(inDelivery);
    }

    const delivery = readerOf(command.url, ACCOUNTS.dev);
    expect(await lastStages(delivery, 'visit-api')).toEqual([
      'Source Succeeded',
      'Build Succeeded',
      'Quality Succeeded',
      'Publish Succeeded',
      'Dev Succeeded',
    ]);
    expect(await lastStages(delivery, 'claims-api')).toEqual([
      'Source Succeeded',
      'Build Succeeded',
      'Quality Failed',
    ]);
    expect(await lastStages(delivery, 'intake-worker')).toEqual([
      'Source Succeeded',
      'Build Failed',
    ]);
    const { imageDetails = [] } = await delivery.images('video-gateway');
    expect(imageDetails).toHaveLength(2);
    const newest = imageDetails.reduce((a, b) =>
      new Date(a.imagePushedAt ?? 0) > new Date(b.imagePushedAt ?? 0) ? a : b,
    );
    expect(newest.imageTags).toEqual(['3.1.0']);
    const { imageScanFindings } = await delivery.findings(
      'video-gateway',
      newest.imageDigest ?? '',
    );
    expect(imageScanFindings?.findingSeverityCounts).toEqual({
      CRITICAL: 2,
      HIGH: 3,
      MEDIUM: 4,
    });
  }

  it("SDK clients list the demo's functions, aliases, pipelines with state, images with findings, services, stacks and repositories, per account", async () => {
    await expect(listsTheEstate(sdkReader)).resolves.toBeUndefined();
  });

  (hasAwsCli ? it : it.skip)(
    "the AWS CLI lists the demo's functions, aliases, pipelines with state, images with findings, services, stacks and repositories, per account",
    async () => {
      await listsTheEstate(cliReader);
    },
  );

  /** Who moved an alias, oldest first, as CloudTrail tells. */
  async function aliasMoves(account: string, name: string) {
    const client = new CloudTrailClient(clientOptions(command.url, account));
    const { Events = [] } = await client.send(
      new LookupEventsCommand({
        LookupAttributes: [
          { AttributeKey: 'EventName', AttributeValue: 'UpdateAlias20150331' },
        ],
      }),
    );
    return Events.map(event => ({
      by: event.Username,
      at: event.EventTime?.getTime() ?? 0,
      event: JSON.parse(event.CloudTrailEvent ?? '{}'),
    }))
      .filter(({ event }) =>
        String(event.requestParameters?.functionName).includes(name),
      )
      .sort((a, b) => a.at - b.at);
  }

  it("triage-rules' prod alias was moved back by console-user, and its stack does not know", async () => {
    const prod = sdkReader(command.url, ACCOUNTS.prod);
    const moves = await aliasMoves(ACCOUNTS.prod, 'triage-rules');
    expect(moves.at(-1)).toMatchObject({
      by: 'console-user',
      event: { userIdentity: { type: 'IAMUser', userName: 'console-user' } },
    });
    const { Aliases } = await prod.aliases('triage-rules');
    expect(Aliases?.[0].FunctionVersion).toBe('1');
  });

  it('visit-api was moved on qa and prod by daniel.okafor, over weeks', async () => {
    for (const account of [ACCOUNTS.qa, ACCOUNTS.prod]) {
      const moves = await aliasMoves(account, 'visit-api');
      expect(moves.length).toBeGreaterThan(0);
      expect(new Set(moves.map(({ by }) => by))).toEqual(
        new Set(['daniel.okafor']),
      );
      expect(Date.now() - moves[0].at).toBeGreaterThan(15 * 86_400_000);
    }
  });

  /** The build that ended a pipeline's last execution. */
  async function failedBuild(name: string) {
    const [{ pipelineExecutionId }] = await executionsOf(name);
    const client = new CodePipelineClient(clientOptions(command.url));
    const { actionExecutionDetails = [] } = await client.send(
      new ListActionExecutionsCommand({
        pipelineName: name,
        filter: { pipelineExecutionId },
      }),
    );
    const failed = actionExecutionDetails.find(
      action => action.status === 'Failed',
    );
    const id = failed?.output?.executionResult?.externalExecutionId ?? '';
    const builds = new CodeBuildClient(clientOptions(command.url));
    const found = await builds.send(new BatchGetBuildsCommand({ ids: [id] }));
    return found.builds?.[0].phases?.find(
      phase => phase.phaseStatus === 'FAILED',
    )?.contexts?.[0].message;
  }

  it("intake-worker's last execution failed in its own tests", async () => {
    expect(await failedBuild('intake-worker')).toMatch(/npm run test:coverage/);
  });

  it("claims-api's last execution failed at the quality gate, on measured coverage", async () => {
    expect(await failedBuild('claims-api')).toMatch(/pipeline\/quality\.mjs/);
    const answer = await fetch(
      `${command.sonarUrl}/api/qualitygates/project_status?projectKey=claims-api`,
      { headers: { authorization: `Bearer ${SONAR_TOKEN}` } },
    );
    const { projectStatus } = await answer.json();
    expect(projectStatus.status).toBe('ERROR');
    const failing = projectStatus.conditions.filter(
      (condition: { status: string }) => condition.status === 'ERROR',
    );
    expect(failing).toMatchObject([
      { metricKey: 'new_coverage', errorThreshold: '80' },
    ]);
    const measured = Number(failing[0].actualValue);
    expect(measured).toBeGreaterThan(40);
    expect(measured).toBeLessThan(80);
  });

  it.each([
    [
      'visit-api',
      `arn:aws:lambda:us-east-1:${ACCOUNTS.qa}:function:visit-api:live`,
      'knows the stage that it runs on',
    ],
    [
      'video-gateway',
      `arn:aws:ecs:us-east-1:${ACCOUNTS.qa}:service/careplane/video-gateway`,
      'loses no task within ten seconds',
    ],
  ])(
    'the tests of %s run on qa, in the account of the stage',
    async (name, target, said) => {
      const builds = new CodeBuildClient(clientOptions(command.url));
      const { build } = await builds.send(
        new StartBuildCommand({
          projectName: `${name}-tests`,
          environmentVariablesOverride: [
            { name: 'CAREPLANE_TARGET', value: target },
            { name: 'CAREPLANE_STAGE', value: 'qa' },
          ],
        }),
      );
      const ended = await eventually(async () => {
        const { builds: found = [] } = await builds.send(
          new BatchGetBuildsCommand({ ids: [build?.id ?? ''] }),
        );
        return found[0].buildComplete ? found[0] : undefined;
      });
      const logs = new CloudWatchLogsClient(clientOptions(command.url));
      const { events = [] } = await logs.send(
        new GetLogEventsCommand({
          logGroupName: `/aws/codebuild/${name}-tests`,
          logStreamName: ended.logs?.streamName ?? '',
          startFromHead: true,
        }),
      );
      const log = events.map(({ message }) => message).join('\n');
      expect([ended.buildStatus, log]).toEqual([
        'SUCCEEDED',
        expect.stringContaining(`✔ ${said}`),
      ]);
    },
  );

  it('a page in a browser cannot drive that port', async () => {
    const send = (path: string, method: string, headers: object) =>
      new Promise<number>((resolve, reject) => {
        const { hostname, port } = new URL(command.url);
        request(
          { hostname, port, path, method, headers: { ...headers } },
          response => {
            response.resume();
            resolve(response.statusCode ?? 0);
          },
        )
          .on('error', reject)
          .end();
      });
    const git = `/git/${ACCOUNTS.dev}/v1/repos/visit-api/info/refs?service=git-receive-pack`;
    const paths: [string, string, object][] = [
      ['POST', '/', { 'x-amz-target': 'CodePipeline_20150709.ListPipelines' }],
      ['GET', '/2015-03-31/functions', {}],
      ['GET', git, {}],
      ['POST', '/_sandbox/clock', {}],
      ['OPTIONS', '/', {}],
    ];
    const pages: object[] = [
      { origin: 'http://localhost:7007' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { host: 'rebound.example:4566' },
    ];
    for (const [method, path, headers] of paths) {
      for (const page of pages) {
        const status = await send(path, method, { ...headers, ...page });
        expect([method, path, page, status]).toEqual([method, path, page, 403]);
      }
    }
    expect(await send(git, 'GET', {})).not.toBe(403);
  });

  // The last one: it ends the sandbox that the others use.
  it('comes back after a kill with its tasks, soon and without a word of failure', async () => {
    // Processes can be counted where the system lists them as files.
    const canCount = process.platform === 'linux';
    const running = canCount ? 6 : 0;
    const tasks = () =>
      (canCount ? readdirSync('/proc') : []).filter(pid => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(
            join(dataDir, 'aws', 'ecs', 'task-guard.cjs'),
          );
        } catch {
          return false;
        }
      }).length;
    expect(tasks()).toBe(running);
    await command.end('SIGKILL');
    await eventually(async () => (tasks() === 0 ? true : undefined));

    command = await start();
    expect(command.milliseconds).toBeLessThan(RESTART_LIMIT_MS);
    const { url } = command;
    for (const account of Object.values(ACCOUNTS)) {
      await eventually(async () => {
        const { services = [] } = await sdkReader(url, account).services(SITES);
        const isUp = services.every(service => service.runningCount === 2);
        return isUp ? true : undefined;
      });
    }
    expect(tasks()).toBe(running);
    expect(command.said()).not.toMatch(/warning|exited/);
  });
});
