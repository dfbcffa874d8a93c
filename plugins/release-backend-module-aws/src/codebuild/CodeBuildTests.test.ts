import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import type { TestBuild } from '@careplane/backstage-plugin-release-node';
import { DELIVERY, testAws, write } from '../testUtils/aws';
import { CodeBuildTests, testBuildOf } from './CodeBuildTests';

jest.setTimeout(30_000);

const where = (project: string) => ({
  accountId: DELIVERY,
  region: 'us-east-1',
  project,
});

describe('CodeBuildTests', () => {
  let sandbox: RunningSandbox;
  let tests: CodeBuildTests;

  beforeAll(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
    const { clients, accounts } = testAws();
    tests = new CodeBuildTests(clients, accounts);
    for (const [name, phases] of Object.entries({
      passing: 'build: { commands: [test "$CAREPLANE_STAGE" = qa] }',
      failing: 'build: { commands: ["false"] }',
      broken:
        'install: { commands: ["false"] }\n  build: { commands: ["true"] }',
    })) {
      await sandbox.call(
        'codebuild',
        'CreateProject',
        {
          name,
          source: {
            type: 'NO_SOURCE',
            buildspec: `version: 0.2\nphases:\n  ${phases}\n`,
          },
          artifacts: { type: 'NO_ARTIFACTS' },
          environment: {
            type: 'LINUX_CONTAINER',
            image: 'aws/codebuild/standard:7.0',
            computeType: 'BUILD_GENERAL1_SMALL',
          },
          serviceRole: `arn:aws:iam::${DELIVERY}:role/tests`,
        },
        { account: DELIVERY },
      );
    }
  });
  afterAll(async () => {
    delete process.env.AWS_ENDPOINT_URL;
    await sandbox.close();
  });

  const start = (project: string, token = project) =>
    tests.start(
      {
        where: where(project),
        token,
        environment: { CAREPLANE_STAGE: 'qa' },
      },
      write,
    );
  async function ended(project: string): Promise<TestBuild> {
    const { build } = await start(project);
    for (;;) {
      const now = await tests.read(where(project), build.id);
      if (now?.state !== 'running') return now!;
      await new Promise(resolve => {
        setTimeout(resolve, 50);
      });
    }
  }

  it('runs the project with the stage, as the person, and says how it ended', async () => {
    const build = await ended('passing');
    expect(build).toMatchObject({
      state: 'passed',
      summary: undefined,
      url: expect.stringContaining('/codesuite/codebuild/'),
    });
    expect(build.endedAt).toBeDefined();
    const [asked] = sandbox.trail.lookup({
      account: DELIVERY,
      matches: event => event.eventName === 'StartBuild',
    });
    expect(asked.userIdentity.arn).toContain(
      `/careplane-release/cp-${write.rolloutId}`,
    );
  });

  it('the same token starts one build', async () => {
    const first = await start('passing', 'again');
    const second = await start('passing', 'again');
    expect(second.build.id).toBe(first.build.id);
  });

  it('tests that fail have failed; a build that never came to them has shown nothing', async () => {
    expect(await ended('failing')).toMatchObject({
      state: 'failed',
      summary: 'The build failed in its tests.',
    });
    expect(await ended('broken')).toMatchObject({
      state: 'broken',
      summary: 'The build failed in INSTALL, before any test.',
    });
  });

  it('a project or build that is not there is told as that', async () => {
    await expect(start('nothing')).rejects.toMatchObject({
      name: 'NotFoundError',
    });
    expect(await tests.read(where('passing'), 'passing:gone')).toBeUndefined();
  });

  it.each([
    ['STOPPED', 'broken'],
    ['FAULT', 'broken'],
    ['TIMED_OUT', 'failed'],
  ] as const)('a build that ended in %s is %s', (buildStatus, state) => {
    expect(testBuildOf({ id: 'a', buildStatus })).toMatchObject({ state });
  });
});
