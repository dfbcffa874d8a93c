import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import { CareplanePolicy, readGroups } from './CareplanePolicy';

/**
 * Installs {@link CareplanePolicy}. Backstage takes one policy: leave this
 * module out where there is one already, and delegate to the class from it.
 */
export const permissionModuleCareplane = createBackendModule({
  pluginId: 'permission',
  moduleId: 'careplane-policy',
  register(env) {
    env.registerInit({
      deps: {
        policy: policyExtensionPoint,
        config: coreServices.rootConfig,
        userInfo: coreServices.userInfo,
      },
      async init({ policy, config, userInfo }) {
        policy.setPolicy(new CareplanePolicy(readGroups(config), userInfo));
      },
    });
  },
});
