import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  awsAccountsServiceRef,
  awsClientsServiceRef,
  wakeByEvents,
} from '@careplane/aws-node';
import { deliveryProvidersExtensionPoint } from '@careplane/backstage-plugin-delivery-node';
import { AwsReader } from './AwsReader';
import { EcrProvider } from './images/EcrProvider';
import { CodePipelineProvider } from './pipelines/CodePipelineProvider';
import { ResourceLocator } from './ResourceLocator';

const DEFAULT_MAX_IMAGES = 100;

/** Adds CodePipeline (with CodeBuild's logs) and ECR to the delivery plugin. */
export const deliveryModuleAws = createBackendModule({
  pluginId: 'delivery',
  moduleId: 'aws',
  register(env) {
    env.registerInit({
      deps: {
        accounts: awsAccountsServiceRef,
        clients: awsClientsServiceRef,
        config: coreServices.rootConfig,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        providers: deliveryProvidersExtensionPoint,
      },
      async init({ accounts, clients, config, lifecycle, logger, providers }) {
        const aws = new AwsReader({ accounts, clients });
        const locator = new ResourceLocator({ aws, config });
        providers.addPipelineProvider(
          new CodePipelineProvider({ aws, locator }),
        );
        providers.addImageProvider(
          new EcrProvider({
            aws,
            locator,
            maxImages:
              config.getOptionalNumber('aws.ecr.maxImages') ??
              DEFAULT_MAX_IMAGES,
          }),
        );
        const stop = wakeByEvents({
          plugin: 'delivery',
          config,
          clients,
          logger,
          wake: async ({ arn }) => {
            if (arn) await providers.wake(arn);
          },
        });
        lifecycle.addShutdownHook(stop);
      },
    });
  },
});
