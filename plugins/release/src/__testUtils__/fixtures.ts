import type {
  EntityReleases,
  EvidenceRecord,
  Release,
  ReleaseSet,
  Revision,
  Rollout,
  RolloutPreview,
  Stage,
  StagePermissions,
  TargetBlock,
} from '@careplane/backstage-plugin-release-common';

export const ENTITY_REF = 'component:default/claims-api';

export const stages: Stage[] = [
  ['dev', 'Dev', '111111111111', 0],
  ['qa', 'QA', '222222222222', 0],
  ['prod', 'Prod', '333333333333', 1],
].map(([name, title, accountId, approvals]) => ({
  name: String(name),
  title: String(title),
  accountId: String(accountId),
  region: 'us-east-1',
  approvals: Number(approvals),
}));

export function revision(number: number): Revision {
  return {
    id: String(number),
    releaseId: `release-${number}`,
    version: `1.${number}.0`,
    contentHash: `hash${number}AAAAAAAA=`,
  };
}

export function release(number: number): Release {
  return {
    id: `release-${number}`,
    component: 'claims-api',
    version: `1.${number}.0`,
    kind: 'lambda-alias',
    commit: { id: `c0ffee${number}`, message: 'Fix rounding' },
    builtAt: '2026-11-20T10:00:00Z',
    artifact: { type: 'zip', codeSha256: `hash${number}AAAAAAAA=` },
    runsOn: [],
    ranOn: [],
  };
}

export function target(
  stage: string,
  current: number,
  more: Partial<TargetBlock['target']> = {},
): TargetBlock {
  return {
    state: 'ok',
    asOf: '2026-11-23T09:00:00Z',
    target: {
      arn: `arn:aws:lambda:us-east-1:1:function:claims-api:live-${stage}`,
      stage,
      kind: 'lambda-alias',
      health: 'live',
      current: revision(current),
      since: '2026-11-22T09:00:00Z',
      owner: 'careplane-stack',
      history: [],
      rollbackOptions: [],
      ...more,
    },
  };
}

const ACTS = [
  'promote',
  'rollback',
  'approve',
  'lift-hold',
  'quarantine',
  'retry-pipeline',
] as const;

/** Permissions of a person who may do everything, or nothing, on a stage. */
export function permissions(allowedOn: string[]): StagePermissions[] {
  return stages.map(({ name }) => ({
    stage: name,
    acts: Object.fromEntries(
      ACTS.map(act => [
        act,
        {
          allowed: allowedOn.includes(name),
          reason: allowedOn.includes(name)
            ? undefined
            : `You lack the grant "${act}" on ${name}.`,
          grantedTo: ['group:default/release-managers'],
        },
      ]),
    ) as StagePermissions['acts'],
  }));
}

export function entityReleases(
  more: Partial<EntityReleases> = {},
): EntityReleases {
  const ran = [
    {
      from: '2026-11-01T00:00:00Z',
      to: '2026-11-07T04:00:00Z',
      seconds: 532_800,
    },
  ];
  return {
    entityRef: ENTITY_REF,
    stages,
    targets: [
      target('dev', 43),
      target('qa', 42),
      target('prod', 41, {
        behind: 2,
        rollbackOptions: [
          {
            revision: revision(40),
            ran,
            ready: 'not-ready',
            checks: [
              { id: 'exists', state: 'fail', summary: 'The version is gone.' },
            ],
            source: 'careplane',
          },
          {
            revision: revision(39),
            ran,
            ready: 'ready',
            checks: [],
            checkedAt: '2026-11-23T08:59:20Z',
            source: 'cloudtrail',
          },
        ],
        history: [
          {
            revision: revision(39),
            from: '2026-11-01T00:00:00Z',
            to: '2026-11-07T04:00:00Z',
            source: 'cloudtrail',
          },
        ],
      }),
    ],
    releases: [release(43), release(42), release(41)],
    releasesState: 'ok',
    permissions: permissions(['dev', 'qa', 'prod']),
    rollouts: [],
    ...more,
  };
}

