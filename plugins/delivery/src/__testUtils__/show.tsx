import type { Entity } from '@backstage/catalog-model';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import {
  EntityProvider,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import type {
  EntityDelivery,
  FailingPipelines,
  FailureCause,
} from '@careplane/backstage-plugin-delivery-common';
import { act } from '@testing-library/react';
import type { ReactElement } from 'react';
import { DeliveryUiApi, deliveryApiRef } from '../api';
import { DeliveryStore } from '../data/DeliveryStore';

export const entity: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'intake-worker', namespace: 'default' },
};

/** An entity of which nothing is configured. */
export const nothing: EntityDelivery = {
  entityRef: 'component:default/intake-worker',
  pipelines: { state: 'not-configured', items: [] },
  quality: { state: 'not-configured', items: [] },
  images: { state: 'not-configured', items: [] },
};

/** Shows a card of the entity with the given answers of the backend. */
export async function show(
  card: ReactElement,
  options: {
    delivery?: EntityDelivery | (() => Promise<EntityDelivery>);
    cause?: () => Promise<FailureCause>;
    failing?: FailingPipelines;
    mayRetry?: boolean;
  },
) {
  const { delivery } = options;
  const backend = {
    getEntityDelivery: jest.fn(
      typeof delivery === 'function'
        ? delivery
        : async () => delivery ?? nothing,
    ),
    refresh: jest.fn(async () => ({ started: 1, shared: 0 })),
  };
  const api: jest.Mocked<DeliveryUiApi> = {
    store: new DeliveryStore(backend) as jest.Mocked<DeliveryStore>,
    getFailureCause: jest.fn<
      Promise<FailureCause>,
      Parameters<DeliveryUiApi['getFailureCause']>
    >(options.cause ?? (() => Promise.reject(new Error('no cause')))),
    getFailingPipelines: jest.fn<
      Promise<FailingPipelines>,
      Parameters<DeliveryUiApi['getFailingPipelines']>
    >(async () => options.failing ?? { items: [], unknown: [] }),
    mayRetry: jest.fn(async () => options.mayRetry ?? false),
    retry: jest.fn<Promise<void>, Parameters<DeliveryUiApi['retry']>>(
      async () => {},
    ),
  };
  const view = renderInTestApp(
    <EntityProvider entity={entity}>{card}</EntityProvider>,
    {
      apis: [[deliveryApiRef, api]],
      mountedRoutes: { '/catalog/:namespace/:kind/:name': entityRouteRef },
    },
  );
  // The first answer arrives within the same turn.
  await act(async () => {});
  return { view, api, backend };
}
