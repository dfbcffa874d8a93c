// A replica of the release backend without its HTTP side: engine and poller
// over one account, with the budgets of production.
import { DefaultAwsBudgets } from '@careplane/aws-node';
import Knex from 'knex';
import { componentOf } from '../../../plugins/release-backend/src/components';
import { Engine } from '../../../plugins/release-backend/src/engine/Engine';
import { Poller } from '../../../plugins/release-backend/src/poll/Poller';
import { TargetReader } from '../../../plugins/release-backend/src/poll/TargetReader';
import {
  DatabaseClock,
  Stores,
} from '../../../plugins/release-backend/src/store';
import { carriersOf, logger, stageOf } from './engine';

/** What a replica is told when it starts. */
export interface ReplicaOrder {
  postgres: string;
  account: string;
  owner: string;
  pollMs: number;
  targets: { name: string; arn: string }[];
}

async function run(order: ReplicaOrder): Promise<void> {
  const { account, owner, pollMs } = order;
  const knex = Knex({ client: 'pg', connection: order.postgres });
  const stores = new Stores(knex);
  const clock = new DatabaseClock({ knex, movable: false });
  const stages = [stageOf(account)];
  const carriers = carriersOf(
    account,
    new DefaultAwsBudgets({ minimumShare: 0.25, maxWaitMs: 30_000 }),
  );
  const engine = new Engine({
    knex,
    stores,
    clock,
    stages,
    logger,
    owner,
    carriers,
    gates: async () => [],
    mayApprove: async () => false,
  });
  const components = order.targets.map(({ name, arn }) =>
    componentOf(
      {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Component',
        metadata: { name, annotations: { 'careplane.dev/target.qa': arn } },
        spec: {},
      },
      stages,
    ),
  );
  const poller = new Poller({
    stores,
    clock,
    logger,
    owner,
    components: async () => components,
    recordOf: async () => undefined,
    releases: { read: async () => {} },
    intervalMs: pollMs,
    reader: new TargetReader({
      stores,
      clock,
      carriers,
      owners: () => carriers.owners(),
      stages,
      logger,
    }),
  });
  await engine.start();
  for (;;) {
    await poller.sweep();
    await new Promise(resolve => setTimeout(resolve, pollMs));
  }
}

process.on('message', (order: ReplicaOrder) => {
  run(order).catch(error => {
    process.stderr.write(`${error?.stack ?? error}\n`);
    process.exit(1);
  });
});
// Whoever started it is gone: so is this.
process.on('disconnect', () => process.exit(0));
