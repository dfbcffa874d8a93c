import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import Knex from 'knex';

/** A database of a test backend whose pool can be closed with it. */
export function memoryDatabase() {
  const knex = Knex({
    client: 'better-sqlite3',
    connection: ':memory:',
    useNullAsDefault: true,
  });
  return {
    knex,
    destroy: () => knex.destroy(),
    factory: createServiceFactory({
      service: coreServices.database,
      deps: {},
      factory: () => ({ getClient: async () => knex }),
    }),
  };
}
