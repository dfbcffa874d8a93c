import {
  ApiBlueprint,
  createFrontendPlugin,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/frontend-plugin-api';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import { RiGitMergeLine } from '@remixicon/react';
import { createDeliveryApi, deliveryApiRef } from './api';
import { withAnyFacts, withImages } from './filters';
import { entityContentRouteRef } from './routes';

const deliveryApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: deliveryApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: createDeliveryApi,
    }),
});

const pipelineCard = EntityCardBlueprint.make({
  name: 'pipeline',
  params: {
    type: 'content',
    filter: withAnyFacts,
    loader: async () => {
      const { PipelineCard } = await import('./pipeline/PipelineCard');
      return <PipelineCard />;
    },
  },
});

const qualityCard = EntityCardBlueprint.make({
  name: 'quality',
  params: {
    type: 'content',
    filter: withAnyFacts,
    loader: async () => {
      const { QualityCard } = await import('./quality/QualityCard');
      return <QualityCard />;
    },
  },
});

const imagesCard = EntityCardBlueprint.make({
  name: 'images',
  params: {
    type: 'content',
    filter: withImages,
    loader: async () => {
      const { ImagesCard } = await import('./images/ImagesCard');
      return <ImagesCard />;
    },
  },
});

const deliveryContent = EntityContentBlueprint.make({
  params: {
    path: '/delivery',
    title: 'Delivery',
    group: 'deployment',
    icon: <RiGitMergeLine />,
    routeRef: entityContentRouteRef,
    filter: withAnyFacts,
    loader: async () => {
      const { DeliveryTab } = await import('./DeliveryTab');
      return <DeliveryTab />;
    },
  },
});

/** Pipelines, quality gates and images on the pages of entities. */
export const deliveryPlugin = createFrontendPlugin({
  pluginId: 'delivery',
  title: 'Delivery',
  icon: <RiGitMergeLine />,
  info: { packageJson: () => import('../package.json') },
  routes: { entityContent: entityContentRouteRef },
  extensions: [
    deliveryApi,
    pipelineCard,
    qualityCard,
    imagesCard,
    deliveryContent,
  ],
});
