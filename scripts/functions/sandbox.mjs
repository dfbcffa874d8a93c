import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  CreateFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { ROOT } from '../lib/paths.mjs';
import { packFunction } from './bundle.mjs';

const ACCOUNT = '333333333333';
const TRANSFORM = join(
  ROOT,
  'node_modules/@backstage/cli-node/config/nodeTransform.cjs',
);

/**
 * Starts AWS's stand-in on free ports, in a process of its own.
 *
 * @returns its `url`, `client(Class)`, `deploy(name, folder, variables)` for a
 *   function of the platform, `invoke(name, event)`, `control(path, body)` and
 *   `stop()`
 */
export async function startSandbox() {
  const child = spawn(
    process.execPath,
    [
      ...['--require', TRANSFORM],
      join(ROOT, 'packages/aws-sandbox/src/main.ts'),
      ...['--port', '0', '--oidc-port', '0', '--sonar-port', '0'],
    ],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const url = await firstAddress(child);
  const clients = [];
  const client = Client => {
    const made = new Client({
      endpoint: url,
      region: 'us-east-1',
      credentials: { accessKeyId: ACCOUNT, secretAccessKey: 'sandbox' },
      maxAttempts: 1,
    });
    clients.push(made);
    return made;
  };
  const lambda = client(LambdaClient);
  return {
    url,
    account: ACCOUNT,
    client,
    async deploy(name, folder, variables = {}) {
      const { FunctionArn } = await lambda.send(
        new CreateFunctionCommand({
          FunctionName: name,
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Role: `arn:aws:iam::${ACCOUNT}:role/${name}`,
          Timeout: 30,
          MemorySize: 256,
          Code: { ZipFile: await packFunction(folder) },
          Environment: { Variables: variables },
        }),
      );
      await eventually(async () => {
        const { Configuration } = await lambda.send(
          new GetFunctionCommand({ FunctionName: name }),
        );
        return Configuration.State === 'Active';
      });
      return FunctionArn;
    },
    async invoke(name, event) {
      const answer = await lambda.send(
        new InvokeCommand({
          FunctionName: name,
          LogType: 'Tail',
          Payload: JSON.stringify(event),
        }),
      );
      return {
        failed: answer.FunctionError !== undefined,
        payload: JSON.parse(Buffer.from(answer.Payload).toString()),
        log: Buffer.from(answer.LogResult ?? '', 'base64').toString(),
      };
    },
    async control(path, body) {
      const response = await fetch(`${url}/_sandbox/${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'content-type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      if (!response.ok) {
        throw new Error(`${path}: ${response.status} ${await response.text()}`);
      }
      return response.json();
    },
    async stop() {
      clients.forEach(one => one.destroy());
      const ended = new Promise(resolve => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Looks again and again for what another process brings about. */
export async function eventually(look, { seconds = 30 } = {}) {
  for (let left = seconds * 20; left > 0; left -= 1) {
    const seen = await look();
    if (seen) return seen;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error('it did not come about');
}

function firstAddress(child) {
  return new Promise((resolve, reject) => {
    child.once('exit', code => reject(new Error(`The sandbox ended: ${code}`)));
    createInterface({ input: child.stdout }).on('line', line => {
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
      if (address) resolve(address);
    });
  });
}
