import { ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import Knex, { Knex as Database } from 'knex';
import {
  iso,
  RolloutRecord,
} from '../../plugins/release-backend/src/engine/model';
import { ActService } from '../../plugins/release-backend/src/service/ActService';
import {
  DatabaseClock,
  migrate,
  Stores,
} from '../../plugins/release-backend/src/store';
import { makeAliases, PlainAlias } from './lib/aliases';
import { accountOf, releaseOf, rolloutOf } from './lib/estate';
import { trafficIn } from './lib/flows';
import type { Part, Proof } from './lib/part';
import { randomOf } from './lib/random';
import { writesOf } from './lib/record';

const DANIEL = 'user:default/daniel.okafor';
const TRANSFORM = require.resolve(
  '@backstage/cli-node/config/nodeTransform.cjs',
);
/** Longer than a lease: whoever works just then loses it. */
const PAST_A_LEASE_MS = 16_000;

interface Target extends PlainAlias {
  account: string;
  /** What it runs by the record of its last rollout. */
  live: 1 | 2;
  rollouts: string[];
}

const pause = (ms: number) =>
  new Promise<void>(resolve => {
    setTimeout(resolve, ms);
  });

/** Two replicas as processes of their own, and the hand that kills them. */
class Replicas {
  readonly #living: ChildProcess[] = [];
  kills = 0;

  constructor(
    private readonly connection: string,
    private readonly accounts: string[],
    private readonly awsUrl: string,
  ) {}

  async start(): Promise<void> {
    const child = fork(
      join(__dirname, 'lib/replica.ts'),
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

/** The rollouts that people ask for, one after another on each target. */
class People {
  readonly records = new Map<string, RolloutRecord>();
  readonly wrong: string[] = [];
  refused = 0;
  readonly #acts: ActService;

  constructor(
    private readonly stores: Stores,
    private readonly clock: DatabaseClock,
    private readonly random: () => number,
    wake: () => void,
  ) {
    this.#acts = new ActService({ stores, clock, wake });
  }

  /** Asks twice at once: one of the two must be refused (INV-03). */
  async ask(target: Target): Promise<void> {
    const now = await this.clock.now();
    const both = [this.#rollout(target, now), this.#rollout(target, now)];
    const opened = await Promise.allSettled(
      both.map(opens =>
        this.stores.commit({ at: iso(now), evidence: [], opens }),
      ),
    );
    const taken = both.filter((_, i) => opened[i].status === 'fulfilled');
    this.refused += 2 - taken.length;
    if (taken.length !== 1) {
      this.wrong.push(`${target.arn}: ${taken.length} of two were opened`);
    }
    for (const record of taken) await this.#follow(target, record);
  }

  async #follow(target: Target, { id }: RolloutRecord): Promise<void> {
    target.rollouts.push(id);
    const sendsBack = this.random() < 0.3;
    let record = await this.stores.rollouts.get(id);
    const limit = Date.now() + 180_000;
    while (record.nextRunAt && Date.now() < limit) {
      if (record.state === 'EXTERNAL_CHANGE') break;
      if (sendsBack && record.state === 'BAKING') {
        // Somebody else may have been first: then it is as it is.
        await this.#acts
          .act(record, { act: 'send-back' }, DANIEL)
          .catch(() => {});
      }
      await pause(100);
      record = await this.stores.rollouts.get(id);
    }
    this.records.set(id, record);
    if (record.nextRunAt) {
      this.wrong.push(`${id} is ${record.state}: ${record.problem ?? 'waits'}`);
    }
    const { state, kind, to, returnTo, candidate } = record;
    const isDone = state === 'SUCCEEDED' || kind === 'rollback';
    const end = isDone ? candidate ?? returnTo : returnTo;
    if (['SUCCEEDED', 'ROLLED_BACK'].includes(state)) {
      target.live = end?.id === '2' ? 2 : 1;
    } else {
      this.wrong.push(`${id} to ${to.revisionId ?? to.version} is ${state}`);
    }
  }

  #rollout(target: Target, now: number): RolloutRecord {
    const revision = (version: 1 | 2) => ({
      id: `${version}`,
      contentHash: target.hashes[version - 1],
      version: `1.${version - 1}.0`,
    });
    const { account, arn, name } = target;
    const base = {
      account,
      arn,
      name,
      kind: 'lambda-alias' as const,
      live: revision(target.live),
    };
    if (target.live === 2) {
      const back = { ...base, before: revision(1) };
      return { ...rolloutOf(back, 'rollback', now), stage: account };
    }
    const codeSha256 = target.hashes[1];
    const next = releaseOf(name, 'lambda-alias', 'b'.repeat(64), {
      type: 'zip',
      codeSha256,
    });
    return {
      ...rolloutOf({ ...base, next }, 'promote', now, {
        type: 'canary',
        steps: [{ weight: 0.1, bakeSeconds: 1 }],
      }),
      stage: account,
      state: 'PREFLIGHT',
      candidate: revision(2),
    };
  }
}

/** Kills a replica, or takes the lease from whoever works, until told to stop. */
async function disturb(
  replicas: Replicas,
  clock: DatabaseClock,
  random: () => number,
  isOver: () => boolean,
): Promise<void> {
  let offset = 0;
  while (!isOver()) {
    await pause(500 + random() * 2_500);
    if (isOver()) return;
    if (random() < 0.6) {
      await replicas.kill(Math.floor(random() * 2));
      await replicas.start();
    }
    offset += PAST_A_LEASE_MS;
    await clock.setOffset(offset);
  }
}

/** What AWS recorded against what we did, one finding each. */
async function judge(
  sandbox: RunningSandbox,
  targets: Target[],
  stores: Stores,
) {
  const found = {
    doubled: [] as string[],
    mixed: [] as string[],
    ends: [] as string[],
  };
  for (const target of targets) {
    const { account, name, rollouts } = target;
    const traffic = await trafficIn(sandbox, {
      account,
      name,
      arn: target.arn,
      kind: 'lambda-alias',
      live: { id: '1', contentHash: '' },
    });
    if (traffic !== `${target.live}`) {
      found.ends.push(`${target.arn} is at ${traffic}, not ${target.live}`);
    }
    for (const id of rollouts) {
      const writes = writesOf(sandbox, account, id);
      const done = (await stores.intents.of(id)).filter(
        intent => intent.outcome === 'done',
      );
      if (writes.length !== done.length) {
        found.doubled.push(
          `${id}: ${writes.length} writes for ${done.length} intents`,
        );
      }
    }
    const order = sandbox.trail
      .lookup({
        account,
        matches: event =>
          !event.errorCode &&
          event.eventName.startsWith('UpdateAlias') &&
          event.requestParameters?.functionName === name &&
          event.username.startsWith('cp-'),
      })
      .reverse()
      .map(event => event.username);
    const turns = order.filter((who, index) => who !== order[index - 1]);
    if (new Set(turns).size !== turns.length) {
      found.mixed.push(`${target.arn}: ${turns.join(', ')}`);
    }
  }
  return found;
}

async function prepare(proof: Proof, sandbox: RunningSandbox) {
  const accounts = (proof.quick ? ['a', 'b'] : [...'abcdefghij']).map(name =>
    accountOf(`replicas-${name}`),
  );
  const targets: Target[] = [];
  for (const account of accounts) {
    const names = ['one', 'two', 'three', 'four', 'five'];
    const made = await makeAliases(sandbox, account, names, '2');
    targets.push(
      ...made.map(alias => ({
        ...alias,
        account,
        live: 2 as const,
        rollouts: [],
      })),
    );
  }
  return { accounts, targets };
}

const part: Part = {
  claim:
    'two replicas on PostgreSQL, killed at random and robbed of their leases, never move a target twice or at once, and leave it where the record says (SC-X1, SC-X2, SC-K9)',

  async prove(proof) {
    const server = await proof.postgres();
    if (!server) {
      proof.lacks('a PostgreSQL');
      return;
    }
    const connection = await ownDatabase(server, proof);
    const sandbox = await startSandbox();
    proof.onEnd(() => sandbox.close());
    const { accounts, targets } = await prepare(proof, sandbox);
    const knex = Knex({ client: 'pg', connection, pool: { min: 0, max: 20 } });
    proof.onEnd(() => knex.destroy());
    await migrate(knex);
    const stores = new Stores(knex);
    const clock = new DatabaseClock({ knex, movable: true });
    const random = randomOf(proof.seed);
    const people = new People(stores, clock, random, () => {
      knex.raw('notify careplane_release').then(undefined, () => {});
    });
    const replicas = new Replicas(connection, accounts, sandbox.url);
    proof.onEnd(() => replicas.end());
    await replicas.start();
    await replicas.start();

    let isOver = false;
    const disturbing = disturb(replicas, clock, random, () => isOver);
    const each = proof.quick ? 2 : 4;
    await Promise.all(
      targets.map(async target => {
        for (let turn = 0; turn < each; turn++) await people.ask(target);
      }),
    );
    isOver = true;
    await disturbing;

    const asked = targets.length * each;
    const found = await judge(sandbox, targets, stores);
    const say = (what: string[]) =>
      what.slice(0, 10).forEach(one => proof.say(one));
    [people.wrong, found.doubled, found.mixed, found.ends].forEach(say);
    const states = [...people.records.values()].map(record => record.state);
    proof.table(
      'Rollouts by their end',
      [...new Set(states)].map(state => ({
        state,
        rollouts: states.filter(one => one === state).length,
      })),
    );
    const none = (what: string, list: string[]) =>
      proof.check(what, list.length === 0, `${list.length} of ${asked}`);
    none('every rollout came to an end that is its own', people.wrong);
    none('0 double writes, by the call record of AWS', found.doubled);
    none(
      'at most one active rollout per target, by the call record',
      found.mixed,
    );
    none('every target is where its record says', found.ends);
    const chain = await stores.evidence.verify(iso(Date.now()));
    proof.check('the chain of evidence verifies', chain.verified);
    proof.check(
      'replicas were killed',
      replicas.kills > 0,
      `${replicas.kills} times`,
    );
  },
};

/** A database of its own on a server that others use, too. */
async function ownDatabase(server: string, proof: Proof): Promise<string> {
  const name = `careplane_proof_${process.pid}_${Date.now()}`;
  const admin = (database: string): Database =>
    Knex({ client: 'pg', connection: database, pool: { min: 0, max: 1 } });
  const own = admin(server);
  await own.raw('create database ??', [name]);
  proof.onEnd(async () => {
    await own.raw('drop database if exists ?? with (force)', [name]);
    await own.destroy();
  });
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

export default part;
