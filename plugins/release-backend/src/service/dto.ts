import {
  EvidenceRecord,
  headlineOf,
  Rollout,
  RolloutSummary,
  STATE_LABELS,
} from '@careplane/backstage-plugin-release-common';
import type { IntentRecord, RolloutRecord } from '../engine/model';
import type { Approval } from '../store/ApprovalStore';

const RETURNS = ['ROLLING_BACK', 'VERIFYING_ROLLBACK', 'ROLLED_BACK'];

/** A sentence about users now. */
export function headlineOfRecord(record: RolloutRecord): string {
  if (record.awaitsConfirmation) {
    return 'Waiting for the requester to confirm it in the browser';
  }
  // A person may turn a promote back to another revision than it came from.
  const back = record.kind === 'promote' && RETURNS.includes(record.state);
  const from = back ? record.returnTo ?? record.from : record.from;
  const headline = headlineOf({ ...record, from }, record.observedWeight);
  return record.pause ? `${headline}. It waits for somebody in AWS` : headline;
}

/** What a list says about a rollout. */
export function summaryOf(record: RolloutRecord): RolloutSummary {
  return {
    id: record.id,
    entityRef: record.entityRef,
    stage: record.stage,
    targetArn: record.targetArn,
    kind: record.kind,
    state: record.state,
    from: record.from,
    to: record.to,
    strategy: record.strategy,
    requestedBy: record.requestedBy,
    requestedAt: record.requestedAt,
    endedAt: record.endedAt,
    set: record.set,
    headline: headlineOfRecord(record),
  };
}

/** Everything about a rollout, apart from engine-only fields. */
export function rolloutOf(
  record: RolloutRecord,
  parts: {
    intents: IntentRecord[];
    approvals: Approval[];
    evidence: EvidenceRecord[];
    acts: Rollout['acts'];
  },
): Rollout {
  const last = record.steps.length - 1;
  return {
    ...summaryOf(record),
    reason: record.reason,
    gates: record.gates,
    steps: record.steps.map((step, index) => ({
      id: `${index}`,
      title: STATE_LABELS[step.state],
      state: stepState(record, step.state, index === last),
      startedAt: step.startedAt,
      endedAt: step.endedAt,
      detail: step.detail,
    })),
    intents: parts.intents.map(intent => ({
      seq: intent.seq,
      api: intent.api,
      before: intent.before,
      after: intent.after,
      writtenAt: intent.writtenAt,
      outcome: intent.outcome,
      observed: intent.observed,
      observedAt: intent.observedAt,
      requestId: intent.requestId,
      error: intent.error,
    })),
    approvals: parts.approvals.map(({ person, decision, at, comment }) => ({
      by: person,
      decision,
      at,
      comment,
    })),
    approvalsNeeded: record.approvalsNeeded,
    awaitsConfirmation: record.awaitsConfirmation,
    planHash: record.planHash,
    stackChanges: record.stackChanges,
    codeOnly: record.codeOnly,
    requestedWeight: record.requestedWeight,
    observedWeight: record.observedWeight,
    bakeUntil: record.bakeUntil,
    pausedUntil: record.pausedUntil,
    pause: record.pause,
    judgement: record.judgement,
    preflight: record.preflight,
    alarms: record.alarms,
    codeDeploy: codeDeployOf(record),
    review: record.review,
    problem: record.problem,
    acts: parts.acts,
    evidence: parts.evidence,
  };
}

function codeDeployOf(record: RolloutRecord): Rollout['codeDeploy'] {
  const { returning, targetArn } = record;
  const delegate = returning
    ? { ...returning, config: 'CodeDeployDefault.ECSAllAtOnce' }
    : record.delegate;
  if (!delegate) return undefined;
  const { group, config, deploymentId } = delegate;
  const ended = record.delegate?.ended;
  const region = targetArn.split(':')[3];
  return {
    group,
    config,
    deploymentId,
    ended,
    consoleUrl:
      deploymentId &&
      `https://${region}.console.aws.amazon.com/codesuite/codedeploy/deployments/${deploymentId}?region=${region}`,
  };
}

const BAD = [
  'BLOCKED',
  'DECLINED',
  'ROLLBACK_FAILED',
  'EXTERNAL_CHANGE',
  'ROLLED_BACK_UNVERIFIED',
];

function stepState(
  record: RolloutRecord,
  state: RolloutRecord['state'],
  isLast: boolean,
): Rollout['steps'][number]['state'] {
  if (BAD.includes(state)) return 'failed';
  if (!isLast || record.endedAt) return 'done';
  return ['AWAITING_APPROVAL', 'QUEUED', 'PAUSED'].includes(state)
    ? 'waiting'
    : 'running';
}
