import { ConfigReader } from '@backstage/config';
import {
  AwsBudgets,
  createEndpointGuard,
  DefaultAwsAccounts,
  DefaultAwsClients,
} from '@careplane/aws-node';
import { addAwsDrivers } from '@careplane/backstage-plugin-release-backend-module-aws';
import type { Stage } from '@careplane/backstage-plugin-release-common';
import Knex from 'knex';
import { DriverRegistry } from '../../../plugins/release-backend/src/drivers';
import { Executor } from '../../../plugins/release-backend/src/engine/Executor';
import { Observer } from '../../../plugins/release-backend/src/engine/Observer';
import { Reconciler } from '../../../plugins/release-backend/src/engine/Reconciler';
import { targetOfRecord } from '../../../plugins/release-backend/src/engine/targetOfRecord';
import {
  DatabaseClock,
  Stores,
} from '../../../plugins/release-backend/src/store';
import { Boundaries } from './boundaries';

const silent = () => {};
export const logger = {
  error: silent,
  warn: silent,
  info: silent,
  debug: silent,
  child: () => logger,
};

/** Where a proof is not about budgets, calls wait for nothing. */
const UNMETERED: AwsBudgets = {
  setShare: silent,
  acquire: async () => silent,
  usage: () => [],
};

export const stageOf = (accountId: string): Stage => ({
  name: 'qa',
  title: 'QA',
  accountId,
  region: 'us-east-1',
  approvals: 0,
});

export const bucketOf = (account: string) => `careplane-artifacts-${account}`;

/** A database in a file, which a killed process cannot harm. */
export const openFile = (filename: string) =>
  Knex({
    client: 'better-sqlite3',
    connection: { filename },
    useNullAsDefault: true,
    pool: {
      min: 1,
      max: 1,
      afterCreate: (
        connection: { pragma(text: string): void },
        done: (error: null, connection: unknown) => void,
      ) => {
        // Outlives the process, though not a power cut: that is the database's to prove.
        connection.pragma('synchronous = off');
        connection.pragma('journal_mode = wal');
        done(null, connection);
      },
    },
  });

/** Accounts and clients of one account, which is the delivery account as well. */
export function awsOf(account: string, budgets: AwsBudgets = UNMETERED) {
  const config = new ConfigReader({
    aws: {
      mainAccount: { accessKeyId: account, secretAccessKey: 'x' },
      accountDefaults: { roleName: 'careplane-read', region: 'us-east-1' },
      accounts: [{ accountId: account }],
      delivery: {
        accountId: account,
        region: 'us-east-1',
        artifactBucket: bucketOf(account),
      },
    },
  });
  const accounts = DefaultAwsAccounts.fromConfig(config);
  const clients = new DefaultAwsClients(accounts, budgets, {
    version: '0',
    guard: createEndpointGuard({ local: true, env: {} }),
  });
  return { config, accounts, clients };
}

/** Drivers over one account. */
export function carriersOf(
  account: string,
  budgets: AwsBudgets = UNMETERED,
  follow?: Boundaries,
  now?: () => number,
): DriverRegistry {
  const { clients, ...aws } = awsOf(account, budgets);
  const carriers = new DriverRegistry();
  addAwsDrivers(carriers, {
    ...aws,
    clients: follow ? follow.aws(clients) : clients,
    logger,
    now,
  });
  return carriers;
}

/** Reconciler, stores and drivers of one account, and nothing else. */
export function engineOf(options: {
  file: string;
  account: string;
  owner: string;
  /** The time by which readings grow old. */
  now: () => number;
}) {
  const knex = openFile(options.file);
  const boundaries = new Boundaries();
  const plain = new Stores(knex);
  const stores = boundaries.stores(knex, plain);
  const clock = new DatabaseClock({ knex, movable: true });
  const carriers = carriersOf(
    options.account,
    UNMETERED,
    boundaries,
    options.now,
  );
  const reconciler = new Reconciler({
    stores,
    clock,
    logger,
    owner: options.owner,
    targetOf: record => targetOfRecord(record, [stageOf(options.account)]),
    executor: new Executor(carriers),
    observer: new Observer({
      carriers,
      stores,
      gates: async () => [
        { id: 'build', title: 'Build', state: 'pass', summary: 'Built.' },
      ],
      mayApprove: async () => false,
    }),
  });
  return { knex, stores: plain, clock, reconciler, boundaries };
}
