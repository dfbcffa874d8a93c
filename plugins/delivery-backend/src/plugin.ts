import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { actionsRegistryServiceRef } from '@backstage/backend-plugin-api/alpha';
import { readDurationFromConfig } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { durationToMilliseconds } from '@backstage/types';
import { deliveryPermissions } from '@careplane/backstage-plugin-delivery-common';
import { deliveryProvidersExtensionPoint } from '@careplane/backstage-plugin-delivery-node';
import { createGetDeliveryStatusAction } from './actions/createGetDeliveryStatusAction';
import { Poller } from './poll/Poller';
import { ProviderRegistry } from './providers';
import { createRouter } from './router';
import { AuthorizedDeliveryService } from './service/AuthorizedDeliveryService';
import { DefaultDeliveryService } from './service/DefaultDeliveryService';
import { SnapshotStore } from './store/SnapshotStore';

const INTERVAL_KEY = 'delivery.poll.interval';
const DEFAULT_INTERVAL = { seconds: 60 };
const MIN_INTERVAL_MS = 10_000;

/**
 * Serves snapshots of pipelines, quality gates and images, and keeps them
 * fresh. Modules add the sources through `deliveryProvidersExtensionPoint`.
 */
export const deliveryPlugin = createBackendPlugin({
  pluginId: 'delivery',
  register(env) {
    const providers = new ProviderRegistry();
    env.registerExtensionPoint(deliveryProvidersExtensionPoint, providers);

    env.registerInit({
      deps: {
        actionsRegistry: actionsRegistryServiceRef,
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        logger: coreServices.logger,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        scheduler: coreServices.scheduler,
      },
      async init(deps) {
        const { auth, catalog, config, logger } = deps;
        const interval = config.has(INTERVAL_KEY)
          ? readDurationFromConfig(config, { key: INTERVAL_KEY })
          : DEFAULT_INTERVAL;
        const intervalMs = durationToMilliseconds(interval);
        if (intervalMs < MIN_INTERVAL_MS) {
          throw new InputError(
            `'${INTERVAL_KEY}' must be at least ${MIN_INTERVAL_MS / 1000} s.`,
          );
        }
        const store = await SnapshotStore.create(deps.database);
        const poller = new Poller({
          store,
          providers,
          catalog,
          auth,
          logger,
          intervalMs,
        });
        providers.onWake(key => poller.wake(key));
        const service = new AuthorizedDeliveryService({
          inner: new DefaultDeliveryService({
            store,
            providers,
            poller,
            logger,
            intervalMs,
          }),
          catalog,
          permissions: deps.permissions,
        });

        deps.permissionsRegistry.addPermissions(deliveryPermissions);
        createGetDeliveryStatusAction({
          actionsRegistry: deps.actionsRegistry,
          service,
        });
        deps.httpRouter.use(
          createRouter({
            service,
            httpAuth: deps.httpAuth,
            auditor: deps.auditor,
          }),
        );
        // Each reading has a lease of its own. A global task would be held, after
        // a kill, until its time limit: nobody would read for minutes.
        await deps.scheduler.scheduleTask({
          id: 'sweep',
          scope: 'local',
          frequency: { milliseconds: intervalMs },
          timeout: { minutes: 10 },
          fn: signal => poller.sweep(signal),
        });
      },
    });
  },
});
