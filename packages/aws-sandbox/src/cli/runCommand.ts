import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startOidcServer } from '../oidc';
import { seeds } from '../seeds';
import { startSonarQubeServer } from '../sonarqube';
import { startSandbox } from '../startSandbox';

const CLIENT_ID = 'careplane';

export interface CommandOptions {
  dataDir?: string;
  port: number;
  oidcPort: number;
  sonarPort: number;
  /** Where the portal answers: its sign-in is redirected there. */
  portalUrl: string;
  seed: string;
  /** `off` or `published`; the seed itself is never throttled. */
  quotas?: string;
  clientSecret?: string;
  sonarToken?: string;
  say(line: string): void;
}

export interface RunningCommand {
  close(): Promise<void>;
}

/** Starts the three servers, one line each, or none of them. */
export async function runCommand(
  options: CommandOptions,
): Promise<RunningCommand> {
  const seed = seeds[options.seed];
  if (!seed) {
    throw new Error(
      `There is no seed "${options.seed}": use one of ${Object.keys(seeds).join(
        ', ',
      )}`,
    );
  }
  for (const name of ['port', 'oidcPort', 'sonarPort'] as const) {
    if (!Number.isInteger(options[name]) || options[name] < 0) {
      throw new Error(`A port must be a whole number, see --port and its like`);
    }
  }
  const { quotas = 'off' } = options;
  if (quotas !== 'off' && quotas !== 'published') {
    throw new Error(`Quotas are "off" or "published", not "${quotas}"`);
  }
  const { dataDir, say } = options;
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const run of closers.splice(0).reverse()) await run();
  };
  const folder = (name: string) => dataDir && join(dataDir, name);

  try {
    const oidc = await open('sign-in', options.oidcPort, () =>
      startOidcServer({
        port: options.oidcPort,
        dataDir: folder('oidc'),
        clientId: CLIENT_ID,
        clientSecret: options.clientSecret ?? randomBytes(24).toString('hex'),
        redirectUris: [`${options.portalUrl}/api/auth/oidc/handler/frame`],
      }),
    );
    closers.push(() => oidc.close());

    let now = () => new Date();
    const sonar = await open('SonarQube', options.sonarPort, () =>
      startSonarQubeServer({
        port: options.sonarPort,
        dataDir: folder('sonarqube'),
        token: options.sonarToken ?? randomBytes(20).toString('hex'),
        now: () => now(),
      }),
    );
    closers.push(() => sonar.close());

    const sandbox = await open('AWS', options.port, () =>
      startSandbox({
        dataDir: folder('aws'),
        port: options.port,
        log: { info: say, warn: line => say(`warning: ${line}`) },
        async prepare(running) {
          now = () => running.clock.now();
          const done = running.store<string>('sandbox', 'all', 'seeds');
          if (done.has(options.seed)) return;
          await seed({ sandbox: running, sonar, say });
          done.set(options.seed, running.clock.now().toISOString());
        },
      }),
    );
    closers.push(() => sandbox.close());
    sandbox.quotas.use(quotas);

    say(`AWS        ${sandbox.url}`);
    say(`Sign-in    ${oidc.issuer}`);
    say(`SonarQube  ${sonar.url}`);
    return { close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Turns a taken port into a sentence. */
async function open<T>(
  name: string,
  port: number,
  start: () => Promise<T>,
): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(
      `Port ${port}, which ${name} needs, is in use: stop what listens there, or choose another port`,
      { cause: error },
    );
  }
}