export const preview: RolloutPreview = {
  entityRef: ENTITY_REF,
  stage: 'prod',
  kind: 'promote',
  from: revision(41),
  to: revision(42),
  changes: ['2 releases newer than what users have now.'],
  staysBehind: ['The queue keeps its messages.'],
  gates: [
    { id: 'sonar', title: 'Quality gate', state: 'pass', summary: 'Passed.' },
    {
      id: 'tests',
      title: 'Tests in qa',
      state: 'unknown',
      summary: 'No result.',
    },
  ],
  steps: [{ title: 'Publish the version' }],
  strategies: [
    { type: 'all-at-once', allowed: true },
    { type: 'canary', allowed: true },
    { type: 'linear', allowed: false, reason: 'No deployment group.' },
  ],
  defaultStrategy: {
    type: 'canary',
    steps: [{ weight: 0.1, bakeSeconds: 300 }],
  },
  approvalsNeeded: 1,
  blockers: [],
  warnings: [],
};

const NO_ACTS = Object.fromEntries(
  [
    'approve',
    'confirm',
    'decline',
    'advance',
    'complete',
    'continue',
    'send-back',
    'cancel',
    'retry',
    'adopt',
    'abandon',
  ].map(act => [act, { allowed: false }]),
) as Rollout['acts'];

export function evidence(position: number): EvidenceRecord {
  return {
    position,
    at: '2026-11-23T14:05:11Z',
    kind: 'aws-write-observed',
    actor: 'user:default/daniel.okafor',
    stage: 'prod',
    entityRef: ENTITY_REF,
    rolloutId: 'r-1',
    facts: {
      api: 'lambda:UpdateAlias',
      requestedBy: 'user:default/daniel.okafor',
      approvedBy: 'user:default/sofia.rossi',
      fromVersion: '1.41.0',
      fromRevision: '41',
      toVersion: '1.42.0',
      toRevision: '42',
      requestId: 'req-123',
      outcome: 'done',
    },
    hash: `hash-of-${position}`,
    previousHash: `hash-of-${position - 1}`,
  };
}

export function rollout(more: Partial<Rollout> = {}): Rollout {
  return {
    id: 'r-1',
    entityRef: ENTITY_REF,
    stage: 'prod',
    targetArn: 'arn:aws:lambda:us-east-1:333333333333:function:claims-api:live',
    kind: 'promote',
    state: 'BAKING',
    from: revision(41),
    to: { releaseId: 'release-42', version: '1.42.0', contentHash: 'hash42' },
    strategy: {
      type: 'canary',
      steps: [
        { weight: 0.1, bakeSeconds: 300 },
        { weight: 0.5, bakeSeconds: 300 },
      ],
    },
    requestedBy: 'user:default/daniel.okafor',
    requestedAt: '2026-11-23T14:00:00Z',
    headline: '10 % of prod traffic is on 1.42.0',
    gates: preview.gates,
    steps: [
      { id: 'shift', title: 'Send 10 %', state: 'done' },
      { id: 'bake', title: 'Watch for 5 min', state: 'running' },
    ],
    intents: [
      {
        seq: 1,
        api: 'lambda:UpdateAlias',
        before: { version: '41' },
        after: { version: '41', weights: '42=0.1' },
        writtenAt: '2026-11-23T14:01:00Z',
        outcome: 'done',
        requestId: 'aws-req-1',
      },
      {
        seq: 2,
        api: 'lambda:UpdateAlias',
        before: {},
        after: {},
        writtenAt: '2026-11-23T14:02:00Z',
      },
    ],
    approvals: [],
    approvalsNeeded: 1,
    requestedWeight: 0.1,
    observedWeight: 0.1,
    acts: {
      ...NO_ACTS,
      advance: { allowed: true },
      complete: { allowed: true },
      'send-back': { allowed: true },
    },
    evidence: [evidence(7)],
    ...more,
  };
}

/** A set of one service that is under way. */
export function releaseSet(patch: Partial<ReleaseSet> = {}): ReleaseSet {
  return {
    id: 's-1',
    stage: 'prod',
    kind: 'promote',
    state: 'running',
    requestedBy: 'user:default/daniel.okafor',
    requestedAt: '2026-11-23T14:00:00Z',
    members: [{ entityRef: ENTITY_REF, order: 1, rollout: rollout() }],
    ...patch,
  };
}
