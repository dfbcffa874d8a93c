import type { GateState } from '@careplane/backstage-plugin-release-common';
import type { ObservedTarget } from '@careplane/backstage-plugin-release-node';
import fc from 'fast-check';
import { CANARY, NEW_RELEASE, OLD } from '../__testUtils__/harness';
import { decide } from './decide';
import type { Observation } from './decision';
import { IntentRecord, iso, RolloutRecord } from './model';
import { planHashOf } from './planHash';
import { trafficOf } from './traffic';
import { changeOf } from './transition';

const FOREIGN = { id: '9', contentHash: 'foreign' };
const FREEZE = {
  name: 'Year end',
  stages: [],
  policy: 'hold' as const,
  from: '2026-01-01T00:00:00.000Z',
  until: '2026-02-01T00:00:00.000Z',
};

interface Look {
  seconds: number;
  frozen: boolean;
  gate: GateState;
  alarm: 'ok' | 'alarm' | 'insufficient-data' | 'missing';
  readable: boolean;
  approved: boolean;
  /** Somebody else moves it, weighs it, or touches it without moving it. */
  foreign?: 'moves' | 'weighs' | 'touches';
  /** AWS shows what was so at the look before. */
  stale: boolean;
  /** The change set is another one than at the last look. */
  changed: boolean;
  sendBack: boolean;
  errors: number;
}

/** Mostly well, so that sequences get somewhere. */
const rarely = fc.integer({ min: 0, max: 11 }).map(one => one === 0);
const look: fc.Arbitrary<Look> = fc.record({
  seconds: fc.integer({ min: 0, max: 400 }),
  frozen: rarely,
  gate: fc.constantFrom<GateState>(
    ...Array<GateState>(40).fill('pass'),
    'fail',
    'unknown',
  ),
  alarm: fc.constantFrom<Look['alarm']>(
    ...Array<Look['alarm']>(40).fill('ok'),
    'alarm',
    'insufficient-data',
    'missing',
  ),
  readable: rarely.map(one => !one),
  approved: rarely.map(one => !one),
  foreign: fc.constantFrom<Look['foreign']>(
    ...Array<Look['foreign']>(120).fill(undefined),
    'moves',
    'weighs',
    // The way to a write that is sent again.
    ...Array<Look['foreign']>(12).fill('touches'),
  ),
  stale: rarely,
  changed: fc.integer({ min: 0, max: 60 }).map(one => one === 0),
  sendBack: fc.integer({ min: 0, max: 120 }).map(one => one === 0),
  errors: fc.constantFrom(...Array<number>(30).fill(0), 50, 400),
});

function opened(shared: boolean): RolloutRecord {
  const at = iso(0);
  return {
    id: 'rollout',
    entityRef: 'component:default/claims-api',
    component: 'claims-api',
    stage: 'qa',
    targetArn: 'arn:aws:lambda:us-east-1:222222222222:function:claims-api:live',
    stackName: 'svc-claims-api',
    kind: 'promote',
    state: 'GATING',
    version: 1,
    requestedBy: 'user:default/daniel.okafor',
    requestedAt: at,
    idempotencyKey: 'key',
    requestHash: 'hash',
    from: OLD,
    to: { releaseId: NEW_RELEASE.id, contentHash: 'new-hash' },
    strategy: shared
      ? {
          ...CANARY,
          steps: CANARY.steps.map(step => ({
            ...step,
            analysis: { tolerance: 0.05 },
          })),
        }
      : { type: 'all-at-once', steps: [] },
    step: 0,
    approvalsNeeded: 1,
    gates: [],
    stateSince: at,
    failures: 0,
    steps: [],
  };
}

