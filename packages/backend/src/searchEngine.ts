import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  LunrSearchEngine,
  MissingIndexError,
} from '@backstage/plugin-search-backend-node';
import { searchEngineRegistryExtensionPoint } from '@backstage/plugin-search-backend-node/alpha';

/**
 * Lunr throws for a type of which nothing was indexed yet (a portal without
 * documentation pages), and the API answers 500. Nothing indexed is nothing
 * found.
 */
export class PatientSearchEngine extends LunrSearchEngine {
  async query(...asked: Parameters<LunrSearchEngine['query']>) {
    try {
      return await super.query(...asked);
    } catch (error) {
      if (!(error instanceof MissingIndexError)) throw error;
      return { results: [], numberOfResults: 0 };
    }
  }
}

/** The search engine of the portal, in memory of each backend process. */
export default createBackendModule({
  pluginId: 'search',
  moduleId: 'careplane-engine',
  register(env) {
    env.registerInit({
      deps: {
        engine: searchEngineRegistryExtensionPoint,
        logger: coreServices.logger,
      },
      async init({ engine, logger }) {
        engine.setSearchEngine(new PatientSearchEngine({ logger }));
      },
    });
  },
});
