// One replica of the release engine over PostgreSQL, with the budgets of
// production: `replica.ts <connection> <account>...`.
import { DefaultAwsBudgets } from '@careplane/aws-node';
import Knex from 'knex';
import { Engine } from '../../../plugins/release-backend/src/engine/Engine';
import {
  DatabaseClock,
  Stores,
} from '../../../plugins/release-backend/src/store';
import { carriersOf, logger, stageOf } from './engine';

async function main(connection: string, accounts: string[]): Promise<void> {
  const knex = Knex({ client: 'pg', connection, pool: { min: 0, max: 12 } });
  const engine = new Engine({
    knex,
    stores: new Stores(knex),
    clock: new DatabaseClock({ knex, movable: true }),
    carriers: carriersOf(
      accounts[0],
      new DefaultAwsBudgets({ minimumShare: 0.5, maxWaitMs: 20_000 }),
    ),
    logger,
    owner: `replica-${process.pid}`,
    stages: accounts.map(account => ({ ...stageOf(account), name: account })),
    gates: async () => [
      { id: 'build', title: 'Build', state: 'pass', summary: 'Built.' },
    ],
    mayApprove: async () => false,
  });
  await engine.start();
  process.send?.('started');
}

// Whoever started it is gone: so is this.
process.on('disconnect', () => process.exit(0));
main(process.argv[2], process.argv.slice(3)).catch(error => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exit(1);
});
