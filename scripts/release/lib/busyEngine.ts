// The release engine as one process with the budgets of production, kept busy
// by canaries in flight and by readers who take every read there is.
import { randomUUID } from 'node:crypto';
import { DefaultAwsBudgets } from '@careplane/aws-node';
import Knex, { Knex as Database } from 'knex';
import { Engine } from '../../../plugins/release-backend/src/engine/Engine';
import { iso } from '../../../plugins/release-backend/src/engine/model';
import { targetOfRecord } from '../../../plugins/release-backend/src/engine/targetOfRecord';
import { Planner } from '../../../plugins/release-backend/src/service/Planner';
import { RolloutService } from '../../../plugins/release-backend/src/service/RolloutService';
import { Views } from '../../../plugins/release-backend/src/service/Views';
import {
  DatabaseClock,
  migrate,
  Stores,
} from '../../../plugins/release-backend/src/store';
import type { TargetFacts } from '../../../plugins/release-backend/src/poll/facts';
import type { PlainAlias } from './aliases';
import { openCanary, revision } from './canary';
import type { FromBusy, ToBusy } from './busyProtocol';
import { carriersOf, logger, openFile, stageOf } from './engine';

const DANIEL = 'user:default/daniel.okafor';
const READERS = 40;
const HOUR_MS = 3_600_000;

type Begin = Extract<ToBusy, { type: 'begin' }>;
const tell = (message: FromBusy) => process.send?.(message);

/** What a reading of the target and its history left. */
async function remember(stores: Stores, alias: PlainAlias) {
  const at = iso(Date.now());
  const [one, two] = [revision(alias, 1), revision(alias, 2)];
  await stores.targets.importHistory(alias.arn, [
    { revision: one, at: iso(Date.now() - HOUR_MS), source: 'cloudtrail' },
    { revision: two, at, source: 'cloudtrail' },
  ]);
  const target = {
    arn: alias.arn,
    entityRef: `component:default/${alias.name}`,
    stage: 'qa',
  };
  const { version } = await stores.targets.beginReading(target);
  const facts: TargetFacts = {
    asOf: at,
    observed: { exists: true, stable: two },
    stack: { exists: false, owner: 'none', busy: false },
    historyImported: true,
  };
  await stores.commit({
    at,
    evidence: [],
    facts: { ...target, version, facts },
  });
}

async function begin(asked: Begin) {
  const knex: Database = asked.postgres
    ? Knex({ client: 'pg', connection: asked.postgres })
    : openFile(asked.file);
  await migrate(knex);
  const stores = new Stores(knex);
  const clock = new DatabaseClock({ knex, movable: false });
  const stage = stageOf(asked.account);
  const stages = [stage];
  const budgets = new DefaultAwsBudgets({
    minimumShare: 0.25,
    maxWaitMs: 30_000,
  });
  const carriers = carriersOf(asked.account, budgets);
  for (const alias of asked.inFlight) {
    await openCanary(stores, asked.account, alias);
  }
  for (const alias of asked.rollbacks) await remember(stores, alias);

  const engine = new Engine({
    knex,
    stores,
    clock,
    stages,
    logger,
    owner: randomUUID(),
    carriers,
    gates: async () => [],
    mayApprove: async () => false,
  });
  const views = new Views({ stores, clock, stages, pollMs: 30_000 });
  const gates = { collect: async () => [] };
  const planner = new Planner({
    views,
    stores,
    gates: gates as never,
    stages,
    clock,
    freezes: [],
  });
  const rollouts = new RolloutService({
    stores,
    clock,
    planner,
    wake: () => engine.wake(),
  });
  await engine.start();

  let over = false;
  const readOn = async (alias: PlainAlias) => {
    const record = (await stores.rollouts.activeOn(alias.arn))!;
    const target = targetOfRecord(record, stages);
    while (!over) {
      await carriers
        .driver('lambda-alias')
        .observe(target)
        .catch(() => undefined);
    }
  };
  for (const alias of asked.inFlight.slice(0, READERS)) readOn(alias);
  const watch = setInterval(() => {
    const group = budgets.usage().find(one => one.group === 'lambda');
    tell({
      type: 'usage',
      used: group?.used ?? 0,
      waiting: group?.waiting ?? 0,
    });
  }, 250);

  return {
    rollBack: async (name: string) => {
      const alias = asked.rollbacks.find(one => one.name === name)!;
      const entityRef = `component:default/${name}`;
      await rollouts.start(
        {
          entityRef,
          name,
          title: name,
          targets: [
            {
              arn: alias.arn,
              kind: 'lambda-alias',
              stage,
              component: name,
              stackName: `svc-${name}`,
            },
          ],
        },
        {
          entityRef,
          stage: stage.name,
          kind: 'rollback',
          revisionId: '1',
          idempotencyKey: randomUUID(),
        },
        { person: DANIEL, via: 'browser' },
      );
      tell({ type: 'started', name });
    },
    end: async () => {
      over = true;
      clearInterval(watch);
      const rows = await knex('rollout').select('state');
      const states: Record<string, number> = {};
      for (const { state } of rows) states[state] = (states[state] ?? 0) + 1;
      tell({ type: 'states', states });
    },
  };
}

let running: Awaited<ReturnType<typeof begin>> | undefined;

async function obey(message: ToBusy): Promise<void> {
  if (message.type === 'begin') {
    running = await begin(message);
    tell({ type: 'ready' });
  } else if (message.type === 'rollback') {
    await running?.rollBack(message.name);
  } else {
    await running?.end();
  }
}

process.on('message', (message: ToBusy) => {
  obey(message).catch(error =>
    tell({ type: 'broke', error: String(error?.stack ?? error) }),
  );
});
// Whoever started it is gone: so is this.
process.on('disconnect', () => process.exit(0));
