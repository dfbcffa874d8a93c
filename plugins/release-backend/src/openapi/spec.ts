import type {
  ActRequest,
  AuditPage,
  Drill,
  DrillRequest,
  EntityReleases,
  Overview,
  ReleaseSet,
  ReleaseSetPreview,
  ReleaseSetRequest,
  Rollout,
  RolloutPage,
  RolloutPreview,
  RolloutRequest,
  Stage,
  StagePermissions,
} from '@careplane/backstage-plugin-release-common';
import type { TargetRequest } from '../service/AuthorizedTargets';
import { schemas } from './schemas';
import { setSchemas } from './setSchemas';

/** Where an entity is in the path. */
export interface EntityPath {
  kind: string;
  namespace: string;
  name: string;
}

type Query = Record<string, string | undefined>;

/** The same as `spec`, for the types of the router's handlers. */
export type Endpoints = {
  '#get|/stages': { response: Stage[] };
  '#get|/permissions': { response: StagePermissions[] };
  '#get|/entities/{kind}/{namespace}/{name}': {
    path: EntityPath;
    response: EntityReleases;
  };
  '#post|/entities/{kind}/{namespace}/{name}/refresh': {
    path: EntityPath;
    response: { started: number; shared: number };
  };
  '#post|/previews': {
    body: Omit<RolloutRequest, 'idempotencyKey' | 'reason'>;
    response: RolloutPreview;
  };
  '#post|/drills': { body: DrillRequest; response: Drill };
  '#get|/rollouts': { query: Query; response: RolloutPage };
  '#post|/rollouts': { body: RolloutRequest; response: Rollout };
  '#get|/rollouts/{id}': { path: { id: string }; response: Rollout };
  '#post|/rollouts/{id}/acts': {
    path: { id: string };
    body: ActRequest;
    response: Rollout;
  };
  '#post|/set-previews': {
    body: Omit<ReleaseSetRequest, 'idempotencyKey' | 'reason'>;
    response: ReleaseSetPreview;
  };
  '#get|/sets': { response: { items: ReleaseSet[] } };
  '#post|/sets': { body: ReleaseSetRequest; response: ReleaseSet };
  '#get|/sets/{id}': { path: { id: string }; response: ReleaseSet };
  '#post|/sets/{id}/confirm': { path: { id: string }; response: ReleaseSet };
  '#post|/sets/{id}/stop': { path: { id: string }; response: ReleaseSet };
  '#post|/targets/hold/lift': { body: TargetRequest; response: object };
  '#post|/targets/adopt': {
    body: TargetRequest & { revisionId?: string };
    response: object;
  };
  '#post|/targets/tests/run': {
    body: { arn: string; entityRef?: string };
    response: object;
  };
  '#post|/releases/{id}/quarantine': {
    path: { id: string };
    body: { component: string; reason: string; on: boolean };
    response: object;
  };
  '#post|/pipelines/retry': {
    body: {
      entityRef: string;
      pipelineArn: string;
      stage: string;
      executionId: string;
    };
    response: { executionId: string };
  };
  '#get|/overview': { query: Query; response: Overview };
  '#get|/audit': { query: Query; response: AuditPage };
  '#get|/audit/export': { query: Query; response: string };
};

const schema = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const answer = (description: string, name: string) => ({
  description,
  content: { 'application/json': { schema: schema(name) } },
});
const operation = (
  operationId: string,
  summary: string,
  result: string,
  more: { status?: string; body?: string; parameters?: unknown[] } = {},
) => ({
  operationId,
  summary,
  ...(more.parameters ? { parameters: more.parameters } : {}),
  ...(more.body
    ? {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: schema(more.body) } },
        },
      }
    : {}),
  responses: {
    [more.status ?? '200']: answer(summary, result),
    default: answer('A typed error.', 'Error'),
  },
});
const inPath = (...names: string[]) =>
  names.map(name => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', minLength: 1, maxLength: 253 },
  }));
/** Entity refs hold `:` and `/`: they may come as they are. */
const inQuery = (
  names: string[],
  integers: string[] = [],
  flags: string[] = [],
) => [
  ...names.map(name => ({
    name,
    in: 'query',
    allowReserved: true,
    schema: { type: 'string', maxLength: 512 },
  })),
  ...integers.map(name => ({
    name,
    in: 'query',
    schema: { type: 'integer', minimum: 1 },
  })),
  ...flags.map(name => ({ name, in: 'query', schema: { type: 'boolean' } })),
];
const entity = inPath('kind', 'namespace', 'name');
const AUDIT_FILTERS = [
  'stage',
  'entityRef',
  'actor',
  'kind',
  'rolloutId',
  'from',
  'to',
];

