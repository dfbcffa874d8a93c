import {
  coreServices,
  createBackendModule,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import { SearchRepair } from './SearchRepair';

jest.setTimeout(60_000);

const entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'claims-api',
    annotations: {
      'backstage.io/managed-by-location': 'url:https://careplane.example/a',
      'backstage.io/managed-by-origin-location':
        'url:https://careplane.example/a',
      'careplane.dev/target.dev': 'arn',
    },
  },
  spec: { type: 'service', owner: 'team', lifecycle: 'production' },
};

/** Until what is asked is so; the catalog works in its own time. */
async function until<T>(ask: () => Promise<T | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 300; tries += 1) {
    const answer = await ask();
    if (answer) return answer;
    await new Promise(resolve => {
      setTimeout(resolve, 100);
    });
  }
  throw new Error('It never came to be so.');
}

describe('the search rows of an entity', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

  it('are written again where a kill came before them, and where it left old ones', async () => {
    const knex = await databases.init('SQLITE_3');
    const backend = await startTestBackend({
      features: [
        catalogPlugin,
        createServiceFactory({
          service: coreServices.database,
          deps: {},
          factory: () => ({ getClient: async () => knex }),
        }),
        mockServices.rootConfig.factory({
          data: {
            catalog: {
              processingInterval: { seconds: 1 },
              rules: [{ allow: ['Component'] }],
            },
          },
        }),
        createBackendModule({
          pluginId: 'catalog',
          moduleId: 'test',
          register: env =>
            env.registerInit({
              deps: {
                catalog: catalogProcessingExtensionPoint,
              },
              async init({ catalog }) {
                catalog.addEntityProvider({
                  getProviderName: () => 'test',
                  connect: connection =>
                    connection.applyMutation({
                      type: 'full',
                      entities: [{ entity }],
                    }),
                });
              },
            }),
        }),
      ],
    });
    const byFilter = () =>
      knex('search').where({
        key: 'metadata.annotations.careplane.dev/target.dev',
      });
    await until(async () => (await byFilter()).length);
    await until(async () => !(await knex('stitch_queue')).length);
    const repair = new SearchRepair(knex, mockServices.logger.mock());
    expect(await repair.sweep()).toBe(0);

    // As a kill between the two writes leaves it.
    await knex('search').delete();
    await knex('stitch_queue').insert({
      entity_ref: 'component:default/claims-api',
      stitch_ticket: 'of the killed process',
      next_stitch_at: knex.fn.now(),
    });
    await until(async () => !(await knex('stitch_queue')).length);
    expect(await byFilter()).toEqual([]);
    expect(await repair.sweep()).toBe(1);
    await until(async () => (await byFilter()).length);
    await until(async () => !(await knex('stitch_queue')).length);
    expect(await repair.sweep()).toBe(0);

    // A kill while it was changed: rows are there, and are those of before.
    await backend.stop();
    await knex('search')
      .where({ key: 'metadata.annotations.careplane.dev/target.dev' })
      .delete();
    await knex('stitch_queue').insert({
      entity_ref: 'component:default/claims-api',
      stitch_ticket: 'of the killed process',
      next_stitch_at: knex.fn.now(),
    });
    expect(await repair.afterStart()).toBe(1);
    expect((await knex('final_entities').first()).hash).toBe('');
  });
});
