import {
  CompoundEntityRef,
  parseEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { ResponseError } from '@backstage/errors';
import type {
  EntityDelivery,
  FailingPipelines,
  FailureCause,
  RefreshResult,
} from './types';

/** Options of each call. `token` is for backends; browsers need none. */
export interface DeliveryRequestOptions {
  token?: string;
  signal?: AbortSignal;
}

/** What the delivery backend offers over HTTP. */
export interface DeliveryApi {
  /** What is known of an entity; read from the database, never from a source. */
  getEntityDelivery(
    entityRef: string | CompoundEntityRef,
    options?: DeliveryRequestOptions,
  ): Promise<EntityDelivery>;
  /** Asks the sources again, at most once in ten seconds per resource. */
  refresh(
    entityRef: string | CompoundEntityRef,
    options?: DeliveryRequestOptions,
  ): Promise<RefreshResult>;
  /** Failing pipelines of the components of these owners; from the database. */
  getFailingPipelines(
    owners: string[],
    options?: DeliveryRequestOptions,
  ): Promise<FailingPipelines>;
  /** Why a build of one of the entity's pipelines failed. */
  getFailureCause(
    entityRef: string | CompoundEntityRef,
    request: { pipelineArn: string; buildId: string },
    options?: DeliveryRequestOptions,
  ): Promise<FailureCause>;
}

/**
 * Client of the delivery backend for browsers and backends.
 *
 * @throws ResponseError with the backend's typed error.
 */
export class DeliveryClient implements DeliveryApi {
  readonly #discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
  readonly #fetchApi: { fetch: typeof fetch };

  constructor(options: {
    discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
    fetchApi: { fetch: typeof fetch };
  }) {
    this.#discoveryApi = options.discoveryApi;
    this.#fetchApi = options.fetchApi;
  }

  async getEntityDelivery(
    entityRef: string | CompoundEntityRef,
    options?: DeliveryRequestOptions,
  ): Promise<EntityDelivery> {
    return this.#request('GET', entityPath(entityRef), options);
  }

  async getFailingPipelines(
    owners: string[],
    options?: DeliveryRequestOptions,
  ): Promise<FailingPipelines> {
    const query = new URLSearchParams(owners.map(owner => ['owner', owner]));
    return this.#request('GET', `/failing-pipelines?${query}`, options);
  }

  async refresh(
    entityRef: string | CompoundEntityRef,
    options?: DeliveryRequestOptions,
  ): Promise<RefreshResult> {
    return this.#request('POST', `${entityPath(entityRef)}/refresh`, options);
  }

  async getFailureCause(
    entityRef: string | CompoundEntityRef,
    request: { pipelineArn: string; buildId: string },
    options?: DeliveryRequestOptions,
  ): Promise<FailureCause> {
    const query = new URLSearchParams(request);
    return this.#request(
      'GET',
      `${entityPath(entityRef)}/pipelines/cause?${query}`,
      options,
    );
  }

  async #request<T>(
    method: string,
    path: string,
    options?: DeliveryRequestOptions,
  ): Promise<T> {
    const baseUrl = await this.#discoveryApi.getBaseUrl('delivery');
    const response = await this.#fetchApi.fetch(`${baseUrl}${path}`, {
      method,
      signal: options?.signal,
      headers: options?.token
        ? { Authorization: `Bearer ${options.token}` }
        : undefined,
    });
    if (!response.ok) {
      const error = await ResponseError.fromResponse(response);
      // The backend's sentence, and not that a request failed with a number.
      error.message = error.cause.message || error.message;
      throw error;
    }
    return response.json();
  }
}

function entityPath(entityRef: string | CompoundEntityRef): string {
  const { kind, namespace, name } = parseEntityRef(
    typeof entityRef === 'string' ? entityRef : stringifyEntityRef(entityRef),
  );
  return `/entities/${[kind, namespace, name]
    .map(encodeURIComponent)
    .join('/')}`;
}
