import { spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { get } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Sandbox } from '../../core';
import type { ImageConfig } from '../ecr/model';
import { GUARD_SOURCE } from './guardSource';

const WRAPPERS = new Set(['dumb-init', 'tini', 'docker-entrypoint.sh', '--']);
const ALIVE_MS = 400;
const HEALTH_LIMIT_MS = 15_000;

export interface Started {
  hostPort?: number;
  containerPort?: number;
}

/** The container was ended by its service or with the sandbox, before it was healthy. */
export class StoppedOnPurpose extends Error {
  override name = 'StoppedOnPurpose';
}

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** Command of a container: the task definition's over the image's, wrappers dropped. */
export function commandOf(
  container: ContainerDefinition,
  image: NonNullable<ImageConfig['config']>,
): string[] {
  const entry = container.entryPoint?.length
    ? container.entryPoint
    : image.Entrypoint ?? [];
  const inherited = container.entryPoint?.length ? [] : image.Cmd ?? [];
  const command = container.command?.length ? container.command : inherited;
  const all = [...entry, ...command];
  const start = all.findIndex(word => !WRAPPERS.has(basename(word)));
  return start < 0 ? [] : all.slice(start);
}

/** Path of the container's HTTP health check, when it has one. */
export function healthPath(
  container: ContainerDefinition,
  image: NonNullable<ImageConfig['config']>,
): string | undefined {
  const test = (
    container.healthCheck?.command ??
    image.Healthcheck?.Test ??
    []
  ).join(' ');
  return (
    /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::[^/'"\s`]*)?(\/[^'"\s`)]*)?/.exec(
      test,
    )?.[1] ??
    (/https?:\/\/(?:localhost|127\.0\.0\.1)/.test(test) ? '/' : undefined)
  );
}

const ok = (port: number, path: string) =>
  new Promise<boolean>(resolve => {
    const request = get(
      { host: '127.0.0.1', port, path, timeout: 2000 },
      response => {
        response.resume();
        resolve((response.statusCode ?? 500) < 400);
      },
    );
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });

/** Runs containers as child processes that live no longer than the sandbox. */
export class ProcessHost {
  private readonly running = new Map<string, ChildProcess>();
  /** Ended on purpose: their end is no failure and nobody is told. */
  private readonly ending = new WeakSet<ChildProcess>();
  private readonly guard: string;
  private closing = false;

  constructor(private readonly sandbox: Sandbox) {
    const folder = join(sandbox.dataDir, 'ecs');
    mkdirSync(folder, { recursive: true });
    this.guard = join(folder, 'task-guard.cjs');
    writeFileSync(this.guard, GUARD_SOURCE);
    sandbox.onClose(() => this.stopAll());
  }

  isRunning(taskArn: string): boolean {
    return this.running.has(taskArn);
  }

