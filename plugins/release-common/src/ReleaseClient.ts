import {
  CompoundEntityRef,
  parseEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { ResponseError } from '@backstage/errors';
import type { Drill, DrillRequest } from './drills';
import type { ReleaseSet, ReleaseSetPreview, ReleaseSetRequest } from './sets';
import type { AuditPage, AuditQuery, EvidenceRecord } from './evidence';
import type { Overview, OverviewQuery } from './overview';
import type { RolloutPreview, RolloutRequest } from './preview';
import type { EntityReleases, StagePermissions } from './releases';
import type {
  ActRequest,
  Rollout,
  RolloutPage,
  RolloutQuery,
} from './rollouts';
import type { Stage } from './targets';

/** Options of each call. `token` is for backends; browsers need none. */
export interface ReleaseRequestOptions {
  token?: string;
  signal?: AbortSignal;
}

type EntityRef = string | CompoundEntityRef;
export type PreviewRequest = Omit<RolloutRequest, 'idempotencyKey' | 'reason'>;

/**
 * Client of the release backend for browsers and backends. Reads come from
 * the database; none of them causes an AWS call, `refresh` excepted.
 *
 * @throws ResponseError with the backend's typed error.
 */
export class ReleaseClient {
  readonly #discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
  readonly #fetchApi: { fetch: typeof fetch };

  constructor(options: {
    discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
    fetchApi: { fetch: typeof fetch };
  }) {
    this.#discoveryApi = options.discoveryApi;
    this.#fetchApi = options.fetchApi;
  }

  async getStages(options?: ReleaseRequestOptions): Promise<Stage[]> {
    return this.#request('GET', '/stages', options);
  }

  async getPermissions(
    options?: ReleaseRequestOptions,
  ): Promise<StagePermissions[]> {
    return this.#request('GET', '/permissions', options);
  }

  async getEntityReleases(
    entityRef: EntityRef,
    options?: ReleaseRequestOptions,
  ): Promise<EntityReleases> {
    return this.#request('GET', entityPath(entityRef), options);
  }

  /** Asks AWS again, at most once in ten seconds per target. */
  async refresh(
    entityRef: EntityRef,
    options?: ReleaseRequestOptions,
  ): Promise<{ started: number; shared: number }> {
    return this.#request('POST', `${entityPath(entityRef)}/refresh`, options);
  }

  /** What would happen. Changes nothing. */
  async preview(
    request: PreviewRequest,
    options?: ReleaseRequestOptions,
  ): Promise<RolloutPreview> {
    return this.#request('POST', '/previews', options, request);
  }

  /** Starts a rollout; the same `idempotencyKey` gives the same rollout. */
  async startRollout(
    request: RolloutRequest,
    options?: ReleaseRequestOptions,
  ): Promise<Rollout> {
    return this.#request('POST', '/rollouts', options, request);
  }

  /** Rehearses a rollback: everything but the write. */
  async rehearseRollback(
    request: DrillRequest,
    options?: ReleaseRequestOptions,
  ): Promise<Drill> {
    return this.#request('POST', '/drills', options, request);
  }

  async getRollouts(
    query: RolloutQuery = {},
    options?: ReleaseRequestOptions,
  ): Promise<RolloutPage> {
    return this.#request('GET', `/rollouts${queryOf(query)}`, options);
  }

  async getRollout(
    id: string,
    options?: ReleaseRequestOptions,
  ): Promise<Rollout> {
    return this.#request('GET', `/rollouts/${encodeURIComponent(id)}`, options);
  }

  async act(
    id: string,
    request: ActRequest,
    options?: ReleaseRequestOptions,
  ): Promise<Rollout> {
    return this.#request(
      'POST',
      `/rollouts/${encodeURIComponent(id)}/acts`,
      options,
      request,
    );
  }

  /** What each member of a release set would do. Changes nothing. */
  async previewSet(
    request: Omit<ReleaseSetRequest, 'idempotencyKey' | 'reason'>,
    options?: ReleaseRequestOptions,
  ): Promise<ReleaseSetPreview> {
    return this.#request('POST', '/set-previews', options, request);
  }

  /** Starts a release set; the same `idempotencyKey` gives the same set. */
  async startSet(
    request: ReleaseSetRequest,
    options?: ReleaseRequestOptions,
  ): Promise<ReleaseSet> {
    return this.#request('POST', '/sets', options, request);
  }

  async getSets(
    options?: ReleaseRequestOptions,
  ): Promise<{ items: ReleaseSet[] }> {
    return this.#request('GET', '/sets', options);
  }

  async getSet(
    id: string,
    options?: ReleaseRequestOptions,
  ): Promise<ReleaseSet> {
    return this.#request('GET', `/sets/${encodeURIComponent(id)}`, options);
  }

  /** `confirm`: what a program asked for. `stop`: nothing more is moved. */
  async actOnSet(
    id: string,
    act: 'confirm' | 'stop',
    options?: ReleaseRequestOptions,
  ): Promise<ReleaseSet> {
    const path = `/sets/${encodeURIComponent(id)}/${act}`;
    return this.#request('POST', path, options);
  }

  async liftHold(
    request: { arn: string; reason: string; entityRef?: string },
    options?: ReleaseRequestOptions,
  ): Promise<void> {
    await this.#request('POST', '/targets/hold/lift', options, request);
  }

  /** Runs the tests of a target's stage against what runs there. */
  async runTests(
    request: { arn: string; entityRef?: string },
    options?: ReleaseRequestOptions,
  ): Promise<void> {
    await this.#request('POST', '/targets/tests/run', options, request);
  }

  /**
   * Accepts a change that was made outside Careplane. `revisionId` is the one
   * that was looked at: another one now is a conflict.
   */
  async adoptOutsideChange(
    request: {
      arn: string;
      reason: string;
      revisionId?: string;
      entityRef?: string;
    },
    options?: ReleaseRequestOptions,
  ): Promise<void> {
    await this.#request('POST', '/targets/adopt', options, request);
  }

  async setQuarantine(
    releaseId: string,
    request: { component: string; reason: string; on: boolean },
    options?: ReleaseRequestOptions,
  ): Promise<void> {
    await this.#request(
      'POST',
      `/releases/${encodeURIComponent(releaseId)}/quarantine`,
      options,
      request,
    );
  }

  async retryPipeline(
    request: {
      entityRef: string;
      pipelineArn: string;
      stage: string;
      executionId: string;
    },
    options?: ReleaseRequestOptions,
  ): Promise<{ executionId: string }> {
    return this.#request('POST', '/pipelines/retry', options, request);
  }

  async getOverview(
    query: OverviewQuery = {},
    options?: ReleaseRequestOptions,
  ): Promise<Overview> {
    return this.#request('GET', `/overview${queryOf(query)}`, options);
  }

  async queryAudit(
    query: AuditQuery = {},
    options?: ReleaseRequestOptions,
  ): Promise<AuditPage> {
    return this.#request('GET', `/audit${queryOf(query)}`, options);
  }

  /**
   * All evidence that fits, newest first, in parts as they arrive.
   *
   * @throws Error where the backend broke off: what came before is not all.
   */
  async *exportAudit(
    query: Omit<AuditQuery, 'limit' | 'before'> = {},
    options?: ReleaseRequestOptions,
  ): AsyncGenerator<EvidenceRecord[]> {
    const path = `/audit/export${queryOf(query)}`;
    const { body } = await this.#fetch('GET', path, options);
    const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    let ended = false;
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true };
      if (done) break;
      const lines = `${rest}${value}`.split('\n');
      rest = lines.pop() ?? '';
      const parsed = lines.map(line => JSON.parse(line));
      ended ||= parsed.some(line => 'end' in line);
      const records = parsed.filter(line => !('end' in line));
      if (records.length) yield records;
    }
    if (!ended) {
      throw new Error('The export broke off and is not complete. Try again.');
    }
  }

  async #request<T>(
    method: string,
    path: string,
    options?: ReleaseRequestOptions,
    body?: object,
  ): Promise<T> {
    return (await this.#fetch(method, path, options, body)).json();
  }

  async #fetch(
    method: string,
    path: string,
    options?: ReleaseRequestOptions,
    body?: object,
  ): Promise<Response> {
    const baseUrl = await this.#discoveryApi.getBaseUrl('release');
    const headers: Record<string, string> = {};
    if (options?.token) headers.Authorization = `Bearer ${options.token}`;
    if (body) headers['Content-Type'] = 'application/json';
    const response = await this.#fetchApi.fetch(`${baseUrl}${path}`, {
      method,
      signal: options?.signal,
      headers,
      body: body && JSON.stringify(body),
    });
    if (!response.ok) {
      const error = await ResponseError.fromResponse(response);
      // The backend's sentence, and not that a request failed with a number.
      error.message = error.cause.message || error.message;
      throw error;
    }
    return response;
  }
}

function queryOf(query: object): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') params.set(key, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}

function entityPath(entityRef: EntityRef): string {
  const { kind, namespace, name } = parseEntityRef(
    typeof entityRef === 'string' ? entityRef : stringifyEntityRef(entityRef),
  );
  return `/entities/${[kind, namespace, name]
    .map(encodeURIComponent)
    .join('/')}`;
}
