import {
  DatabaseService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';

const MIGRATIONS = resolvePackagePath(
  '@careplane/backstage-plugin-release-backend',
  'migrations',
);

/** Brings a database to the newest schema. */
export async function migrate(knex: Knex): Promise<void> {
  await knex.migrate.latest({ directory: MIGRATIONS });
}

/** Takes everything back; tests prove that migrations can be reversed. */
export async function migrateDown(knex: Knex): Promise<void> {
  await knex.migrate.rollback({ directory: MIGRATIONS }, true);
}

/** The plugin's database, migrated unless the operator does that elsewhere. */
export async function openDatabase(database: DatabaseService): Promise<Knex> {
  const knex = await database.getClient();
  if (!database.migrations?.skip) await migrate(knex);
  return knex;
}

export const isPostgres = (knex: Knex): boolean =>
  knex.client.config.client === 'pg';
