/**
 * The cards and the Delivery tab for an app on the old frontend system.
 *
 * @packageDocumentation
 */
import {
  createApiFactory,
  createComponentExtension,
  createPlugin,
  createRoutableExtension,
  createRouteRef,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { createDeliveryApi, deliveryApiRef } from './api';

const entityContentRouteRef = createRouteRef({ id: 'delivery.entity-content' });

export const deliveryLegacyPlugin = createPlugin({
  id: 'delivery',
  apis: [
    createApiFactory({
      api: deliveryApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: createDeliveryApi,
    }),
  ],
  routes: { entityContent: entityContentRouteRef },
});

/** Pipelines with stages, actions and the cause of a failure. */
export const EntityPipelineCard = deliveryLegacyPlugin.provide(
  createComponentExtension({
    name: 'EntityPipelineCard',
    component: {
      lazy: () => import('./pipeline/PipelineCard').then(m => m.PipelineCard),
    },
  }),
);

/** Quality gates, failing conditions first. */
export const EntityQualityCard = deliveryLegacyPlugin.provide(
  createComponentExtension({
    name: 'EntityQualityCard',
    component: {
      lazy: () => import('./quality/QualityCard').then(m => m.QualityCard),
    },
  }),
);

/** Images with scan state and findings. */
export const EntityImagesCard = deliveryLegacyPlugin.provide(
  createComponentExtension({
    name: 'EntityImagesCard',
    component: {
      lazy: () => import('./images/ImagesCard').then(m => m.ImagesCard),
    },
  }),
);

/** All of it on one tab. */
export const EntityDeliveryContent = deliveryLegacyPlugin.provide(
  createRoutableExtension({
    name: 'EntityDeliveryContent',
    component: () => import('./DeliveryTab').then(m => m.DeliveryTab),
    mountPoint: entityContentRouteRef,
  }),
);
