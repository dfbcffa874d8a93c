/** OpenAPI schemas of the wire types in `delivery-common`. */

const string = { type: 'string' } as const;
const number = { type: 'number' } as const;
const time = { type: 'string', format: 'date-time' } as const;
const list = <T>(items: T) => ({ type: 'array', items } as const);
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const oneOf = (...values: string[]) => ({ type: 'string', enum: values });

function object(properties: Record<string, unknown>, ...required: string[]) {
  return { type: 'object', properties, required, additionalProperties: false };
}

function block(items: string) {
  return object(
    {
      state: ref('BlockState'),
      asOf: time,
      message: string,
      missingAnnotations: list(string),
      missingPermission: string,
      deniedTo: string,
      items: list(ref(items)),
    },
    'state',
    'items',
  );
}

export const schemas = {
  BlockState: oneOf(
    'ok',
    'pending',
    'stale',
    'empty',
    'not-configured',
    'denied',
    'error',
  ),
  ActionState: oneOf(
    'succeeded',
    'failed',
    'in-progress',
    'stopped',
    'abandoned',
    'not-run',
    'unknown',
  ),
  PipelineExecution: object(
    {
      id: string,
      state: ref('ActionState'),
      startedAt: time,
      endedAt: time,
      durationSeconds: number,
      trigger: string,
      revision: string,
      revisionSummary: string,
    },
    'id',
    'state',
  ),
  PipelineAction: object(
    {
      stage: string,
      name: string,
      category: string,
      provider: string,
      state: ref('ActionState'),
      startedAt: time,
      endedAt: time,
      durationSeconds: number,
      revision: string,
      error: string,
      url: string,
      buildId: string,
    },
    'stage',
    'name',
    'category',
    'provider',
    'state',
  ),
  PipelineStage: object(
    {
      name: string,
      state: ref('ActionState'),
      actions: list(ref('PipelineAction')),
      transitionDisabledReason: string,
    },
    'name',
    'state',
    'actions',
  ),
  PipelineStatus: object(
    {
      arn: string,
      name: string,
      url: string,
      state: ref('ActionState'),
      execution: ref('PipelineExecution'),
      stages: list(ref('PipelineStage')),
      recent: list(ref('PipelineExecution')),
      lastSuccess: ref('PipelineExecution'),
    },
    'arn',
    'name',
    'url',
    'state',
    'stages',
    'recent',
  ),
  QualityCondition: object(
    {
      metric: string,
      title: string,
      state: oneOf('ok', 'error', 'unknown'),
      actual: string,
      threshold: string,
      comparator: oneOf('GT', 'LT', 'EQ', 'NE'),
    },
    'metric',
    'title',
    'state',
  ),
  QualityStatus: object(
    {
      projectKey: string,
      instance: string,
      gate: oneOf('passed', 'failed', 'none', 'unknown'),
      conditions: list(ref('QualityCondition')),
      ratings: object({
        reliability: string,
        security: string,
        maintainability: string,
      }),
      measures: object({
        coverage: number,
        duplications: number,
        hotspotsReviewed: number,
      }),
      branch: string,
      analysedAt: time,
      revision: string,
      url: string,
    },
    'projectKey',
    'instance',
    'gate',
    'conditions',
    'ratings',
    'measures',
    'url',
  ),
  ImageStatus: object(
    {
      repositoryArn: string,
      repositoryName: string,
      digest: string,
      tags: list(string),
      pushedAt: time,
      sizeBytes: number,
      scan: oneOf(
        'complete',
        'in-progress',
        'failed',
        'not-scanned',
        'unsupported',
        'unknown',
      ),
      scannedAt: time,
      severities: object({
        critical: number,
        high: number,
        medium: number,
        low: number,
        informational: number,
        undefined: number,
      }),
      url: string,
    },
    'repositoryArn',
    'repositoryName',
    'digest',
    'tags',
    'scan',
    'url',
  ),
  EntityDelivery: object(
    {
      entityRef: string,
      pipelines: block('PipelineStatus'),
      quality: block('QualityStatus'),
      images: block('ImageStatus'),
    },
    'entityRef',
    'pipelines',
    'quality',
    'images',
  ),
  FailingPipelines: object(
    {
      items: list(
        object(
          {
            entityRef: string,
            title: string,
            pipelineArn: string,
            pipelineName: string,
            stage: string,
            at: time,
            revisionSummary: string,
          },
          'entityRef',
          'title',
          'pipelineArn',
          'pipelineName',
        ),
      ),
      unknown: list(
        object(
          { entityRef: string, title: string, pending: { type: 'boolean' } },
          'entityRef',
          'title',
        ),
      ),
    },
    'items',
    'unknown',
  ),
  RefreshResult: object(
    { started: { type: 'integer' }, shared: { type: 'integer' } },
    'started',
    'shared',
  ),
  FailureCause: object(
    {
      buildId: string,
      phase: string,
      message: string,
      firstErrorLine: string,
      firstErrorOf: string,
      logTail: { type: 'array', items: string, maxItems: 200 },
      truncated: { type: 'boolean' },
      commit: string,
      lastGreen: object(
        { executionId: string, revision: string, at: time },
        'executionId',
      ),
      url: string,
      logUnavailable: string,
    },
    'buildId',
    'logTail',
    'truncated',
  ),
  Error: {
    type: 'object',
    properties: {
      error: {
        type: 'object',
        properties: { name: string, message: string },
        required: ['name', 'message'],
      },
    },
    required: ['error'],
  },
};
