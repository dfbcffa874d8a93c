import { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import {
  SonarQubeServer,
  startSonarQubeServer,
} from '../../../packages/aws-sandbox/src/sonarqube';
import { startOidcServer } from '../../../packages/aws-sandbox/src/oidc';
import { seeds } from '../../../packages/aws-sandbox/src/seeds';
import type { Proof } from './part';

interface PortalPorts {
  portal: number;
  aws: number;
  oidc: number;
  sonar: number;
}

/** A port that nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * The portal as `npm start` runs it: its back end as a process of its own, which
 * may be killed, over a sandbox with the demo estate within this process.
 */
export class Portal {
  #backend?: ChildProcess;
  #tokens = new Map<string, string>();

  private constructor(
    readonly sandbox: RunningSandbox,
    readonly sonar: SonarQubeServer,
    readonly folder: string,
    private readonly ports: PortalPorts,
  ) {}

  static async start(proof: Proof): Promise<Portal> {
    const ports: PortalPorts = {
      portal: await freePort(),
      aws: await freePort(),
      oidc: await freePort(),
      sonar: await freePort(),
    };
    const { localSecrets } = await import('../../lib/secrets.mjs');
    const secrets = localSecrets(proof.folder);
    const oidc = await startOidcServer({
      port: ports.oidc,
      dataDir: join(proof.folder, 'oidc'),
      clientId: 'careplane',
      clientSecret: secrets.CAREPLANE_OIDC_CLIENT_SECRET,
      redirectUris: [
        `http://localhost:${ports.portal}/api/auth/oidc/handler/frame`,
      ],
    });
    proof.onEnd(() => oidc.close());
    let now = () => new Date();
    const sonar = await startSonarQubeServer({
      port: ports.sonar,
      token: secrets.CAREPLANE_SONAR_TOKEN,
      now: () => now(),
    });
    proof.onEnd(() => sonar.close());
    const sandbox = await startSandbox({
      port: ports.aws,
      async prepare(running) {
        now = () => running.clock.now();
        await seeds.demo({ sandbox: running, sonar, say: proof.say });
      },
    });
    proof.onEnd(() => sandbox.close());
    const made = new Portal(sandbox, sonar, proof.folder, ports);
    proof.onEnd(() => made.kill());
    return made;
  }

  get url(): string {
    return `http://localhost:${this.ports.portal}`;
  }

  /** Starts the back end, and waits until it is ready. */
  async up(): Promise<void> {
    const [{ startBackend }, { ProcessGroup }] = await Promise.all([
      import('../../lib/portal.mjs'),
      import('../../lib/process.mjs'),
    ]);
    this.#backend = await startBackend(
      new ProcessGroup(),
      process.execPath,
      this.folder,
      this.ports,
    );
  }

  /** SIGKILL: nothing that it would do after this is done. */
  async kill(): Promise<void> {
    const backend = this.#backend;
    this.#backend = undefined;
    if (!backend || backend.exitCode !== null || backend.signalCode !== null)
      return;
    const gone = once(backend, 'exit');
    backend.kill('SIGKILL');
    await gone;
  }

  /** Calls the portal's API as a persona. */
  async call<T = Record<string, unknown>>(
    persona: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; body: T; text: string }> {
    const response = await fetch(`${this.url}/api${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${await this.token(persona)}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, text, body: parse(text) as T };
  }

  /** Signs in again: tokens end, and with a process their keys may. */
  forget(): void {
    this.#tokens.clear();
  }

  async token(persona: string): Promise<string> {
    const known = this.#tokens.get(persona);
    if (known) return known;
    const { signIn } = await import('../../lib/signIn.mjs');
    for (let tries = 0; ; tries += 1) {
      try {
        const token: string = await signIn(this.url, persona);
        this.#tokens.set(persona, token);
        return token;
      } catch (error) {
        // People are in the catalog, which has to be read first.
        if (tries === 90 || !/unable to resolve/.test(String(error))) {
          throw error;
        }
        await new Promise(resolve => setTimeout(resolve, 1_000));
      }
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
