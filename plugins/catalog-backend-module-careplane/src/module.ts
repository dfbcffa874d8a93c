import {
  coreServices,
  createBackendModule,
  readSchedulerServiceTaskScheduleDefinitionFromConfig,
} from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import {
  awsAccountsServiceRef,
  awsClientsServiceRef,
} from '@careplane/aws-node';
import { CodeCommitEntityProvider } from './CodeCommitEntityProvider';
import { ConfigEntityProvider } from './ConfigEntityProvider';
import { DEFAULT_ALLOWED_KINDS } from './descriptor';
import { Repositories } from './repositories';
import { SearchRepair } from './SearchRepair';

/** Publish it, with any payload, after a repository was made or changed. */
export const CATALOG_REFRESH_TOPIC = 'careplane.catalog.refresh';

function wholeName(pattern: string): RegExp {
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch {
    throw new InputError(
      'careplane.catalog.codecommit.namePattern is not a regular expression.',
    );
  }
}

/** Accounts, stages, resources and repositories as catalog entities. */
export const catalogModuleCareplane = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'careplane',
  register(env) {
    env.registerInit({
      deps: {
        catalog: catalogProcessingExtensionPoint,
        config: coreServices.rootConfig,
        database: coreServices.database,
        logger: coreServices.logger,
        scheduler: coreServices.scheduler,
        events: eventsServiceRef,
        accounts: awsAccountsServiceRef,
        clients: awsClientsServiceRef,
      },
      async init(deps) {
        const { catalog, config, database, logger, scheduler, events } = deps;
        const { accounts, clients } = deps;
        catalog.addEntityProvider(new ConfigEntityProvider(config, accounts));

        const repair = new SearchRepair(await database.getClient(), logger);
        await repair.afterStart();
        await scheduler.scheduleTask({
          id: 'careplane-search-repair',
          frequency: { minutes: 5 },
          timeout: { minutes: 2 },
          initialDelay: { seconds: 30 },
          fn: async () => {
            await repair.sweep();
          },
        });

        const codecommit = config.getOptionalConfig(
          'careplane.catalog.codecommit',
        );
        const enabled = codecommit?.getOptionalBoolean('enabled') ?? true;
        if (!enabled || !accounts.hasDelivery()) return;

        const schedule = config.getOptionalConfig('careplane.catalog.schedule');
        const pattern = codecommit?.getOptionalString('namePattern');
        const provider = new CodeCommitEntityProvider({
          repositories: new Repositories(clients, accounts),
          region: accounts.delivery().region,
          namePattern: pattern ? wholeName(pattern) : undefined,
          path: codecommit?.getOptionalString('path') ?? 'catalog-info.yaml',
          allowedKinds:
            codecommit?.getOptionalStringArray('allowedKinds') ??
            DEFAULT_ALLOWED_KINDS,
          logger,
          taskRunner: scheduler.createScheduledTaskRunner(
            schedule
              ? readSchedulerServiceTaskScheduleDefinitionFromConfig(schedule)
              : { frequency: { minutes: 5 }, timeout: { minutes: 4 } },
          ),
        });
        catalog.addEntityProvider(provider);
        await events.subscribe({
          id: 'catalog-careplane',
          topics: [CATALOG_REFRESH_TOPIC],
          onEvent: async () => {
            // Not waited for: the publisher has other things to do.
            provider.refresh().catch(error => {
              logger.warn(`Repositories were not read: ${error.message}`);
            });
          },
        });
      },
    });
  },
});
