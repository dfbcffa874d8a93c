/** OpenAPI schemas of the wire types in `release-common`. */

const string = { type: 'string' } as const;
const boolean = { type: 'boolean' } as const;
const number = { type: 'number' } as const;
const free = { type: 'object', additionalProperties: true } as const;
const list = (items: unknown) => ({ type: 'array', items });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const oneOf = (...values: string[]) => ({ type: 'string', enum: values });
const text = (maxLength: number) => ({
  type: 'string',
  minLength: 1,
  maxLength,
});

/** A text that says something: blanks alone are no reason. */
const sentence = (maxLength: number) => ({
  ...text(maxLength),
  pattern: '\\S',
});

/** Requests are closed: an unknown field is a mistake worth telling. */
const closed = (
  properties: Record<string, unknown>,
  ...required: string[]
) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
/** Answers are open: a later version may add to them. */
const opened = (
  properties: Record<string, unknown>,
  ...required: string[]
) => ({
  type: 'object',
  properties,
  required,
});

const strategy = closed(
  {
    type: oneOf('all-at-once', 'canary', 'linear', 'custom'),
    steps: {
      type: 'array',
      maxItems: 20,
      items: closed(
        {
          weight: number,
          bakeSeconds: number,
          minRequests: number,
          analysis: closed({ tolerance: number }, 'tolerance'),
        },
        'weight',
        'bakeSeconds',
      ),
    },
  },
  'type',
  'steps',
);
const asked = {
  entityRef: text(512),
  stage: text(63),
  kind: oneOf('promote', 'rollback'),
  releaseId: text(64),
  revisionId: text(512),
  strategy: ref('Strategy'),
  quarantine: boolean,
};
const summary = {
  id: string,
  entityRef: string,
  stage: string,
  targetArn: string,
  kind: oneOf('promote', 'rollback'),
  state: string,
  from: ref('Revision'),
  to: free,
  strategy: ref('Strategy'),
  requestedBy: string,
  requestedAt: string,
  endedAt: string,
  headline: string,
};
const summaryKeys = [
  'id',
  'entityRef',
  'stage',
  'targetArn',
  'kind',
  'state',
  'to',
  'strategy',
  'requestedBy',
  'requestedAt',
  'headline',
];
const gate = opened(
  {
    id: string,
    title: string,
    state: oneOf('pass', 'fail', 'unknown', 'waived'),
    summary: string,
    url: string,
    asOf: string,
  },
  'id',
  'title',
  'state',
  'summary',
);