/** The HTTP API of the release backend, served at `/openapi.json`. */
export const spec = {
  openapi: '3.1.0',
  info: {
    title: 'Careplane release',
    version: '1',
    description:
      'What runs where, rollouts, approvals, holds and evidence. Reads never cause a call to AWS.',
    license: { name: 'Apache-2.0' },
  },
  servers: [{ url: '/' }],
  paths: {
    '/stages': {
      get: operation('getStages', 'The stages, in order.', 'Stages'),
    },
    '/permissions': {
      get: operation(
        'getPermissions',
        'What the caller may do on each stage.',
        'Permissions',
      ),
    },
    '/entities/{kind}/{namespace}/{name}': {
      get: operation(
        'getEntityReleases',
        'Targets, releases and rollouts of a component.',
        'EntityReleases',
        { parameters: entity },
      ),
    },
    '/entities/{kind}/{namespace}/{name}/refresh': {
      post: operation(
        'refreshEntityReleases',
        'Reads the targets again, at most once in ten seconds each.',
        'Refresh',
        { status: '202', parameters: entity },
      ),
    },
    '/previews': {
      post: operation(
        'previewRollout',
        'What a rollout would do. Changes nothing.',
        'Preview',
        { body: 'PreviewRequest' },
      ),
    },
    '/drills': {
      post: operation(
        'rehearseRollback',
        'Rehearses a rollback: its readings and decisions, and no write.',
        'Drill',
        { body: 'DrillRequest' },
      ),
    },
    '/rollouts': {
      get: operation('listRollouts', 'Rollouts, newest first.', 'RolloutPage', {
        parameters: inQuery(
          ['entityRef', 'stage', 'state', 'before'],
          ['limit'],
          ['open'],
        ),
      }),
      post: operation(
        'startRollout',
        'Starts a rollout; the same key gives the same rollout.',
        'Rollout',
        { status: '202', body: 'RolloutRequest' },
      ),
    },
    '/rollouts/{id}': {
      get: operation('getRollout', 'One rollout in full.', 'Rollout', {
        parameters: inPath('id'),
      }),
    },
    '/rollouts/{id}/acts': {
      post: operation(
        'actOnRollout',
        'Approve, decline, advance, complete, send back, cancel, retry, adopt, abandon or confirm.',
        'Rollout',
        { body: 'ActRequest', parameters: inPath('id') },
      ),
    },
    '/set-previews': {
      post: operation(
        'previewReleaseSet',
        'What each member of a release set would do. Changes nothing.',
        'ReleaseSetPreview',
        { body: 'ReleaseSetPreviewRequest' },
      ),
    },
    '/sets': {
      get: operation('listReleaseSets', 'The newest sets.', 'ReleaseSets'),
      post: operation(
        'startReleaseSet',
        'Promotes or rolls back several targets in a declared order.',
        'ReleaseSet',
        { status: '202', body: 'ReleaseSetRequest' },
      ),
    },
    '/sets/{id}': {
      get: operation('getReleaseSet', 'One release set.', 'ReleaseSet', {
        parameters: inPath('id'),
      }),
    },
    '/sets/{id}/confirm': {
      post: operation(
        'confirmReleaseSet',
        'The requester confirms what a program asked for.',
        'ReleaseSet',
        { parameters: inPath('id') },
      ),
    },
    '/sets/{id}/stop': {
      post: operation(
        'stopReleaseSet',
        'Members that have not had their turn are not moved any more.',
        'ReleaseSet',
        { parameters: inPath('id') },
      ),
    },
    '/targets/hold/lift': {
      post: operation('liftHold', 'Lifts the hold of a target.', 'Done', {
        body: 'TargetRequest',
      }),
    },
    '/targets/adopt': {
      post: operation(
        'adoptOutsideChange',
        'Accepts a change that was made outside Careplane. 409 where something else runs now.',
        'Done',
        { body: 'AdoptRequest' },
      ),
    },
    '/targets/tests/run': {
      post: operation(
        'runStageTests',
        "Runs the stage's tests against what runs there. 409 where they run already.",
        'Done',
        { body: 'StageTestsRequest' },
      ),
    },
    '/releases/{id}/quarantine': {
      post: operation(
        'setQuarantine',
        'Puts a release into quarantine, or takes it out.',
        'Done',
        { body: 'QuarantineRequest', parameters: inPath('id') },
      ),
    },
    '/pipelines/retry': {
      post: operation(
        'retryPipeline',
        'Retries the failed actions of a pipeline stage.',
        'PipelineRetry',
        { body: 'PipelineRetryRequest' },
      ),
    },
    '/overview': {
      get: operation(
        'getOverview',
        'All components with targets, or one, and what waits for a person.',
        'Overview',
        { parameters: inQuery(['entityRef']) },
      ),
    },
    '/audit': {
      get: operation(
        'queryAudit',
        'Evidence, newest first, with the verdict on its chain.',
        'AuditPage',
        {
          parameters: inQuery(AUDIT_FILTERS, ['limit', 'before'], ['changes']),
        },
      ),
    },
    '/audit/export': {
      get: {
        operationId: 'exportAudit',
        summary:
          'All evidence that fits, newest first, one JSON record a line. The last line is `{"end":{"records":…,"chain":…}}`; without it the export is not complete.',
        parameters: inQuery(AUDIT_FILTERS, [], ['changes']),
        responses: {
          '200': {
            description: 'Lines of JSON.',
            content: { 'application/x-ndjson': { schema: { type: 'string' } } },
          },
          default: answer('A typed error.', 'Error'),
        },
      },
    },
  },
  components: { schemas: { ...schemas, ...setSchemas } },
};
