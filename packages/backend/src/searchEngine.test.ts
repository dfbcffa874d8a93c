import { Readable } from 'node:stream';
import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  startTestBackend,
} from '@backstage/backend-test-utils';
import searchPlugin from '@backstage/plugin-search-backend';
import { searchIndexRegistryExtensionPoint } from '@backstage/plugin-search-backend-node/alpha';
import request from 'supertest';
import searchEngine from './searchEngine';

/** A portal whose documentation pages were never built. */
const noDocs = createBackendModule({
  pluginId: 'search',
  moduleId: 'no-docs',
  register(env) {
    env.registerInit({
      deps: {
        registry: searchIndexRegistryExtensionPoint,
        scheduler: coreServices.scheduler,
      },
      async init({ registry, scheduler }) {
        registry.addCollator({
          schedule: scheduler.createScheduledTaskRunner({
            frequency: { hours: 1 },
            timeout: { minutes: 1 },
          }),
          factory: {
            type: 'techdocs',
            getCollator: async () => Readable.from([]),
          },
        });
      },
    });
  },
});

it('a search limited to docs finds nothing, and does not fail, while nothing is indexed', async () => {
  const backend = await startTestBackend({
    features: [searchPlugin, searchEngine, noDocs],
  });
  const answer = await request(backend.server)
    .get('/api/search/query?term=claims&types[0]=techdocs')
    .set('Authorization', mockCredentials.user.header());
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ results: [], numberOfResults: 0 });
  await backend.stop();
});
