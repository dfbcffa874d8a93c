import type {
  OwnerSigns,
  Publication,
} from '@careplane/backstage-plugin-release-node';
import fc from 'fast-check';
import { OLD, ARN } from '../__testUtils__/harness';
import { ownershipOf } from '../ownership/ownership';
import { decide } from './decide';
import type { Observation, StackFacts } from './decision';
import { IntentRecord, iso, RolloutRecord } from './model';

const AT = iso(0);
const TARGET = {
  arn: ARN,
  kind: 'lambda-alias' as const,
  component: 'claims-api',
  stackName: 'svc-claims-api',
  stage: {
    name: 'qa',
    title: 'QA',
    accountId: '222222222222',
    region: 'us-east-1',
    approvals: 0,
  },
};

const writer = fc.record({
  tool: fc.constantFrom(
    'careplane' as const,
    'cloudformation' as const,
    'terraform' as const,
    'codedeploy' as const,
    'other' as const,
  ),
  at: fc.constant(AT),
  wrote: fc.constantFrom('code' as const, undefined),
});
const signs: fc.Arbitrary<OwnerSigns> = fc.record({
  stack: fc.option(
    fc.record({
      name: fc.constantFrom('svc-claims-api', 'legacy'),
      takesLiveValue: fc.boolean(),
      transforms: fc.constantFrom([], ['AWS::Serverless-2016-10-31']),
      serverless: fc.boolean(),
    }),
    { nil: undefined, freq: 2 },
  ),
  tags: fc.constantFrom<Record<string, string>>(
    {},
    {},
    {},
    { 'managed-by': 'terraform' },
    { 'aws:cloudformation:stack-name': 'legacy' },
  ),
  writers: fc.array(writer, { maxLength: 3 }),
  controller: fc.constantFrom(
    ...Array<undefined>(8).fill(undefined),
    'codedeploy' as const,
    'external' as const,
  ),
  unread: fc.constantFrom([], [], ['lambda:ListTags']),
  readBackTo: fc.constantFrom(undefined, undefined, AT),
});
const stack: fc.Arbitrary<StackFacts | undefined> = fc.constantFrom(
  ...Array<StackFacts>(8).fill({ exists: false, owner: 'none', busy: false }),
  { exists: false, owner: 'stack' as const, busy: false },
  { exists: true, owner: 'careplane-stack' as const, busy: false },
  { exists: true, owner: 'unknown' as const, busy: true },
  undefined,
);
const publication: fc.Arbitrary<Publication> = fc.record({
  needs: fc.constantFrom('code' as const, 'revision' as const),
  contentHash: fc.constantFrom('old-hash'),
  fingerprint: fc.constant('config-1'),
});

function record(state: RolloutRecord['state']): RolloutRecord {
  return {
    id: 'rollout',
    entityRef: 'component:default/claims-api',
    component: 'claims-api',
    stage: 'qa',
    targetArn: ARN,
    stackName: 'svc-claims-api',
    kind: 'promote',
    state,
    version: 1,
    requestedBy: 'user:default/daniel.okafor',
    requestedAt: AT,
    idempotencyKey: 'key',
    requestHash: 'hash',
    from: OLD,
    to: { releaseId: 'b'.repeat(64), contentHash: 'new-hash' },
    strategy: { type: 'all-at-once', steps: [] },
    step: 0,
    approvalsNeeded: 0,
    gates: [],
    publish: { mode: 'copy', published: false, fingerprint: 'config-1' },
    stateSince: AT,
    failures: 0,
    steps: [],
  };
}

/** A write of which it is not known whether it arrived. */
const pendingOf = (needs: 'code' | 'revision'): IntentRecord => ({
  seq: 1,
  step: `publish-${needs}`,
  api: 'lambda:UpdateFunctionCode',
  before: {
    fingerprint: 'config-1',
    contentHash: needs === 'code' ? 'old-hash' : null,
  },
  after: { publishes: needs, contentHash: 'new-hash' },
  writtenAt: AT,
  sends: 1,
});

describe('what is published past a stack', () => {
  it('is never written or planned, the first time or again, unless the owner of this very moment lets Careplane (INV-13, INV-16)', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.constantFrom('PLANNING' as const, 'PREPARING' as const),
        stack,
        fc.option(signs, { nil: undefined, freq: 9 }),
        publication,
        fc.boolean(),
        fc.integer({ min: 0, max: 3_600_000 }),
        (state, of, told, next, again, now) => {
          const ownership = told && ownershipOf(TARGET, told);
          const observation: Observation = {
            intents:
              again && state === 'PREPARING'
                ? [pendingOf(next.needs as 'code')]
                : [],
            stack: of,
            ownership,
            publication: next,
            gates: [
              { id: 'build', title: 'Build', state: 'pass', summary: '' },
            ],
          };
          const { effect, patch } = decide(record(state), observation, now);
          const goesOn = effect?.effect.type === 'publish' || patch?.planHash;
          // What may be there, and was not read, is no leave.
          const isRead = !told?.readBackTo && !told?.unread.length;
          const may =
            of?.owner === 'none' &&
            ownership !== undefined &&
            ownership.mayPromote;
          expect(ownership?.tool === 'none' && !isRead).toBe(false);
          const what = effect?.again ? 'again' : effect?.step ?? 'none';
          seen.set(what, (seen.get(what) ?? 0) + 1);
          expect(Boolean(goesOn)).toBe(may);
        },
      ),
      { numRuns: Number(process.env.CAREPLANE_PROPERTY_RUNS ?? 400) },
    );
    expect([...seen.keys()]).toEqual(
      expect.arrayContaining(['publish-code', 'publish-revision', 'again']),
    );
  });
});
