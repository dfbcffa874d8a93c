import { isTerminal } from '@careplane/backstage-plugin-release-common';
import type { Decision, Observation } from './decision';
import { backoffMs, HOUR } from './decision';
import { decideAlarm, decideFreeze } from './decideAlarms';
import { decideBaking, decidePaused } from './decideBaking';
import { decideAbsence, guardDecision } from './decideDeadline';
import { decideDisarm } from './decideDisarm';
import * as delegated from './decideDelegated';
import * as end from './decideEnd';
import * as returning from './decideReturn';
import * as stack from './decideSettle';
import * as plan from './decidePlan';
import { decideQueued } from './decideQueued';
import * as traffic from './decideTraffic';
import type { RolloutRecord } from './model';
import { pendingOf, resume } from './resume';
import { decideServiceReturn, learnsCodeDeploy } from './serviceDeployments';
import { isOver } from './transition';

/**
 * Decides the one next thing of a rollout from its state, what was observed,
 * and the time. Pure: no I/O, no clock of its own. At most one effect.
 */
export function decide(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  if (isOver(record)) return { waitMs: HOUR };
  return (
    decideAbsence(record, observation, now) ??
    guardDecision(
      record,
      observation,
      decideState(record, observation, now),
      now,
    )
  );
}

function decideState(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const pending = pendingOf(observation.intents);
  if (pending && record.state !== 'EXTERNAL_CHANGE') {
    return resume(record, observation, pending, now);
  }
  if (isTerminal(record.state)) {
    return record.followUp
      ? stack.decideFollowUp(record, observation)
      : decideDisarm(record, observation, now);
  }
  const back =
    decideAlarm(record, observation, now) ??
    decideFreeze(record, observation, now);
  if (back) return back;
  const learned =
    ['PREFLIGHT', 'ROLLING_BACK'].includes(record.state) &&
    learnsCodeDeploy(record, observation.target);
  if (learned) return learned;
  switch (record.state) {
    case 'GATING':
      return plan.decideGating(record, observation, now);
    case 'PLANNING':
      return plan.decidePlanning(record, observation, now);
    case 'AWAITING_APPROVAL':
      return plan.decideAwaitingApproval(record, observation, now);
    case 'QUEUED':
      return decideQueued(record, observation, now);
    case 'PREPARING':
      return plan.decidePreparing(record, observation, now);
    case 'PREFLIGHT':
      return record.kind === 'rollback'
        ? returning.decideRollbackPreflight(record, observation)
        : delegated.decideDelegatedPreflight(record, observation, now);
    case 'SHIFTING':
      return record.delegate
        ? delegated.decideDeploying(record, observation, now)
        : traffic.decideShifting(record, observation, now);
    case 'BAKING':
      return record.delegate
        ? delegated.decideFollowing(record, observation, now)
        : decideBaking(record, observation, now);
    case 'PAUSED':
      // CodeDeploy waits for nobody.
      return record.delegate
        ? delegated.decideFollowing(record, observation, now)
        : decidePaused(record, observation, now);
    case 'CUTOVER':
      return traffic.decideCutover(record, observation, now);
    case 'VERIFYING':
      return end.decideVerifying(record, observation, now);
    case 'SETTLING':
      return stack.decideSettling(record, observation, now);
    case 'ROLLING_BACK':
      if (record.byCodeDeploy) {
        return decideServiceReturn(record, observation, now);
      }
      return (
        delegated.decideStopping(record, observation, now) ??
        returning.decideRollingBack(record, observation, now)
      );
    case 'VERIFYING_ROLLBACK':
      return returning.decideVerifyingRollback(record, observation, now);
    default:
      // EXTERNAL_CHANGE and ROLLBACK_FAILED wait for a person.
      return { waitMs: Math.max(backoffMs(6), HOUR) };
  }
}