/** Plays a sequence against an alias; throws where a rule is broken. */
function play(looks: Look[], shared: boolean): RolloutRecord['state'] {
  let record = opened(shared);
  let now = 0;
  let consumed = false;
  let executed = false;
  let highest = 0;
  let moved = false;
  const intents: IntentRecord[] = [];
  const alias: ObservedTarget = { exists: true, stable: OLD, casToken: '1' };
  let before = { ...alias };
  /** The traffic that this rollout found or wrote, and nobody else. */
  let ours = trafficOf(alias);
  let plan = 0;
  const write = (to: Pick<ObservedTarget, 'stable' | 'candidate'>) =>
    Object.assign(alias, {
      stable: to.stable,
      candidate: to.candidate,
      casToken: `${Number(alias.casToken) + 1}`,
    });
  for (const one of looks) {
    now += one.seconds * 1_000;
    const last = { ...alias };
    if (one.changed) plan += 1;
    if (one.foreign === 'touches') write(alias);
    if (one.foreign === 'moves' && !moved) {
      moved = true;
      write({ stable: FOREIGN });
    }
    if (one.foreign === 'weighs' && !moved) {
      moved = true;
      const candidate = { revision: FOREIGN, weight: 0.3 };
      write({ stable: alias.stable, candidate });
    }
    const shown = one.stale ? before : { ...alias };
    before = last;
    if (one.sendBack && record.returnTo && record.state === 'BAKING') {
      record = { ...record, state: 'ROLLING_BACK', sentBackBy: 'user:a/b' };
    }
    const observation: Observation = {
      intents,
      freeze: one.frozen ? FREEZE : undefined,
      target: one.readable ? shown : undefined,
      stack: {
        exists: true,
        status: 'UPDATE_COMPLETE',
        liveValue: alias.stable?.id,
        owner: 'careplane-stack',
        holdsTarget: true,
        published: executed ? '2' : '1',
        busy: false,
      },
      changeSet: {
        status: executed ? 'executed' : 'ready',
        changes: [
          {
            action: 'Modify',
            resource: `R${plan}`,
            type: 'AWS::Lambda::Alias',
          },
        ],
        codeOnly: true,
      },
      gates: [
        { id: 'quality', title: 'Quality', state: one.gate, summary: '' },
      ],
      viability: [{ id: 'version-active', state: 'pass', summary: '' }],
      canary: { allowed: true },
      delegation: {},
      alarms: one.readable ? [{ name: 'errors', state: one.alarm }] : undefined,
      approvals: one.approved
        ? { ids: [1], people: ['user:default/sofia.rossi'] }
        : { ids: [], people: [] },
      metrics: {
        from: record.bakeFrom ?? iso(0),
        to: iso(now),
        candidate: { calls: 1_000, errors: one.errors },
        stable: { calls: 9_000, errors: 0 },
      },
    };
    const decision = decide(record, observation, now);
    if (decision.consumes?.length) consumed = true;
    const { effect } = decision;
    let refused = false;
    if (effect?.effect.type === 'executeChangeSet') {
      // What runs is what was approved.
      expect(consumed).toBe(true);
      expect(
        planHashOf(record, observation.changeSet!, observation.gates ?? []),
      ).toBe(record.planHash);
    }
    if (effect?.effect.type === 'shift') {
      const { forward, to } = effect.effect;
      const weight = to.candidate?.weight ?? (to.stable.id === '2' ? 1 : 0);
      // The RevisionId that goes with the write is of this state.
      expect(trafficOf(observation.target!)).toEqual(ours);
      if (forward) {
        expect(one.frozen).toBe(false);
        expect(one.gate).toBe('pass');
        expect(one.alarm).toBe('ok');
        expect(consumed && executed).toBe(true);
        expect(weight).toBeGreaterThanOrEqual(highest);
        if (!effect.again) expect(weight).toBeGreaterThan(highest);
        highest = weight;
      } else {
        expect(to).toEqual({ stable: OLD });
      }
      refused = observation.target?.casToken !== alias.casToken;
      if (!refused) {
        write(to);
        ours = trafficOf(alias);
      }
    }
    record = changeOf(record, decision, now).rollout ?? record;
    if (decision.completes) {
      const { seq } = decision.completes;
      intents[seq - 1] = decision.completes;
    }
    if (effect) {
      if (effect.effect.type === 'createChangeSet') {
        record = { ...record, changeSetArn: 'change-set' };
      }
      if (effect.effect.type === 'executeChangeSet') executed = true;
      const intent: IntentRecord = effect.again
        ? { ...effect.again, sends: effect.again.sends + 1 }
        : {
            seq: intents.length + 1,
            step: effect.step,
            api: effect.api,
            before: effect.before,
            after: effect.after,
            writtenAt: iso(now),
            sends: 1,
          };
      intents[intent.seq - 1] = refused
        ? { ...intent, error: 'ConflictError: the RevisionId is another' }
        : {
            ...intent,
            outcome: 'done',
            observed: { traffic: trafficOf(alias) },
            observedAt: iso(now),
          };
    }
    if (record.endedAt) break;
  }
  if (['SUCCEEDED', 'ROLLED_BACK'].includes(record.state) && !moved) {
    expect(alias.candidate).toBeUndefined();
  }
  return record.state;
}

describe('whatever is observed in whatever order', () => {
  it('nothing goes forward in a freeze, without approval, with another plan than the approved one, past a shut gate or alarm, or with the RevisionId of a foreign state; weights only grow until a return; the end has no weights (INV-31, INV-30, INV-01, SC-X18)', () => {
    const ends = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.array(look, { minLength: 20, maxLength: 60 }),
        fc.boolean(),
        (looks, shared) => {
          const end = play(looks, shared);
          ends.set(end, (ends.get(end) ?? 0) + 1);
        },
      ),
      { numRuns: Number(process.env.CAREPLANE_PROPERTY_RUNS ?? 400) },
    );
    // The sequences reach what they are to prove something about.
    expect([...ends.keys()]).toEqual(
      expect.arrayContaining(['SUCCEEDED', 'ROLLED_BACK', 'EXTERNAL_CHANGE']),
    );
  });
});
