import { isTerminal } from '@careplane/backstage-plugin-release-common';
import type { Change } from '../store';
import type { Decision } from './decision';
import { EvidenceDraft, iso, RolloutRecord } from './model';

/** Ended, with nothing left to do on the stack or its deadline. */
export const isOver = (record: RolloutRecord): boolean =>
  isTerminal(record.state) && !record.followUp && !record.deadline;

/**
 * What an end leaves to be done. A stack whose change set was sent is settled
 * however the rollout ends, so that no later update of it moves traffic
 * (INV-16); a rollback that took over settles it at its own end.
 */
const followUpOf = (next: RolloutRecord): RolloutRecord['followUp'] =>
  next.followUp ??
  (next.changeSetSent && ['BLOCKED', 'CANCELLED'].includes(next.state)
    ? 'settle'
    : undefined);

/** A record in its next state, with times, steps and when to look again. */
export function enter(
  record: RolloutRecord,
  patch: Partial<RolloutRecord>,
  now: number,
  detail?: string,
): RolloutRecord {
  const at = iso(now);
  const patched: RolloutRecord = { ...record, ...patch };
  if (patched.state === record.state) return patched;
  const next = { ...patched, followUp: followUpOf(patched) };
  const steps = record.steps.map((step, index) =>
    index === record.steps.length - 1 && !step.endedAt
      ? { ...step, endedAt: at }
      : step,
  );
  const ended = isTerminal(next.state);
  return {
    ...next,
    stateSince: at,
    stuck: undefined,
    endedAt: ended ? at : undefined,
    nextRunAt: isOver(next) ? undefined : at,
    steps: [
      ...steps,
      {
        state: next.state,
        startedAt: at,
        endedAt: ended ? at : undefined,
        detail: detail ?? (ended ? next.problem : undefined),
      },
    ],
  };
}

/** The place of a rollout in evidence. */
export const placeOf = (record: RolloutRecord) => ({
  stage: record.stage,
  entityRef: record.entityRef,
  targetArn: record.targetArn,
  rolloutId: record.id,
});

/** The facts of what a rollout is about. */
export const subjectOf = (record: RolloutRecord): EvidenceDraft['facts'] => ({
  kind: record.kind,
  component: record.component,
  requestedBy: record.requestedBy,
  approvedBy: record.approvedBy?.join(', ') ?? null,
  fromRevision: record.from?.id ?? null,
  fromVersion: record.from?.version ?? null,
  toRevision: record.to.revisionId ?? null,
  toVersion: record.to.version ?? null,
  releaseId: record.to.releaseId ?? null,
  contentHash: record.to.contentHash,
});

/** Turns a decision without effect into the change that commits it. */
export function changeOf(
  record: RolloutRecord,
  decision: Decision,
  now: number,
  actor = 'careplane-auto',
): Change {
  const at = iso(now);
  const next = enter(record, decision.patch ?? {}, now, decision.detail);
  if (decision.waitMs !== undefined) {
    next.nextRunAt = iso(now + decision.waitMs);
  } else {
    next.nextRunAt = isOver(next) ? undefined : at;
  }
  next.lastTickAt = at;
  const moved = next.state !== record.state;
  const evidence: EvidenceDraft[] = [];
  if (decision.completes) {
    const { seq, api, outcome, requestId, observed } = decision.completes;
    const traffic = observed?.traffic as
      | { stable?: string; candidate?: { id: string; weight: number } }
      | undefined;
    evidence.push({
      ...placeOf(next),
      kind: 'aws-write-observed',
      actor,
      facts: {
        ...subjectOf(next),
        seq,
        api,
        outcome: outcome ?? null,
        requestId: requestId ?? null,
        observedStable: traffic?.stable ?? null,
        observedCandidate: traffic?.candidate?.id ?? null,
        observedWeight: traffic?.candidate?.weight ?? null,
      },
    });
  }
  if (moved || (decision.facts && isTerminal(record.state))) {
    evidence.push({
      ...placeOf(next),
      kind: moved
        ? `rollout-${next.state.toLowerCase().replace(/_/g, '-')}`
        : 'stack-settled',
      actor,
      facts: {
        ...subjectOf(next),
        state: next.state,
        ...decision.facts,
      },
    });
  }
  const change: Change = { at, evidence, rollout: next };
  if (decision.completes) {
    change.intents = [{ rolloutId: record.id, intent: decision.completes }];
  }
  if (decision.consumes) change.consumes = decision.consumes;
  if (decision.move) {
    change.move = {
      targetArn: record.targetArn,
      entry: { ...decision.move, from: at, rolloutId: record.id },
    };
  }
  if (decision.setsHold) {
    const by = record.sentBackBy ?? record.requestedBy;
    change.hold = {
      targetArn: record.targetArn,
      hold: { by, at, reason: record.reason, rolloutId: record.id },
    };
    evidence.push({
      ...placeOf(next),
      kind: 'hold-set',
      actor: by,
      facts: { reason: record.reason ?? null },
    });
    const bad = record.kind === 'rollback' ? record.from : record.candidate;
    if (record.quarantine && bad?.releaseId) {
      change.quarantine = {
        component: record.component,
        releaseId: bad.releaseId,
        quarantine: {
          by,
          at,
          reason: record.reason ?? `Rolled back on ${record.stage}`,
        },
      };
      evidence.push({
        ...placeOf(next),
        kind: 'release-quarantined',
        actor: by,
        facts: { releaseId: bad.releaseId, quarantine: true },
      });
    }
  }
  return change;
}
