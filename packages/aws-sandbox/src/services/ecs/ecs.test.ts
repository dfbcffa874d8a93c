import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateRepositoryCommand,
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  ECRClient,
} from '@aws-sdk/client-ecr';
import {
  ContinueServiceDeploymentCommand,
  CreateClusterCommand,
  CreateServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { startSandbox } from '../../startSandbox';

jest.setTimeout(60_000);
const run = promisify(execFile);
const REPOSITORY = '111111111111.dkr.ecr.us-east-1.amazonaws.com/video-gateway';

describe('ECR and ECS', () => {
  let sandbox: Awaited<ReturnType<typeof startSandbox>>;
  let folder: string;
  let ecr: ECRClient;
  let ecs: ECSClient;
  const config = (account: string) => ({
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials: { accessKeyId: account, secretAccessKey: 'x' },
  });
  beforeEach(async () => {
    sandbox = await startSandbox({ port: 0 });
    folder = mkdtempSync(join(tmpdir(), 'ecs-test-'));
    ecr = new ECRClient(config('111111111111'));
    ecs = new ECSClient(config('222222222222'));
    await ecr.send(
      new CreateRepositoryCommand({
        repositoryName: 'video-gateway',
        imageTagMutability: 'IMMUTABLE',
        imageScanningConfiguration: { scanOnPush: true },
      }),
    );
    await ecs.send(new CreateClusterCommand({ clusterName: 'careplane' }));
  });
  afterEach(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const docker = async (...words: string[]) =>
    (
      await run(
        process.execPath,
        [join(__dirname, '../ecr/docker-shim/docker'), ...words],
        {
          cwd: folder,
          env: {
            PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
            HOME: folder,
            AWS_ENDPOINT_URL: sandbox.url,
          },
        },
      )
    ).stdout;

  /** Builds and pushes an image that answers with its version, or exits. */
  const image = async (tag: string, source?: string, labels: string[] = []) => {
    writeFileSync(
      join(folder, 'main.js'),
      source ??
        `require('node:http').createServer((q, s) => s.end('${tag}')).listen(8080, '0.0.0.0');`,
    );
    writeFileSync(
      join(folder, 'Dockerfile'),
      [
        'FROM node:22-slim',
        'WORKDIR /app',
        'RUN apt-get update && mkdir -p /app/cache',
        'COPY main.js ./',
        'EXPOSE 8080',
        'USER node',
        'HEALTHCHECK --interval=30s CMD ["node", "-e", "fetch(\'http://127.0.0.1:8080/health\')"]',
        'CMD ["node", "main.js"]',
      ].join('\n'),
    );
    await docker(
      'build',
      '-t',
      `${REPOSITORY}:${tag}`,
      ...labels.flatMap(label => ['--label', label]),
      '.',
    );
    const out = await docker('push', `${REPOSITORY}:${tag}`);
    return /digest: (sha256:[0-9a-f]{64})/.exec(out)![1];
  };
  const register = async (uri: string) =>
    (
      await ecs.send(
        new RegisterTaskDefinitionCommand({
          family: 'video-gateway',
          containerDefinitions: [
            {
              name: 'app',
              image: uri,
              portMappings: [{ containerPort: 8080 }],
            },
          ],
        }),
      )
    ).taskDefinition!.taskDefinitionArn!;
  const service = async () =>
    (
      await ecs.send(
        new DescribeServicesCommand({
          cluster: 'careplane',
          services: ['video-gateway'],
        }),
      )
    ).services![0];
  const latest = async () => {
    const { serviceDeployments } = await ecs.send(
      new ListServiceDeploymentsCommand({
        cluster: 'careplane',
        service: 'video-gateway',
      }),
    );
    return serviceDeployments![0];
  };
  const until = async (check: () => Promise<boolean>) => {
    for (let attempt = 0; attempt < 300; attempt += 1) {
      if (await check()) return;
      await new Promise(resolve => {
        setTimeout(resolve, 50);
      });
    }
    throw new Error(`never: ${JSON.stringify(await latest())}`);
  };
  const reaches = (status: string) =>
    until(async () => (await latest()).status === status);
  const create = (taskDefinition: string, deploymentConfiguration = {}) =>
    ecs.send(
      new CreateServiceCommand({
        cluster: 'careplane',
        serviceName: 'video-gateway',
        taskDefinition,
        desiredCount: 1,
        launchType: 'FARGATE',
        deploymentConfiguration: {
          deploymentCircuitBreaker: { enable: true, rollback: true },
          ...deploymentConfiguration,
        },
      }),
    );
  const runningTasks = async () => {
    const { taskArns } = await ecs.send(
      new ListTasksCommand({
        cluster: 'careplane',
        serviceName: 'video-gateway',
      }),
    );
    if (taskArns!.length === 0) return [];
    return (
      await ecs.send(
        new DescribeTasksCommand({ cluster: 'careplane', tasks: taskArns! }),
      )
    ).tasks!;
  };
  const answer = async () => {
    const [task] = await runningTasks();
    const { hostPort } = task.containers![0].networkBindings![0];
    return (await fetch(`http://127.0.0.1:${hostPort}/`)).text();
  };

  it('packs the same image twice to the same digest, scans it, and keeps its tag', async () => {
    const findings = JSON.stringify([
      { name: 'CVE-2026-1', severity: 'CRITICAL', package: 'openssl' },
    ]);
    const first = await image('1.0.0', undefined, [
      `dev.careplane.findings=${findings}`,
    ]);
    const same = `require('node:http').createServer((q, s) => s.end('1.0.0')).listen(8080, '0.0.0.0');`;
    expect(
      await image('again', same, [`dev.careplane.findings=${findings}`]),
    ).toBe(first);
    const { imageDetails } = await ecr.send(
      new DescribeImagesCommand({
        repositoryName: 'video-gateway',
        imageIds: [{ imageTag: '1.0.0' }],
      }),
    );
    expect(imageDetails![0]).toMatchObject({
      imageDigest: first,
      imageStatus: 'ACTIVE',
      imageScanFindingsSummary: { findingSeverityCounts: { CRITICAL: 1 } },
    });
    const scan = await ecr.send(
      new DescribeImageScanFindingsCommand({
        repositoryName: 'video-gateway',
        imageId: { imageDigest: first },
      }),
    );
    expect(scan.imageScanFindings!.findings![0]).toMatchObject({
      name: 'CVE-2026-1',
      severity: 'CRITICAL',
    });
    await expect(image('1.0.0', 'process.exit(1)')).rejects.toThrow(
      /ImageTagAlreadyExistsException/,
    );
    expect(
      (
        await docker(
          'inspect',
          '--format',
          '{{index .RepoDigests 0}}',
          `${REPOSITORY}:again`,
        )
      ).trim(),
    ).toMatch(/video-gateway@sha256:/);
  });

  it('runs the image as a process, moves to a new one, and back by digest', async () => {
    const one = await image('1.0.0');
    const two = await image('2.0.0');
    const old = await register(`${REPOSITORY}@${one}`);
    await create(old);
    await reaches('SUCCESSFUL');
    expect(await answer()).toBe('1.0.0');
    const next = await register(`${REPOSITORY}:2.0.0`);
    await ecs.send(
      new UpdateServiceCommand({
        cluster: 'careplane',
        service: 'video-gateway',
        taskDefinition: next,
      }),
    );
    await until(
      async () =>
        (await latest()).status === 'SUCCESSFUL' &&
        (await service()).deployments!.length === 1,
    );
    expect(await answer()).toBe('2.0.0');
    expect(
      (await runningTasks()).map(task => task.containers![0].imageDigest),
    ).toEqual([two]);
    const { serviceRevisions } = await ecs.send(
      new DescribeServiceRevisionsCommand({
        serviceRevisionArns: [(await latest()).targetServiceRevisionArn!],
      }),
    );
    expect(serviceRevisions![0].containerImages).toEqual([
      { containerName: 'app', image: `${REPOSITORY}:2.0.0`, imageDigest: two },
    ]);
    const before = (await latest()).serviceDeploymentArn;
    await ecs.send(
      new UpdateServiceCommand({
        cluster: 'careplane',
        service: 'video-gateway',
        desiredCount: 2,
        deploymentConfiguration: { bakeTimeInMinutes: 1 },
      }),
    );
    expect((await latest()).serviceDeploymentArn).toBe(before);
    await until(async () => (await service()).runningCount === 2);
    await ecs.send(
      new DeregisterTaskDefinitionCommand({ taskDefinition: old }),
    );
    await expect(
      ecs.send(
        new UpdateServiceCommand({
          cluster: 'careplane',
          service: 'video-gateway',
          taskDefinition: old,
        }),
      ),
    ).rejects.toThrow('TaskDefinition is inactive');
  });

  it('goes back to the last completed deployment when tasks keep failing', async () => {
    const good = await register(`${REPOSITORY}@${await image('1.0.0')}`);
    const bad = await register(
      `${REPOSITORY}@${await image('2.0.0', 'process.exit(3)')}`,
    );
    await create(good);
    await reaches('SUCCESSFUL');
    await ecs.send(
      new UpdateServiceCommand({
        cluster: 'careplane',
        service: 'video-gateway',
        taskDefinition: bad,
      }),
    );
    await reaches('ROLLBACK_SUCCESSFUL');
    expect(await answer()).toBe('1.0.0');
    const { serviceDeployments } = await ecs.send(
      new DescribeServiceDeploymentsCommand({
        serviceDeploymentArns: [(await latest()).serviceDeploymentArn!],
      }),
    );
    expect(serviceDeployments![0].deploymentCircuitBreaker).toMatchObject({
      status: 'TRIGGERED',
      threshold: 3,
    });
    expect(await service()).toMatchObject({
      taskDefinition: good,
      runningCount: 1,
    });
  });

  it('bakes by the clock, and a stop in the bake sends it back', async () => {
    await create(await register(`${REPOSITORY}@${await image('1.0.0')}`), {
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 30,
      lifecycleHooks: [
        { targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] },
      ],
    });
    const describe1 = async () =>
      (
        await ecs.send(
          new DescribeServiceDeploymentsCommand({
            serviceDeploymentArns: [(await latest()).serviceDeploymentArn!],
          }),
        )
      ).serviceDeployments![0];
    await until(
      async () =>
        (await describe1()).lifecycleHookDetails?.[0]?.status ===
        'AWAITING_ACTION',
    );
    const held = await describe1();
    expect(held.lifecycleHookDetails![0]).toMatchObject({
      timeoutAction: 'ROLLBACK',
    });
    await ecs.send(
      new ContinueServiceDeploymentCommand({
        serviceDeploymentArn: held.serviceDeploymentArn!,
        hookId: held.lifecycleHookDetails![0].hookId!,
        action: 'CONTINUE',
      }),
    );
    await until(async () => (await describe1()).lifecycleStage === 'BAKE_TIME');
    await sandbox.clock.advance(31 * 60_000);
    await reaches('SUCCESSFUL');
    await ecs.send(
      new UpdateServiceCommand({
        cluster: 'careplane',
        service: 'video-gateway',
        taskDefinition: await register(`${REPOSITORY}@${await image('2.0.0')}`),
        deploymentConfiguration: { lifecycleHooks: [] },
      }),
    );
    await until(async () => (await describe1()).lifecycleStage === 'BAKE_TIME');
    await ecs.send(
      new StopServiceDeploymentCommand({
        serviceDeploymentArn: (await latest()).serviceDeploymentArn!,
        stopType: 'ROLLBACK',
      }),
    );
    await reaches('ROLLBACK_SUCCESSFUL');
    expect(await answer()).toBe('1.0.0');
  });

  it('starts its tasks again after a restart', async () => {
    const data = join(folder, 'data');
    await sandbox.close();
    const begin = async () => {
      sandbox = await startSandbox({ port: 0, dataDir: data });
      ecr = new ECRClient(config('111111111111'));
      ecs = new ECSClient(config('222222222222'));
    };
    await begin();
    await ecr.send(
      new CreateRepositoryCommand({ repositoryName: 'video-gateway' }),
    );
    await ecs.send(new CreateClusterCommand({ clusterName: 'careplane' }));
    await create(await register(`${REPOSITORY}@${await image('1.0.0')}`));
    await reaches('SUCCESSFUL');
    const [before] = await runningTasks();
    await sandbox.close();
    await begin();
    await until(
      async () => (await runningTasks())[0]?.lastStatus === 'RUNNING',
    );
    expect((await runningTasks())[0].taskArn).not.toBe(before.taskArn);
    expect(await answer()).toBe('1.0.0');
  });

  it('says why a container of another runtime does not run, and settles', async () => {
    await create(await register('public.ecr.aws/nginx/nginx:1.27'));
    await reaches('SUCCESSFUL');
    const [task] = await runningTasks();
    expect(task.attributes![0]).toEqual({
      name: 'careplane.dev/sandbox-not-run',
      value: expect.stringContaining('not run:'),
    });
    expect(task.healthStatus).toBe('UNKNOWN');
  });
});
