import type {
  EntityDelivery,
  FailingPipelines,
  FailureCause,
  RefreshResult,
} from '@careplane/backstage-plugin-delivery-common';
import { schemas } from './schemas';

/** Where an entity is in the path. */
export interface EntityPath {
  kind: string;
  namespace: string;
  name: string;
}

/** The same as `spec`, for the types of the router's handlers. */
export type Endpoints = {
  '#get|/failing-pipelines': {
    query: { owner: string[] };
    response: FailingPipelines;
  };
  '#get|/entities/{kind}/{namespace}/{name}': {
    path: EntityPath;
    response: EntityDelivery;
  };
  '#post|/entities/{kind}/{namespace}/{name}/refresh': {
    path: EntityPath;
    response: RefreshResult;
  };
  '#get|/entities/{kind}/{namespace}/{name}/pipelines/cause': {
    path: EntityPath;
    query: { pipelineArn: string; buildId: string };
    response: FailureCause;
  };
};

const entityParameters = ['kind', 'namespace', 'name'].map(name => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string', minLength: 1, maxLength: 253 },
}));

function answer(description: string, schema: string) {
  return {
    description,
    content: {
      'application/json': {
        schema: { $ref: `#/components/schemas/${schema}` },
      },
    },
  };
}

const errors = { default: answer('A typed error.', 'Error') };

/** The HTTP API of the delivery backend, served at `/openapi.json`. */
export const spec = {
  openapi: '3.1.0',
  info: {
    title: 'Careplane delivery',
    version: '1',
    description:
      'Pipelines, quality gates and images of catalog entities, each with its own "as of" and state.',
    license: { name: 'Apache-2.0' },
  },
  servers: [{ url: '/' }],
  paths: {
    '/failing-pipelines': {
      get: {
        operationId: 'getFailingPipelines',
        summary:
          'Pipelines whose last run failed, of the components of some owners. Causes no call to any source.',
        parameters: [
          {
            name: 'owner',
            in: 'query',
            // An entity ref holds `:` and `/`: it may come as it is.
            allowReserved: true,
            required: true,
            schema: {
              type: 'array',
              maxItems: 100,
              items: { type: 'string', minLength: 1, maxLength: 253 },
            },
          },
        ],
        responses: {
          '200': answer('The latest failure first.', 'FailingPipelines'),
          ...errors,
        },
      },
    },
    '/entities/{kind}/{namespace}/{name}': {
      get: {
        operationId: 'getEntityDelivery',
        summary: 'What is known of an entity. Causes no call to any source.',
        parameters: entityParameters,
        responses: {
          '200': answer('The three blocks.', 'EntityDelivery'),
          ...errors,
        },
      },
    },
    '/entities/{kind}/{namespace}/{name}/refresh': {
      post: {
        operationId: 'refreshEntityDelivery',
        summary:
          'Reads the sources again, at most once in ten seconds per resource.',
        parameters: entityParameters,
        responses: {
          '202': answer(
            'Readings that go on, and shared ones.',
            'RefreshResult',
          ),
          ...errors,
        },
      },
    },
    '/entities/{kind}/{namespace}/{name}/pipelines/cause': {
      get: {
        operationId: 'getFailureCause',
        summary:
          'Why a build failed: phase, first error line, bounded and redacted log tail. Not stored.',
        parameters: [
          ...entityParameters,
          {
            name: 'pipelineArn',
            in: 'query',
            // An ARN holds `:` and `/`: it may come as it is.
            allowReserved: true,
            required: true,
            schema: { type: 'string', minLength: 1, maxLength: 400 },
          },
          {
            name: 'buildId',
            in: 'query',
            // An ARN holds `:` and `/`: it may come as it is.
            allowReserved: true,
            required: true,
            schema: { type: 'string', minLength: 1, maxLength: 400 },
          },
        ],
        responses: { '200': answer('The cause.', 'FailureCause'), ...errors },
      },
    },
  },
  components: { schemas },
};
