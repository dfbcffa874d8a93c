import {
  coreServices,
  createBackendModule,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import type { RunningSandbox } from '@careplane/aws-sandbox';
import type { GateResult } from '@careplane/backstage-plugin-release-common';
import { publishLambda } from './__testUtils__/lambdaRelease';
import { Portal, runOnSandbox } from './__testUtils__/runOnSandbox';
import { DANIEL, MAYA } from './__testUtils__/sandboxPortal';
import { deployStack, DEV, QA, until } from './__testUtils__/stacks';

jest.setTimeout(120_000);
const entityRef = 'component:default/claims-api';
const aliasIn = (account: string, alias = 'live') =>
  `arn:aws:lambda:us-east-1:${account}:function:claims-api:${alias}`;
const stage = (name: string, accountId: string) => ({
  name,
  title: name.toUpperCase(),
  accountId,
  region: 'us-east-1',
});

describe("a stage's tests, on the sandbox", () => {
  let sandbox: RunningSandbox;
  let portal: Portal;
  let scheduler: SchedulerService;
  let close: () => Promise<void>;

  beforeEach(async () => {
    ({ sandbox, portal, close } = await runOnSandbox(
      async () => [
        createBackendModule({
          pluginId: 'release',
          moduleId: 'sweeps',
          register(env) {
            env.registerInit({
              deps: { own: coreServices.scheduler },
              async init({ own }) {
                scheduler = own;
              },
            });
          },
        }),
      ],
      {
        stages: [
          stage('dev', DEV),
          { ...stage('qa', QA), tests: { project: '{component}-tests' } },
          stage('prod', QA),
        ],
        grants: [
          {
            stages: ['dev', 'qa', 'prod'],
            groups: [DANIEL],
            acts: ['promote', 'rollback'],
          },
        ],
      },
      {
        'claims-api': {
          'careplane.dev/target.dev': aliasIn(DEV),
          'careplane.dev/target.qa': aliasIn(QA),
          'careplane.dev/target.prod': aliasIn(QA, 'prod'),
        },
      },
    ));
  });
  afterEach(() => close());

  const project = (command: string) =>
    sandbox.call(
      'codebuild',
      'CreateProject',
      {
        name: 'claims-api-tests',
        source: {
          type: 'NO_SOURCE',
          buildspec: `version: 0.2\nphases:\n  build:\n    commands:\n      - ${command}\n`,
        },
        artifacts: { type: 'NO_ARTIFACTS' },
        environment: {
          type: 'LINUX_CONTAINER',
          image: 'aws/codebuild/standard:7.0',
          computeType: 'BUILD_GENERAL1_SMALL',
        },
        serviceRole: `arn:aws:iam::${DEV}:role/tests`,
      },
      { account: DEV },
    );

  /** The gate of prod, as the dialog shows it. */
  const gate = async (releaseId: string): Promise<GateResult | undefined> => {
    const { gates } = await portal.post('/previews', {
      entityRef,
      stage: 'prod',
      kind: 'promote',
      releaseId,
    });
    return gates.find((one: GateResult) => one.id === 'stage-tests');
  };
  /** What the page shows, after another sweep. */
  const testsOf = async () => {
    await scheduler.triggerTask('run-stage-tests');
    return (await portal.get(portal.path('claims-api'))).targets[1].target
      .tests;
  };

  it('run after a promote, are a gate of the next stage, and can be run again by who may promote', async () => {
    const { id, ...stack } = await publishLambda(sandbox, '1.0.0');
    await deployStack(sandbox, DEV, { ...stack, operation: 'CreateStack' });
    await portal.running('claims-api', 0, '1.0.0');
    expect(await gate(id)).toMatchObject({
      state: 'unknown',
      waivable: true,
      summary: 'The tests of QA have not run against it.',
    });
    const promoted = await portal.rollOut({
      entityRef,
      stage: 'qa',
      kind: 'promote',
      releaseId: id,
    });
    expect(promoted.state).toBe('SUCCEEDED');
    await portal.running('claims-api', 1, '1.0.0');

    // Nobody has made the project yet.
    await until(testsOf, run => run?.state === 'not-run');
    expect((await gate(id))?.summary).toMatch(
      /^The tests of QA did not run: .*claims-api-tests/,
    );

    await project('test "$CAREPLANE_VERSION" = 1.0.0');
    const again = { arn: aliasIn(QA), entityRef };
    const refused = await portal.send('/targets/tests/run', again, MAYA);
    expect(refused.status).toBe(403);
    expect((await portal.send('/targets/tests/run', again)).status).toBe(200);
    const twice = await portal.send('/targets/tests/run', again);
    expect([twice.status, twice.body.error?.name]).toEqual([
      409,
      'ConflictError',
    ]);
    const passed = await until(testsOf, run => run?.state === 'passed');
    expect(passed).toMatchObject({ releaseId: id, requestedBy: DANIEL });
    expect(passed).not.toHaveProperty('where');
    expect(await gate(id)).toMatchObject({
      state: 'pass',
      summary: 'The tests of QA passed.',
      url: expect.stringContaining('claims-api-tests'),
    });
    const { records } = await portal.get(`/audit?entityRef=${entityRef}`);
    expect(
      records
        .map((one: { kind: string }) => one.kind)
        .filter((kind: string) => kind.startsWith('stage-tests')),
    ).toEqual([
      'stage-tests-passed',
      'stage-tests-started',
      'stage-tests-requested',
      'stage-tests-not-run',
      'stage-tests-requested',
    ]);
  });
});