export const schemas = {
  Error: free,
  Done: free,
  Strategy: strategy,
  Revision: opened(
    {
      id: string,
      releaseId: string,
      version: string,
      contentHash: string,
      createdAt: string,
    },
    'id',
    'contentHash',
  ),
  Stage: opened(
    {
      name: string,
      title: string,
      accountId: string,
      region: string,
      approvals: number,
    },
    'name',
    'title',
    'accountId',
    'region',
    'approvals',
  ),
  Stages: list(ref('Stage')),
  Permissions: list(opened({ stage: string, acts: free }, 'stage', 'acts')),
  Refresh: opened({ started: number, shared: number }, 'started', 'shared'),
  TargetBlock: opened(
    {
      state: oneOf('ok', 'stale', 'empty', 'not-configured', 'denied', 'error'),
      asOf: string,
      message: string,
      target: opened(
        {
          arn: string,
          stage: string,
          kind: string,
          health: string,
          owner: string,
          history: list(free),
          rollbackOptions: list(free),
        },
        'arn',
        'stage',
        'kind',
        'health',
        'owner',
        'history',
        'rollbackOptions',
      ),
    },
    'state',
    'target',
  ),
  Release: opened(
    {
      id: string,
      component: string,
      version: string,
      kind: string,
      commit: free,
      builtAt: string,
      artifact: free,
      runsOn: list(string),
      ranOn: list(string),
    },
    'id',
    'component',
    'version',
    'kind',
    'commit',
    'builtAt',
    'artifact',
    'runsOn',
    'ranOn',
  ),
  EntityReleases: opened(
    {
      entityRef: string,
      stages: ref('Stages'),
      targets: list(ref('TargetBlock')),
      releases: list(ref('Release')),
      releasesAsOf: string,
      releasesState: string,
      releasesMessage: string,
      permissions: ref('Permissions'),
      rollouts: list(ref('RolloutSummary')),
    },
    'entityRef',
    'stages',
    'targets',
    'releases',
    'releasesState',
    'permissions',
    'rollouts',
  ),
  PreviewRequest: closed(asked, 'entityRef', 'stage', 'kind'),
  RolloutRequest: closed(
    { ...asked, reason: text(1000), idempotencyKey: text(200) },
    'entityRef',
    'stage',
    'kind',
    'idempotencyKey',
  ),
  Preview: opened(
    {
      entityRef: string,
      stage: string,
      kind: string,
      from: ref('Revision'),
      to: free,
      changes: list(string),
      staysBehind: list(string),
      gates: list(gate),
      steps: list(free),
      strategies: list(free),
      defaultStrategy: ref('Strategy'),
      approvalsNeeded: number,
      blockers: list(string),
      warnings: list(string),
    },
    'entityRef',
    'stage',
    'kind',
    'to',
    'changes',
    'staysBehind',
    'gates',
    'steps',
    'strategies',
    'defaultStrategy',
    'approvalsNeeded',
    'blockers',
    'warnings',
  ),
  RolloutSummary: opened(summary, ...summaryKeys),
  RolloutPage: opened(
    { items: list(ref('RolloutSummary')), next: string },
    'items',
  ),
  Rollout: opened(
    {
      ...summary,
      reason: string,
      gates: list(gate),
      steps: list(free),
      intents: list(free),
      approvals: list(free),
      approvalsNeeded: number,
      awaitsConfirmation: boolean,
      planHash: string,
      stackChanges: list(free),
      codeOnly: boolean,
      requestedWeight: number,
      observedWeight: number,
      bakeUntil: string,
      pausedUntil: string,
      judgement: free,
      alarms: list(free),
      problem: string,
      acts: free,
      evidence: list(ref('EvidenceRecord')),
    },
    ...summaryKeys,
    'gates',
    'steps',
    'intents',
    'approvals',
    'approvalsNeeded',
    'acts',
    'evidence',
  ),
  ActRequest: closed(
    {
      act: oneOf(
        'approve',
        'decline',
        'advance',
        'complete',
        'send-back',
        'cancel',
        'retry',
        'adopt',
        'abandon',
        'confirm',
      ),
      comment: text(1000),
      planHash: text(64),
    },
    'act',
  ),
  TargetRequest: closed(
    { arn: text(512), reason: sentence(1000) },
    'arn',
    'reason',
  ),
  QuarantineRequest: closed(
    { component: text(253), reason: sentence(1000), on: boolean },
    'component',
    'reason',
    'on',
  ),
  PipelineRetryRequest: closed(
    {
      entityRef: text(512),
      pipelineArn: text(512),
      stage: text(100),
      executionId: text(100),
    },
    'entityRef',
    'pipelineArn',
    'stage',
    'executionId',
  ),
  PipelineRetry: opened({ executionId: string }, 'executionId'),
  Overview: opened(
    { items: list(free), attention: list(free) },
    'items',
    'attention',
  ),
  EvidenceRecord: opened(
    {
      position: number,
      at: string,
      kind: string,
      actor: string,
      stage: string,
      entityRef: string,
      targetArn: string,
      rolloutId: string,
      facts: free,
      hash: string,
      previousHash: string,
    },
    'position',
    'at',
    'kind',
    'actor',
    'facts',
    'hash',
    'previousHash',
  ),
  AuditPage: opened(
    {
      records: list(ref('EvidenceRecord')),
      next: number,
      chain: opened(
        { verified: boolean, checkedAt: string, firstBadPosition: number },
        'verified',
        'checkedAt',
      ),
    },
    'records',
    'chain',
  ),
};