  /**
   * Starts the container's command and waits until it is healthy: by HTTP GET
   * where a health check names an address, else by staying alive.
   *
   * @param onExit told once when the process ends later
   * @throws Error with the reason when it does not become healthy
   */
  async start(
    taskArn: string,
    account: string,
    container: ContainerDefinition,
    image: { root: string; config: NonNullable<ImageConfig['config']> },
    onExit: (code: number) => void,
  ): Promise<Started> {
    const [, ...args] = commandOf(container, image.config);
    const exposed =
      Number(Object.keys(image.config.ExposedPorts ?? {})[0]?.split('/')[0]) ||
      undefined;
    const containerPort =
      container.portMappings?.[0]?.containerPort ?? exposed ?? 8080;
    const hostPort = await freePort();
    const home = mkdtempSync(join(tmpdir(), 'careplane-task-'));
    const workingDir = join(
      image.root,
      container.workingDirectory ?? image.config.WorkingDir ?? '/',
    );
    const inImage = (word: string) =>
      word.startsWith('/') && existsSync(join(image.root, word))
        ? join(image.root, word)
        : word;
    if (this.closing) throw new StoppedOnPurpose();
    const child = spawn(
      process.execPath,
      ['--require', this.guard, ...args.map(inImage)],
      {
        cwd: existsSync(workingDir) ? workingDir : image.root,
        env: this.environment(
          account,
          container,
          image.config,
          home,
          containerPort,
          hostPort,
        ),
        stdio: ['pipe', 'ignore', 'pipe'],
        // Ctrl-C in the terminal is for the sandbox, which then ends its tasks.
        detached: true,
      },
    );
    let errors = '';
    child.stderr.on('data', chunk => {
      errors = `${errors}${chunk}`.slice(-2000);
    });
    child.stdin.on('error', () => {});
    this.running.set(taskArn, child);
    let exit: number | undefined;
    let healthy = false;
    const ended = new Promise<void>(resolve => {
      const end = (code: number) => {
        if (exit !== undefined) return;
        exit = code;
        this.running.delete(taskArn);
        rmSync(home, { recursive: true, force: true });
        resolve();
        if (healthy && !this.ending.has(child)) onExit(code);
      };
      child.on('error', () => end(127));
      child.on('exit', code => end(code ?? 137));
    });
    const path = healthPath(container, image.config);
    const deadline = Date.now() + HEALTH_LIMIT_MS;
    const pause = (ms: number) =>
      new Promise(resolve => {
        setTimeout(resolve, ms).unref();
      });
    if (path === undefined) {
      await Promise.race([ended, pause(ALIVE_MS)]);
    } else {
      while (
        exit === undefined &&
        Date.now() < deadline &&
        !(await ok(hostPort, path))
      ) {
        await Promise.race([ended, pause(100)]);
      }
    }
    if (exit !== undefined) {
      if (this.ending.has(child)) throw new StoppedOnPurpose();
      this.sandbox.log.warn(
        `ecs: ${container.name} exited with ${exit}: ${errors.split('\n')[0]}`,
      );
      throw Object.assign(new Error('Essential container in task exited'), {
        exitCode: exit,
      });
    }
    if (path !== undefined && Date.now() >= deadline) {
      this.stop(taskArn);
      throw new Error('Task failed container health checks');
    }
    healthy = true;
    return { hostPort, containerPort };
  }

  private environment(
    account: string,
    container: ContainerDefinition,
    image: NonNullable<ImageConfig['config']>,
    home: string,
    containerPort: number,
    hostPort: number,
  ): Record<string, string> {
    const own = Object.fromEntries(
      (image.Env ?? []).map(line => [
        line.slice(0, line.indexOf('=')),
        line.slice(line.indexOf('=') + 1),
      ]),
    );
    return {
      PORT: String(containerPort),
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: this.sandbox.url,
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      ...own,
      ...Object.fromEntries(
        (container.environment ?? []).map(item => [
          item.name ?? '',
          item.value ?? '',
        ]),
      ),
      // The sandbox holds no secret values.
      ...Object.fromEntries(
        (container.secrets ?? []).map(item => [item.name ?? '', 'sandbox']),
      ),
      PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
      HOME: home,
      TMPDIR: home,
      CAREPLANE_TASK_PORTS: `${containerPort}=${hostPort}`,
    };
  }

  stop(taskArn: string): void {
    const child = this.running.get(taskArn);
    if (!child) return;
    this.ending.add(child);
    child.stdin?.destroy();
    child.kill('SIGTERM');
    setTimeout(
      () => child.exitCode === null && child.kill('SIGKILL'),
      2000,
    ).unref();
  }

  private async stopAll(): Promise<void> {
    this.closing = true;
    const children = [...this.running.values()];
    await Promise.all(
      children.map(
        child =>
          new Promise<void>(resolve => {
            this.ending.add(child);
            child.once('exit', () => resolve());
            child.stdin?.destroy();
            child.kill('SIGKILL');
          }),
      ),
    );
  }
}
