import { fork } from 'node:child_process';
import { join } from 'node:path';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import Knex, { Knex as Database } from 'knex';
import { migrate, Stores } from '../../plugins/release-backend/src/store';
import { makeAliases, PlainAlias } from './lib/aliases';
import { openCanary } from './lib/canary';
import type { Part, Proof } from './lib/part';
import type { ReplicaOrder } from './lib/pollingReplica';
import { makeServices } from './lib/services';

const ACCOUNT = '666666666666';
const POLL_MS = 30_000;
const OLDEST_MS = 300_000;
const OBSERVED_MS = 10_000;
const SHARE = 0.6;
/** Careplane's own cap where AWS publishes none, in calls a second. */
const UNPUBLISHED_CAP = 5;

interface Size {
  /** The longest that the first full round may take. */
  roundMs: number;
  aliases: number;
  services: number;
  inFlight: number;
  /** How long is measured, after the first full round. */
  measureMs: number;
}
const FULL: Size = {
  roundMs: 900_000,
  aliases: 700,
  services: 300,
  inFlight: 30,
  measureMs: 330_000,
};
const QUICK: Size = {
  roundMs: 60_000,
  aliases: 30,
  services: 10,
  inFlight: 5,
  measureMs: 12_000,
};

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

async function database(
  proof: Proof,
  server: string,
  name: string,
): Promise<{ knex: Database; connection: string }> {
  const admin = Knex({ client: 'pg', connection: server });
  await admin.raw(`create database ${name}`);
  await admin.destroy();
  const url = new URL(server);
  url.pathname = `/${name}`;
  const knex = Knex({ client: 'pg', connection: url.href });
  proof.onEnd(() => knex.destroy());
  await migrate(knex);
  return { knex, connection: url.href };
}

function startReplica(awsUrl: string, order: ReplicaOrder) {
  const child = fork(join(__dirname, 'lib/pollingReplica.ts'), [], {
    execArgv: [
      '--require',
      require.resolve('@backstage/cli-node/config/nodeTransform.cjs'),
    ],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: awsUrl,
      NODE_NO_WARNINGS: '1',
    },
  });
  child.send(order);
  return child;
}

/** Age of the oldest snapshot, and how many targets have none yet. */
async function ages(knex: Database, targets: number) {
  const rows: { observed_at: string | null }[] = await knex(
    'target_snapshot',
  ).select('observed_at');
  const read = rows.flatMap(row => row.observed_at ?? []);
  const oldest = read.length ? Math.min(...read.map(at => Date.parse(at))) : 0;
  return { missing: targets - read.length, oldestMs: Date.now() - oldest };
}

/** For how long each alias was not asked for, at the longest; longest first. */
function gapsOf(
  sandbox: RunningSandbox,
  aliases: PlainAlias[],
  fromMs: number,
): { name: string; arn: string; ms: number }[] {
  const looks = new Map(aliases.map(({ name }) => [name, [] as number[]]));
  const skew = sandbox.clock.now().getTime() - Date.now();
  const until = Date.now();
  for (const event of sandbox.trail.lookup({ account: ACCOUNT })) {
    if (!event.eventName.startsWith('GetAlias')) continue;
    const name = String(event.requestParameters?.functionName);
    const at = Date.parse(event.eventTime) - skew;
    if (at >= fromMs) looks.get(name)?.push(at);
  }
  return aliases
    .map(({ name, arn }) => {
      const times = looks.get(name) ?? [];
      const all = [fromMs, ...times.sort((a, b) => a - b), until];
      const ms = Math.max(...all.slice(1).map((at, i) => at - all[i]));
      return { name, arn, ms };
    })
    .sort((a, b) => b.ms - a.ms);
}

/** Where a rollout stands, for the reader of a check that fails. */
async function standingOf(knex: Database, arn: string): Promise<string> {
  const [row] = await knex('rollout').where({ target_arn: arn });
  if (!row) return 'no rollout';
  const { problem } = JSON.parse(row.data) as { problem?: string };
  return `${row.state}, looked at next ${row.next_run_at}, ${
    problem ?? 'no problem'
  }`;
}

