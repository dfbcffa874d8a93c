import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { scaffolderActionsExtensionPoint } from '@backstage/plugin-scaffolder-node';
import {
  awsAccountsServiceRef,
  awsClientsServiceRef,
} from '@careplane/aws-node';
import { createCatalogRegisterAction } from './actions/catalogRegister';
import { createCloudFormationDeployAction } from './actions/cloudformationDeploy';
import { createCodeCommitPublishAction } from './actions/codecommitPublish';
import { createContextAction } from './actions/context';
import { createPipelineStartAction } from './actions/pipelineStart';
import { createPipelineWaitAction } from './actions/pipelineWait';

/** Adds Careplane's actions to the scaffolder. */
export const scaffolderModuleCareplane = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'careplane',
  register(env) {
    env.registerInit({
      deps: {
        actions: scaffolderActionsExtensionPoint,
        config: coreServices.rootConfig,
        accounts: awsAccountsServiceRef,
        clients: awsClientsServiceRef,
        catalog: catalogServiceRef,
        events: eventsServiceRef,
      },
      async init({ actions, config, accounts, clients, catalog, events }) {
        const aws = { accounts, clients };
        actions.addActions(
          createContextAction({ ...aws, config }),
          createCodeCommitPublishAction(aws),
          createCloudFormationDeployAction(aws),
          createPipelineStartAction(aws),
          createPipelineWaitAction(aws),
          createCatalogRegisterAction({ catalog, events }),
        );
      },
    });
  },
});
