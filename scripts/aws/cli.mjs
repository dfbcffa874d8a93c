import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Stop } from '../lib/say.mjs';

const execute = promisify(execFile);

/**
 * The AWS CLI at one place: the account that it is signed in to, or an endpoint.
 *
 * `call` gives the answer; an error of AWS is thrown with its code as `name`.
 */
export class Cli {
  constructor({ region, endpoint, env }) {
    this.endpoint = endpoint;
    this.where = [
      '--region',
      region,
      '--output',
      'json',
      '--no-cli-pager',
      ...(endpoint ? ['--endpoint-url', endpoint] : []),
    ];
    const { AWS_PROFILE, AWS_SESSION_TOKEN, ...rest } = process.env;
    this.env = env ? { ...rest, ...env } : process.env;
  }

  /** No call begins any more. */
  isStopped = false;

  async call(service, operation, input = {}, extra = []) {
    if (this.isStopped) throw new Stop('Stopped.');
    try {
      const { stdout } = await execute(
        'aws',
        [
          service,
          operation,
          '--cli-input-json',
          JSON.stringify(input),
          ...extra,
          ...this.where.filter(word => word !== '--no-cli-pager'),
        ],
        { env: { ...this.env, AWS_PAGER: '' }, maxBuffer: 1 << 24 },
      );
      return stdout.trim() ? JSON.parse(stdout) : {};
    } catch (error) {
      // Nowhere on the path, or there for somebody else alone.
      if (['ENOENT', 'EACCES'].includes(error.code)) {
        throw new Stop(
          'The AWS CLI is not on this machine: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html',
        );
      }
      const said = (error.stderr ?? String(error)).trim();
      const code = /An error occurred \((\w+)\)/.exec(said)?.[1];
      if (!code) throw new Stop(`The AWS CLI says: ${said}`);
      throw Object.assign(new Error(said), { name: code });
    }
  }

  /** Lets time pass: for real, or on the sandbox's clock. */
  async wait(seconds) {
    if (this.endpoint) {
      const { ok } = await fetch(`${this.endpoint}/_sandbox/clock`, {
        method: 'POST',
        body: JSON.stringify({ advanceSeconds: seconds }),
      });
      if (ok) return;
    }
    await new Promise(resolve => setTimeout(resolve, seconds * 1000));
  }

  /** Looks until it is so; answers the last look. */
  async until(look, isSo, limitSeconds = 300) {
    for (let waited = 0; ; waited += 5) {
      const seen = await look();
      if (isSo(seen)) return seen;
      if (waited >= limitSeconds) {
        throw new Error(
          `Not within ${limitSeconds} s: ${JSON.stringify(seen).slice(0, 300)}`,
        );
      }
      await this.wait(5);
    }
  }
}