async function measure(
  proof: Proof,
  sandbox: RunningSandbox,
  server: string,
  replicas: number,
  size: Size,
  estate: { canaries: PlainAlias[]; targets: { name: string; arn: string }[] },
) {
  const { canaries, targets } = estate;
  const { knex, connection } = await database(
    proof,
    server,
    `load_${replicas}_${proof.seed}`,
  );
  const stores = new Stores(knex);
  for (const alias of canaries) await openCanary(stores, ACCOUNT, alias);
  sandbox.quotas.clearUsage();
  const children = Array.from({ length: replicas }, (_, index) =>
    startReplica(sandbox.url, {
      postgres: connection,
      account: ACCOUNT,
      owner: `replica-${index}`,
      pollMs: POLL_MS,
      targets,
    }),
  );
  proof.onEnd(() => children.forEach(child => child.kill('SIGKILL')));
  const began = Date.now();
  while ((await ages(knex, targets.length)).missing > 0) {
    if (Date.now() - began > size.roundMs) {
      throw new Error('The first full round took too long.');
    }
    await pause(1_000);
  }
  const firstRound = Date.now() - began;
  proof.say(
    `${replicas} replica(s): first full round after ${Math.round(
      firstRound / 1000,
    )} s`,
  );
  // What is seen for the first time costs more: how long that takes is said, and
  // the measuring begins once all is fresh.
  while (
    !proof.quick &&
    (await ages(knex, targets.length)).oldestMs > OLDEST_MS
  ) {
    if (Date.now() - began > 2 * size.roundMs) {
      throw new Error('The snapshots did not become fresh.');
    }
    await pause(1_000);
  }
  proof.say(
    `${replicas} replica(s): every snapshot fresh after ${Math.round(
      (Date.now() - began) / 1000,
    )} s`,
  );
  const from = Date.now();
  let oldest = 0;
  while (Date.now() - from < size.measureMs) {
    oldest = Math.max(oldest, (await ages(knex, targets.length)).oldestMs);
    await pause(2_000);
  }
  const [gap] = gapsOf(sandbox, canaries, from);
  const standing = await standingOf(knex, gap.arn);
  const usage = sandbox.quotas.usage();
  for (const child of children) child.kill('SIGKILL');
  await pause(500);
  return { firstRound, oldest, gap, standing, usage };
}

async function prove(proof: Proof): Promise<void> {
  const server = await proof.postgres();
  if (!server) {
    proof.lacks('a PostgreSQL');
    return;
  }
  const size = proof.quick ? QUICK : FULL;
  const sandbox = await startSandbox();
  proof.onEnd(() => sandbox.close());
  proof.say(`Making ${size.aliases} aliases and ${size.services} services`);
  const names = (count: number, prefix: string) =>
    Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
  const canaries = await makeAliases(
    sandbox,
    ACCOUNT,
    names(size.inFlight, 'canary'),
    'canary',
  );
  const aliases = await makeAliases(
    sandbox,
    ACCOUNT,
    names(size.aliases - size.inFlight, 'alias'),
    '2',
  );
  const services = await makeServices(
    sandbox,
    ACCOUNT,
    names(size.services, 'service'),
  );
  const targets = [...canaries, ...aliases, ...services];
  // Making the estate is not what is measured.
  sandbox.quotas.use('published');

  for (const replicas of proof.quick ? [1] : [1, 2, 4]) {
    const found = await measure(proof, sandbox, server, replicas, size, {
      canaries,
      targets,
    });
    const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
    proof.table(
      `${replicas} replica(s): calls by quota group, busiest 60 s`,
      found.usage
        .filter(use => !use.group.endsWith(':data'))
        .map(use => ({
          group: use.group,
          calls: use.calls,
          'per second': use.average.toFixed(2),
          published: use.perSecond ?? '-',
          share: use.share ? `${Math.round(use.share * 100)} %` : '-',
          throttled: use.throttled,
        })),
    );
    const over = found.usage.filter(use => (use.share ?? 0) > SHARE);
    const wild = found.usage.filter(
      use =>
        !use.perSecond &&
        use.group.endsWith(':unpublished') &&
        use.average > UNPUBLISHED_CAP * 2,
    );
    const list = (uses: typeof over) =>
      uses.map(use => `${use.group} ${use.average.toFixed(1)}/s`).join(', ');
    proof.check(
      `${replicas} replica(s): no published quota above 60 % over 60 s`,
      over.length === 0,
      list(over) || undefined,
    );
    proof.check(
      `${replicas} replica(s): unpublished groups within the cap`,
      wild.length === 0,
      list(wild) || undefined,
    );
    if (proof.quick) continue;
    proof.check(
      `${replicas} replica(s): no snapshot older than 5 min`,
      found.oldest <= OLDEST_MS,
      seconds(found.oldest),
    );
    proof.check(
      `${replicas} replica(s): each rollout in flight observed every 10 s`,
      found.gap.ms <= OBSERVED_MS,
      `${seconds(found.gap.ms)}, ${found.gap.name}: ${found.standing}`,
    );
  }
}

const part: Part = {
  claim:
    '700 aliases and 300 services of one account stay fresh within the quotas',
  prove,
};
export default part;
