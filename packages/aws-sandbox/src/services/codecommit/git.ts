import { spawn } from 'node:child_process';

/** Git as the sandbox runs it: nobody's settings, no prompt. */
export function gitEnvironment(
  more: Record<string, string> = {},
): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
    GIT_CONFIG_KEY_1: 'gc.auto',
    GIT_CONFIG_VALUE_1: '0',
    ...more,
  };
}

/** Git answered with another status than 0. */
export class GitError extends Error {}

/** Runs git in a repository; answers what it wrote. @throws GitError */
export function git(
  directory: string,
  args: string[],
  input?: Buffer | string,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-C', directory, ...args], {
      env: gitEnvironment(),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', chunk => output.push(chunk));
    child.stderr.on('data', chunk => errors.push(chunk));
    child.on('error', reject);
    child.on('close', code => {
      if (code === 0) resolve(Buffer.concat(output));
      else {
        const text = Buffer.concat(errors).toString('utf8').trim();
        reject(
          new GitError(`git ${args[0]}: ${text || `exit status ${code}`}`),
        );
      }
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
