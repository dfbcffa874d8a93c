import { ConfigReader } from '@backstage/config';
import {
  createEndpointGuard,
  DefaultAwsAccounts,
  DefaultAwsBudgets,
  DefaultAwsClients,
} from '@careplane/aws-node';
import { addAwsDrivers } from '@careplane/backstage-plugin-release-backend-module-aws';
import Knex from 'knex';
import { DriverRegistry } from '../drivers';
import { Engine } from '../engine/Engine';
import { DatabaseClock, Stores } from '../store';

/**
 * The release engine as a process of its own, for tests that kill it: the
 * database file is its first argument, AWS is where AWS_ENDPOINT_URL points.
 */
async function main(file: string): Promise<void> {
  const config = new ConfigReader({
    aws: {
      mainAccount: { accessKeyId: '111111111111', secretAccessKey: 'x' },
      accountDefaults: { roleName: 'careplane-read', region: 'us-east-1' },
      accounts: [{ accountId: '222222222222' }],
    },
  });
  const silent = () => {};
  const logger = {
    error: silent,
    warn: silent,
    info: silent,
    debug: silent,
    child: () => logger,
  };
  const accounts = DefaultAwsAccounts.fromConfig(config);
  const clients = new DefaultAwsClients(
    accounts,
    new DefaultAwsBudgets({ minimumShare: 1, maxWaitMs: 20_000 }),
    { version: '0', guard: createEndpointGuard({ local: true, env: {} }) },
  );
  const carriers = new DriverRegistry();
  addAwsDrivers(carriers, { accounts, clients, config, logger });
  const knex = Knex({
    client: 'better-sqlite3',
    connection: { filename: file },
    useNullAsDefault: true,
  });
  const engine = new Engine({
    knex,
    carriers,
    logger,
    stores: new Stores(knex),
    clock: new DatabaseClock({ knex, movable: true }),
    owner: `process-${process.pid}`,
    stages: [
      {
        name: 'qa',
        title: 'QA',
        accountId: '222222222222',
        region: 'us-east-1',
        approvals: 0,
      },
    ],
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
main(process.argv[2]).catch(error => {
  process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  process.exit(1);
});
