import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import Knex, { Knex as Database } from 'knex';
import { iso } from '../../plugins/release-backend/src/engine/model';
import {
  DatabaseClock,
  migrate,
  Stores,
} from '../../plugins/release-backend/src/store';
import { makeAliases } from './lib/aliases';
import { accountOf } from './lib/estate';
import { trafficIn } from './lib/flows';
import type { Part, Proof } from './lib/part';
import { pause, People, Target } from './lib/people';
import { randomOf } from './lib/random';
import { writesOf } from './lib/record';
import { Replicas } from './lib/Replicas';

/** Longer than a lease: whoever works just then loses it. */
const PAST_A_LEASE_MS = 16_000;

/**
 * Kills a replica, or takes the lease from whoever works, until told to stop.
 * The first kill waits for the first write and for nothing else: a machine that
 * is quick enough to end all of them sooner than a pause is disturbed, too.
 */
async function disturb(
  replicas: Replicas,
  clock: DatabaseClock,
  random: () => number,
  isOver: () => boolean,
  hasWritten: () => boolean,
): Promise<void> {
  let offset = 0;
  while (!hasWritten() && !isOver()) await pause(5);
  while (!isOver()) {
    if (offset === 0 || random() < 0.6) {
      await replicas.kill(Math.floor(random() * 2));
      await replicas.start();
    }
    offset += PAST_A_LEASE_MS;
    await clock.setOffset(offset);
    await pause(500 + random() * 2_500);
  }
}

/** Whether a rollout has moved an alias in one of these accounts. */
const hasMoved = (sandbox: RunningSandbox, accounts: string[]) =>
  accounts.some(
    account =>
      sandbox.trail.lookup({
        account,
        matches: event =>
          event.eventName.startsWith('UpdateAlias') &&
          event.username.startsWith('cp-'),
      }).length > 0,
  );

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
    const disturbing = disturb(
      replicas,
      clock,
      random,
      () => isOver,
      () => hasMoved(sandbox, accounts),
    );
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
