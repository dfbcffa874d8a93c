import {
  NotFoundError,
  ServiceUnavailableError,
  toError,
} from '@backstage/errors';
import { SourceDeniedError } from '@careplane/backstage-plugin-delivery-node';
import { z } from 'zod/v4';
import type { SonarInstance } from './instances';

/** A server that takes longer is called down; the poller tries again. */
const TIMEOUT_MS = 10_000;

/** Metrics that a status shows, by SonarQube's keys. */
export const METRICS = [
  'coverage',
  'duplicated_lines_density',
  'security_hotspots_reviewed',
  'reliability_rating',
  'security_rating',
  'sqale_rating',
] as const;

const component = z.object({
  component: z.object({
    key: z.string(),
    analysisDate: z.string().optional(),
  }),
});

const projectStatus = z.object({
  projectStatus: z.object({
    status: z.string(),
    conditions: z
      .array(
        z.object({
          status: z.string(),
          metricKey: z.string(),
          comparator: z.string().optional(),
          errorThreshold: z.string().optional(),
          actualValue: z.string().optional(),
        }),
      )
      .default([]),
  }),
});

const measures = z.object({
  component: z.object({
    measures: z
      .array(z.object({ metric: z.string(), value: z.string().optional() }))
      .default([]),
  }),
});

const analyses = z.object({
  analyses: z
    .array(
      z.object({
        key: z.string(),
        date: z.string(),
        revision: z.string().optional(),
      }),
    )
    .default([]),
});

const branches = z.object({
  branches: z
    .array(z.object({ name: z.string(), isMain: z.boolean() }))
    .default([]),
});

export type SonarComponent = z.infer<typeof component>['component'];
export type SonarProjectStatus = z.infer<typeof projectStatus>['projectStatus'];
export type SonarMeasure = z.infer<
  typeof measures
>['component']['measures'][number];
export type SonarAnalysis = z.infer<typeof analyses>['analyses'][number];
export type SonarBranch = z.infer<typeof branches>['branches'][number];

/**
 * The five calls of SonarQube's web API that a status needs. Answers are
 * checked, and reduced to the fields above.
 *
 * | SonarQube | thrown |
 * |---|---|
 * | 401 | SourceDeniedError: the token is wrong |
 * | 403 | SourceDeniedError: the token lacks Browse |
 * | 404 | NotFoundError: the project key is wrong |
 * | 5xx, no answer, no JSON | ServiceUnavailableError |
 */
export class SonarClient {
  readonly #instance: SonarInstance;

  constructor(instance: SonarInstance) {
    this.#instance = instance;
  }

  async component(key: string): Promise<SonarComponent> {
    const query = { component: key };
    return (await this.#get('api/components/show', query, component, key))
      .component;
  }

  async projectStatus(key: string): Promise<SonarProjectStatus> {
    const query = { projectKey: key };
    return (
      await this.#get(
        'api/qualitygates/project_status',
        query,
        projectStatus,
        key,
      )
    ).projectStatus;
  }

  async measures(key: string): Promise<SonarMeasure[]> {
    const query = { component: key, metricKeys: METRICS.join(',') };
    return (await this.#get('api/measures/component', query, measures, key))
      .component.measures;
  }

  /** The newest analysis; undefined when there is none. */
  async lastAnalysis(key: string): Promise<SonarAnalysis | undefined> {
    const query = { project: key, ps: '1' };
    return (
      await this.#get('api/project_analyses/search', query, analyses, key)
    ).analyses[0];
  }

  async branches(key: string): Promise<SonarBranch[]> {
    const query = { project: key };
    return (await this.#get('api/project_branches/list', query, branches, key))
      .branches;
  }

  async #get<T>(
    path: string,
    query: Record<string, string>,
    schema: z.ZodType<T>,
    project: string,
  ): Promise<T> {
    const { name, baseUrl } = this.#instance;
    const response = await this.#fetch(
      `${baseUrl}/${path}?${new URLSearchParams(query)}`,
    );
    if (!response.ok) throw this.#errorOf(response.status, path, project);
    let body: unknown;
    try {
      body = await response.json();
    } catch {
      throw new ServiceUnavailableError(
        `SonarQube '${name}' did not answer ${path} with JSON. Is sonarqube.baseUrl right?`,
      );
    }
    const parsed = schema.safeParse(body);
    if (!parsed.success) {
      throw new ServiceUnavailableError(
        `SonarQube '${name}' answered ${path} in an unknown form (${parsed.error.issues
          .map(issue => issue.path.join('.'))
          .join(', ')}).`,
      );
    }
    return parsed.data;
  }

  async #fetch(url: string): Promise<Response> {
    const { name, apiKey, authType } = this.#instance;
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (apiKey) {
      // A token is sent as a user name without password in the Basic scheme.
      headers.Authorization =
        authType === 'Bearer'
          ? `Bearer ${apiKey}`
          : `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}`;
    }
    try {
      return await fetch(url, {
        headers,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (thrown) {
      const late = toError(thrown).name === 'TimeoutError';
      throw new ServiceUnavailableError(
        late
          ? `SonarQube '${name}' did not answer within ${TIMEOUT_MS / 1000} s.`
          : `SonarQube '${name}' cannot be reached.`,
      );
    }
  }

  #errorOf(status: number, path: string, project: string): Error {
    const { name } = this.#instance;
    const deniedTo = `the API token of SonarQube instance '${name}'`;
    if (status === 401) {
      return new SourceDeniedError(
        `SonarQube '${name}' does not accept the token of the portal. An administrator of the portal renews sonarqube.apiKey.`,
        { missingPermission: 'a valid token', deniedTo },
      );
    }
    if (status === 403) {
      return new SourceDeniedError(
        `SonarQube '${name}' does not let the portal see project '${project}'. An administrator of the project grants Browse.`,
        { missingPermission: `Browse on ${project}`, deniedTo },
      );
    }
    if (status === 404) {
      return new NotFoundError(
        `SonarQube '${name}' has no project '${project}'. Check the annotation: a project key is shown under Project Information.`,
      );
    }
    return new ServiceUnavailableError(
      `SonarQube '${name}' answered ${path} with HTTP ${status}.`,
    );
  }
}
