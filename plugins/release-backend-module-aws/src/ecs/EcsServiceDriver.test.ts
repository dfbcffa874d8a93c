import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import {
  BatchDeleteImageCommand,
  CreateRepositoryCommand,
  ECRClient,
} from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import type { Revision } from '@careplane/backstage-plugin-release-common';
import type { ObservedTarget } from '@careplane/backstage-plugin-release-node';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import {
  asAccount,
  DELIVERY,
  QA,
  target,
  testAws,
  write,
} from '../testUtils/aws';
import { EcsServiceDriver } from './EcsServiceDriver';

jest.setTimeout(90_000);
const run = promisify(execFile);
const NAME = 'video-gateway';
const REPOSITORY = `${DELIVERY}.dkr.ecr.us-east-1.amazonaws.com/${NAME}`;
const web = target(
  `arn:aws:ecs:us-east-1:${QA}:service/careplane/${NAME}`,
  'ecs-service',
  NAME,
);
const SHIM = join(
  dirname(require.resolve('@careplane/aws-sandbox/package.json')),
  'src/services/ecr/docker-shim/docker',
);

describe('EcsServiceDriver', () => {
  let sandbox: RunningSandbox;
  let folder: string;
  let ecs: ECSClient;
  let ecr: ECRClient;
  let driver: EcsServiceDriver;
  let one: Revision;
  let two: Revision;

  /** Builds an image of a server that answers, and pushes it. */
  async function image(tag: string): Promise<string> {
    writeFileSync(
      join(folder, 'main.js'),
      `require('node:http').createServer((q, s) => s.end('${tag}')).listen(8080);`,
    );
    writeFileSync(
      join(folder, 'Dockerfile'),
      'FROM node:22-slim\nWORKDIR /app\nCOPY main.js ./\nEXPOSE 8080\nUSER node\nCMD ["node", "main.js"]\n',
    );
    const docker = (...words: string[]) =>
      run(process.execPath, [SHIM, ...words], {
        cwd: folder,
        env: {
          PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
          HOME: folder,
          AWS_ENDPOINT_URL: sandbox.url,
        },
      });
    await docker('build', '-t', `${REPOSITORY}:${tag}`, '.');
    const { stdout } = await docker('push', `${REPOSITORY}:${tag}`);
    return /digest: (sha256:[0-9a-f]{64})/.exec(stdout)![1];
  }

  async function revision(image_: string, contentHash: string) {
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: NAME,
        containerDefinitions: [
          {
            name: 'app',
            image: image_,
            portMappings: [{ containerPort: 8080 }],
          },
        ],
      }),
    );
    return { id: taskDefinition!.taskDefinitionArn!, contentHash };
  }

  async function until(done: (seen: ObservedTarget) => boolean) {
    for (let i = 0; i < 150; i++) {
      const seen = await driver.observe(web);
      if (done(seen)) return seen;
      await sandbox.clock.advance(5000);
      await new Promise(resolve => {
        setTimeout(resolve, 30);
      });
    }
    throw new Error(
      `It never came to that: ${JSON.stringify(await driver.observe(web))}`,
    );
  }
  const settledOn = (wanted: Revision) =>
    until(
      seen =>
        seen.deployment?.status === 'successful' &&
        seen.deployment.taskDefinition === wanted.id,
    );

  beforeAll(() => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
  });
  beforeEach(async () => {
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
    folder = mkdtempSync(join(tmpdir(), 'careplane-ecs-'));
    ecr = new ECRClient(asAccount(DELIVERY));
    ecs = new ECSClient(asAccount(QA));
    driver = new EcsServiceDriver(testAws().clients);
    await ecr.send(new CreateRepositoryCommand({ repositoryName: NAME }));
    await ecs.send(new CreateClusterCommand({ clusterName: 'careplane' }));
    const [a, b] = [await image('1.0.0'), await image('1.1.0')];
    one = await revision(`${REPOSITORY}@${a}`, a);
    two = await revision(`${REPOSITORY}@${b}`, b);
    await ecs.send(
      new CreateServiceCommand({
        cluster: 'careplane',
        serviceName: NAME,
        taskDefinition: one.id,
        desiredCount: 1,
        deploymentConfiguration: {
          maximumPercent: 200,
          minimumHealthyPercent: 100,
          bakeTimeInMinutes: 1,
        },
      }),
    );
    await settledOn(one);
    sandbox.requests.clear();
  });
  afterEach(async () => {
    delete process.env.AWS_ENDPOINT_URL;
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('deploys forward and back, seen by deployment and by digest of running tasks', async () => {
    const before = await driver.observe(web);
    expect(before).toMatchObject({
      exists: true,
      stable: { id: one.id, contentHash: one.contentHash },
      tasks: { desired: 1, running: 1, digests: [one.contentHash] },
    });

    await driver.shift(web, before, { stable: two }, write);
    const forward = await settledOn(two);
    expect(forward.tasks?.digests).toEqual([two.contentHash]);

    const rollback = { ...write, rollback: true };
    await driver.shift(web, forward, { stable: one }, rollback);
    const back = await settledOn(one);
    expect(back.tasks?.digests).toEqual([one.contentHash]);
    await driver.restoreConfiguration(
      web,
      before.deploymentConfiguration!,
      rollback,
    );
    const restored = await driver.observe(web);
    expect(restored.deployment?.arn).toBe(back.deployment?.arn);

    expect(
      sandbox.requests.since(0).filter(c => c.operation === 'UpdateService'),
    ).toHaveLength(3);
    expect(
      (await driver.history(web)).moves.map(h => h.revision.contentHash),
    ).toEqual([one.contentHash, two.contentHash, one.contentHash]);
  });

  it('stops a deployment that is under way instead of starting another (SC-E4)', async () => {
    const before = await driver.observe(web);
    await driver.shift(web, before, { stable: two }, write);
    const moving = await driver.observe(web);
    if (moving.deployment?.status !== 'in-progress') {
      throw new Error(`Too late to stop: ${moving.deployment?.status}`);
    }
    const stopped = await driver.shift(
      web,
      moving,
      { stable: one, ends: { deploymentArn: moving.deployment.arn } },
      { ...write, rollback: true },
    );
    expect(stopped.deploymentArn).toBe(moving.deployment.arn);
    await until(seen => seen.deployment?.status === 'rolled-back');
    const seen = await driver.observe(web);
    expect(seen.tasks?.digests).toEqual([one.contentHash]);
  });

  it('writes nothing over a task definition that it did not see (INV-22)', async () => {
    const stale = { exists: true, stable: two };
    await expect(
      driver.shift(web, stale, { stable: two }, write),
    ).rejects.toMatchObject({ name: 'ConflictError' });
    await expect(
      driver.shift(
        web,
        stale,
        { stable: { id: NAME, contentHash: 'x' } },
        write,
      ),
    ).rejects.toMatchObject({ name: 'InputError' });
    expect(
      sandbox.requests.since(0).filter(c => c.operation === 'UpdateService'),
    ).toEqual([]);
  });

  it('offers no revision whose image is gone, or is named by a tag and nobody knows what ran', async () => {
    const states = async (of: Revision) =>
      (await driver.viability(web, of)).map(c => [c.id, c.state]);
    await expect(states(two)).resolves.toEqual([
      ['task-definition-active', 'pass'],
      ['image-by-digest', 'pass'],
      ['same-artifact', 'pass'],
      ['image-present', 'pass'],
    ]);
    await ecr.send(
      new BatchDeleteImageCommand({
        repositoryName: NAME,
        imageIds: [{ imageDigest: two.contentHash }],
      }),
    );
    await expect(states(two)).resolves.toContainEqual([
      'image-present',
      'fail',
    ]);
    const loose = await revision(`${REPOSITORY}:1.0.0`, 'unknown');
    await expect(states(loose)).resolves.toContainEqual([
      'image-by-digest',
      'fail',
    ]);
    await expect(
      states({ ...two, id: two.id.replace(/\d+$/, '99') }),
    ).resolves.toEqual([['task-definition-exists', 'fail']]);
  });
});
