import { createApiRef } from '@backstage/frontend-plugin-api';
import {
  DeliveryApi,
  DeliveryClient,
} from '@careplane/backstage-plugin-delivery-common';
import { ReleaseClient } from '@careplane/backstage-plugin-release-common';
import { DeliveryStore } from './data/DeliveryStore';

/** What the cards need: shared facts, acts, and the retry that release owns. */
export interface DeliveryUiApi {
  store: DeliveryStore;
  getFailureCause: DeliveryApi['getFailureCause'];
  getFailingPipelines: DeliveryApi['getFailingPipelines'];
  /** Whether the caller may retry pipelines at all; false when unknown. */
  mayRetry(): Promise<boolean>;
  /** Starts the failed actions of a stage again, through the release backend. */
  retry(request: {
    entityRef: string;
    pipelineArn: string;
    stage: string;
    executionId: string;
  }): Promise<void>;
}

export const deliveryApiRef = createApiRef<DeliveryUiApi>().with({
  id: 'plugin.delivery.service',
  pluginId: 'delivery',
});

/** The API over HTTP, the same for both frontend systems. */
export function createDeliveryApi(deps: {
  discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
  fetchApi: { fetch: typeof fetch };
}): DeliveryUiApi {
  const delivery = new DeliveryClient(deps);
  const release = new ReleaseClient(deps);
  return {
    store: new DeliveryStore(delivery),
    getFailureCause: (...args) => delivery.getFailureCause(...args),
    getFailingPipelines: (...args) => delivery.getFailingPipelines(...args),
    async mayRetry() {
      const stages = await release.getPermissions();
      return stages.some(({ acts }) => acts['retry-pipeline']?.allowed);
    },
    async retry(request) {
      await release.retryPipeline(request);
    },
  };
}
