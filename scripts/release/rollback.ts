import { fork } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { startSandbox } from '@careplane/aws-sandbox';
import { makeAliases, PlainAlias } from './lib/aliases';
import type { FromBusy, ToBusy } from './lib/busyProtocol';
import type { Part, Proof } from './lib/part';

const ACCOUNT = '555555555555';
const LATENCY_MS = 50;
const ONE_BY_ONE_BAR_MS = 1_500;
const TEN_BAR_MS = 5_000;
const LOOK_MS = 5;

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

function startEngine(proof: Proof, awsUrl: string) {
  const child = fork(join(__dirname, 'lib/busyEngine.ts'), [], {
    execArgv: [
      '--require',
      require.resolve('@backstage/cli-node/config/nodeTransform.cjs'),
    ],
    silent: true,
    env: {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: awsUrl,
      NODE_NO_WARNINGS: '1',
    },
  });
  proof.onEnd(() => child.kill('SIGKILL'));
  const heard = new EventEmitter();
  const usage: { used: number; waiting: number }[] = [];
  child.stderr?.on('data', text => proof.say(String(text).trim()));
  child.on('message', (message: FromBusy) => {
    if (message.type === 'usage') usage.push(message);
    if (message.type === 'broke') heard.emit('error', new Error(message.error));
    else heard.emit(message.type, message);
  });
  const tell = (message: ToBusy) => child.send(message);
  return { heard, tell, usage };
}

const atPercentile = (sorted: number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)];

async function prove(proof: Proof): Promise<void> {
  const inFlight = proof.quick ? 40 : 200;
  const alone = proof.quick ? 5 : 100;
  const together = proof.quick ? 3 : 10;
  const sandbox = await startSandbox();
  proof.onEnd(() => sandbox.close());
  proof.say(`Making ${inFlight} canaries and ${alone + together} aliases`);
  const many = (count: number, prefix: string, at: '2' | 'canary') =>
    makeAliases(
      sandbox,
      ACCOUNT,
      Array.from({ length: count }, (_, index) => `${prefix}-${index}`),
      at,
    );
  const canaries = await many(inFlight, 'canary', 'canary');
  const targets = await many(alone + together, 'target', '2');
  sandbox.faults.add({ kind: 'latency', milliseconds: LATENCY_MS });

  const { heard, tell, usage } = startEngine(proof, sandbox.url);
  const ready = once(heard, 'ready');
  tell({
    type: 'begin',
    account: ACCOUNT,
    file: join(proof.folder, 'engine.sqlite'),
    postgres: await proof.postgres(),
    inFlight: canaries,
    rollbacks: targets,
  });
  await ready;
  // The burst of quiet times is used up before anything is measured.
  await pause(3_000);
  usage.length = 0;

  const backAfter = async ({ name }: PlainAlias): Promise<number> => {
    const asked = performance.now();
    tell({ type: 'rollback', name });
    for (;;) {
      const { FunctionVersion } = await sandbox.call<{
        FunctionVersion: string;
      }>(
        'lambda',
        'GetAlias',
        { FunctionName: name, Name: 'live' },
        { account: ACCOUNT },
      );
      const passed = performance.now() - asked;
      if (FunctionVersion === '1') return passed;
      if (passed > 60_000) throw new Error(`${name} was not rolled back.`);
      await pause(LOOK_MS);
    }
  };
  proof.say(`${alone} rollbacks, one at a time`);
  const times: number[] = [];
  for (const target of targets.slice(0, alone)) {
    times.push(await backAfter(target));
  }
  const sorted = times.sort((a, b) => a - b);
  await pause(2_000);
  proof.say(`${together} rollbacks at once`);
  const atOnce = await Promise.all(targets.slice(alone).map(backAfter));
  const starved = usage.filter(one => one.waiting > 0).length / usage.length;
  const ended = once(heard, 'states');
  await pause(3_000);
  tell({ type: 'end' });
  const [{ states }] = (await ended) as [{ states: Record<string, number> }];

  const p95 = atPercentile(sorted, 0.95);
  const slowest = Math.max(...atOnce);
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  proof.table('From the request to the alias observed back', [
    {
      what: `${alone} one at a time`,
      p50: seconds(atPercentile(sorted, 0.5)),
      p95: seconds(p95),
      max: seconds(sorted[sorted.length - 1]),
    },
    {
      what: `${together} at once`,
      p50: seconds(
        atPercentile(
          [...atOnce].sort((a, b) => a - b),
          0.5,
        ),
      ),
      p95: '',
      max: seconds(slowest),
    },
  ]);
  proof.check(
    'reads waited for the budget while rollbacks were made',
    starved > 0.9,
    `${Math.round(starved * 100)} % of the time`,
  );
  proof.check(
    'every rollback ended verified, and no other rollout was touched',
    states.ROLLED_BACK === alone + together && states.BAKING === inFlight,
    JSON.stringify(states),
  );
  if (proof.quick) return;
  proof.check(
    'one at a time: p95 of 1.5 s at most',
    p95 <= ONE_BY_ONE_BAR_MS,
    seconds(p95),
  );
  proof.check(
    'at once: all back within 5 s',
    slowest <= TEN_BAR_MS,
    seconds(slowest),
  );
}

const part: Part = {
  claim:
    'a rollback does not wait: 50 ms AWS latency, 200 rollouts in flight, the read budget used up',
  prove,
};
export default part;
