import { ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Ended, FromWorker, Task } from './protocol';

const TRANSFORM = require.resolve(
  '@backstage/cli-node/config/nodeTransform.cjs',
);

/** Called for a task: it stopped where it was told to, or it came to its end. */
export type Outcome = { stopped: true } | { stopped: false; end: Ended };

/** A worker as a process of its own, which only SIGKILL ends. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<
    string,
    { resolve(outcome: Outcome): void; reject(error: Error): void }
  >();
  #complaint = '';

  constructor(awsUrl: string) {
    this.#child = fork(join(__dirname, 'worker.ts'), [], {
      execArgv: ['--require', TRANSFORM],
      silent: true,
      env: {
        PATH: process.env.PATH,
        AWS_ENDPOINT_URL: awsUrl,
        NODE_NO_WARNINGS: '1',
      },
    });
    this.#child.stderr?.on('data', text => {
      this.#complaint += text;
    });
    // The transform reports each file that it reads as a message, too.
    this.#child.on('message', (message: FromWorker) => {
      if (!('id' in message)) return;
      const waiting = this.#waiting.get(message.id);
      if (message.type === 'stopped') waiting?.resolve({ stopped: true });
      if (message.type === 'ended') {
        waiting?.resolve({ stopped: false, end: message.end });
      }
      if (message.type === 'broke') waiting?.reject(new Error(message.error));
    });
    this.#child.on('exit', () => {
      for (const { reject } of this.#waiting.values()) {
        reject(new Error(`The worker ended by itself: ${this.#complaint}`));
      }
    });
  }

  /** Carries tasks; each answers when it stopped or ended. */
  carry(tasks: Task[]): Promise<Outcome[]> {
    const outcomes = tasks.map(
      task =>
        new Promise<Outcome>((resolve, reject) => {
          this.#waiting.set(task.id, { resolve, reject });
        }),
    );
    this.#child.send({ tasks });
    return Promise.all(outcomes);
  }

  /** SIGKILL: nothing that it would do after this is done. */
  async kill(): Promise<void> {
    this.#waiting.clear();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null)
      return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}
