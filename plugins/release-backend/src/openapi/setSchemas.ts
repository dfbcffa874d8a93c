/** OpenAPI schemas of release sets. */

const string = { type: 'string' } as const;
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const text = (maxLength: number) => ({
  type: 'string',
  minLength: 1,
  maxLength,
});

const members = {
  type: 'array',
  minItems: 1,
  maxItems: 30,
  items: {
    type: 'object',
    properties: {
      entityRef: text(512),
      order: { type: 'integer', minimum: 0, maximum: 99 },
      releaseId: text(64),
      revisionId: text(512),
      strategy: ref('Strategy'),
    },
    required: ['entityRef', 'order'],
    additionalProperties: false,
  },
};
const asked = {
  stage: text(63),
  kind: { type: 'string', enum: ['promote', 'rollback'] },
  members,
};
const answer = (
  properties: Record<string, unknown>,
  required = Object.keys(properties),
) => ({ type: 'object', properties, required });

export const setSchemas = {
  ReleaseSetPreviewRequest: {
    type: 'object',
    properties: asked,
    required: ['stage', 'kind', 'members'],
    additionalProperties: false,
  },
  ReleaseSetRequest: {
    type: 'object',
    properties: { ...asked, reason: text(1000), idempotencyKey: text(200) },
    required: ['stage', 'kind', 'members', 'idempotencyKey'],
    additionalProperties: false,
  },
  ReleaseSetPreview: answer({
    members: {
      type: 'array',
      items: answer({
        entityRef: string,
        order: { type: 'integer' },
        blockers: { type: 'array', items: string },
        warnings: { type: 'array', items: string },
        approvalsNeeded: { type: 'integer' },
      }),
    },
  }),
  ReleaseSet: answer(
    {
      id: string,
      stage: string,
      kind: string,
      state: string,
      reason: string,
      requestedBy: string,
      requestedAt: string,
      stopped: answer({ by: string, at: string }),
      members: {
        type: 'array',
        items: answer(
          {
            entityRef: string,
            order: { type: 'integer' },
            rollout: ref('RolloutSummary'),
            problem: string,
          },
          ['order'],
        ),
      },
    },
    ['id', 'stage', 'kind', 'state', 'requestedBy', 'requestedAt', 'members'],
  ),
  ReleaseSets: answer({ items: { type: 'array', items: ref('ReleaseSet') } }),
};
