import { ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const TRANSFORM = require.resolve(
  '@backstage/cli-node/config/nodeTransform.cjs',
);

/** Two replicas as processes of their own, and the hand that kills them. */
export class Replicas {
  readonly #living: ChildProcess[] = [];
  kills = 0;

  constructor(
    private readonly connection: string,
    private readonly accounts: string[],
    private readonly awsUrl: string,
  ) {}

  async start(): Promise<void> {
    const child = fork(
      join(__dirname, 'replica.ts'),
      [this.connection, ...this.accounts],
      {
        execArgv: ['--require', TRANSFORM],
        silent: true,
        env: { PATH: process.env.PATH, AWS_ENDPOINT_URL: this.awsUrl },
      },
    );
    let complaint = '';
    child.stderr?.on('data', text => {
      complaint += text;
    });
    await new Promise<void>((resolve, reject) => {
      child.on('message', message => message === 'started' && resolve());
      child.on('exit', () => reject(new Error(`No replica: ${complaint}`)));
    });
    this.#living.push(child);
  }

  async kill(index: number): Promise<void> {
    const [child] = this.#living.splice(index % this.#living.length, 1);
    this.kills += 1;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  async end(): Promise<void> {
    for (const child of this.#living) child.kill('SIGKILL');
  }
}
