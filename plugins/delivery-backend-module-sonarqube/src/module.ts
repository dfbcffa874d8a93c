import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { deliveryProvidersExtensionPoint } from '@careplane/backstage-plugin-delivery-node';
import { readInstances } from './instances';
import { SonarQualityProvider } from './SonarQualityProvider';

/** Adds SonarQube's quality gates to the delivery plugin. */
export const deliveryModuleSonarqube = createBackendModule({
  pluginId: 'delivery',
  moduleId: 'sonarqube',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        providers: deliveryProvidersExtensionPoint,
      },
      async init({ config, providers }) {
        providers.addQualityProvider(
          new SonarQualityProvider(readInstances(config)),
        );
      },
    });
  },
});
