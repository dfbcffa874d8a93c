import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';

const TRANSFORM = join(
  dirname(require.resolve('@backstage/cli-node/package.json')),
  'config/nodeTransform.cjs',
);

/** The sandbox as `npm start` runs it. */
export interface StartedCommand {
  url: string;
  sonarUrl: string;
  milliseconds: number;
  /** All that it wrote so far. */
  said(): string;
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Starts the command and waits for its ports; a seed is done by then. */
export async function startCommand(options: {
  dataDir: string;
  seed: string;
  sonarToken: string;
}): Promise<StartedCommand> {
  const begun = Date.now();
  const child = spawn(
    process.execPath,
    [
      ...['--require', TRANSFORM, require.resolve('../../../main.ts')],
      ...['--data', options.dataDir, '--port', '0', '--oidc-port', '0'],
      ...['--sonar-port', '0', '--seed', options.seed],
    ],
    {
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        JEST_WORKER_ID: undefined,
        CAREPLANE_SONAR_TOKEN: options.sonarToken,
      },
    },
  );
  const ended = once(child, 'exit');
  let said = '';
  const keep = (chunk: Buffer) => {
    said += chunk;
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  while (!/^SonarQube .*\n/m.test(said)) {
    if (child.exitCode !== null || child.signalCode) throw new Error(said);
    await new Promise(resolve => {
      setTimeout(resolve, 50);
    });
  }
  const addressOf = (name: string) =>
    new RegExp(`^${name} +(\\S+)`, 'm').exec(said)?.[1] ?? '';
  return {
    url: addressOf('AWS'),
    sonarUrl: addressOf('SonarQube'),
    milliseconds: Date.now() - begun,
    said: () => said,
    async end(signal) {
      child.kill(signal);
      await ended;
    },
  };
}
