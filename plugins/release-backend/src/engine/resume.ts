import type { ObservedTarget } from '@careplane/backstage-plugin-release-node';
import type { Decision, Observation } from './decision';
import { backoffMs, LIMITS, POLL_MS, SLOW_POLL_MS } from './decision';
import { isContinueIntent, resumeContinue } from './decidePause';
import { resumePublish } from './decidePublish';
import { blocked } from './gatesShut';
import { leftAs } from './leftAs';
import { iso, IntentRecord, RolloutRecord } from './model';
import { isDeploymentIntent, resumeDelegated } from './resumeDelegated';
import { sendAgain } from './sendAgain';
import { holderUnread, strangerStack } from './stackClaim';
import { classify, isOurs, shareOf, trafficOf } from './traffic';

/** The last intent whose outcome is not known. */
export const pendingOf = (intents: IntentRecord[]): IntentRecord | undefined =>
  intents.find(intent => !intent.outcome);

/** Returns that may meet a write of the same rollout before it is a stranger's. */
const OWN_CONFLICTS = 3;

/**
 * A return that AWS refused because the target had changed since it was read:
 * an earlier write of the same rollout may have landed in between.
 */
const metConflict = (pending: IntentRecord, intents: IntentRecord[]): boolean =>
  pending.step.startsWith('return') &&
  pending.error?.startsWith('ConflictError') === true &&
  intents.filter(
    ({ step, outcome }) =>
      step.startsWith('return') && outcome === 'not-executed',
  ).length < OWN_CONFLICTS;

/**
 * What to do about an intent without outcome. Undefined where it is settled
 * by the state that follows.
 */
export function resume(
  record: RolloutRecord,
  observation: Observation,
  pending: IntentRecord,
  now: number,
): Decision {
  if (isDeploymentIntent(pending)) {
    return resumeDelegated(record, observation, pending, now);
  }
  if (isContinueIntent(pending)) {
    return resumeContinue(record, observation, pending, now);
  }
  if ('publishes' in pending.after) {
    return resumePublish(record, observation, pending, now);
  }
  if (!('traffic' in pending.after)) {
    return resumeStackWrite(record, observation, pending, now);
  }
  const { target } = observation;
  if (!target) return { waitMs: backoffMs(record.failures) };
  const completed = (outcome: IntentRecord['outcome']): IntentRecord => ({
    ...pending,
    outcome,
    observed: { traffic: trafficOf(target) },
    observedAt: iso(now),
  });

  const verdict = classify(pending, target);
  if (verdict === 'after') {
    return {
      completes: completed('done'),
      patch: { observedWeight: shareOf(record, target), failures: 0 },
    };
  }
  if (pending.after.ends) {
    return resumeEnd(target.deployment, pending, completed, now);
  }
  // A rollback took over: what was meant forward is not sent any more.
  const overtaken =
    record.state === 'ROLLING_BACK' && !pending.step.startsWith('return');
  if (verdict === 'before') {
    if (overtaken) return { completes: completed(leftAs(pending)) };
    if (pending.acceptedAt) {
      return now - Date.parse(pending.acceptedAt) < LIMITS.readBack
        ? { waitMs: POLL_MS }
        : stopForExternalChange(
            record,
            observation,
            completed('external-change'),
          );
    }
    // INV-01: one retry after a lost race, and no more.
    if (pending.sends >= 2 && pending.error?.startsWith('ConflictError')) {
      return stopForExternalChange(
        record,
        observation,
        completed('external-change'),
      );
    }
    return sendAgain(record, observation, pending, now);
  }
  const meetsOwn = overtaken || metConflict(pending, observation.intents);
  if (meetsOwn && isOurs(record, observation.intents, target)) {
    return {
      completes: completed(overtaken ? leftAs(pending) : 'not-executed'),
    };
  }
  return stopForExternalChange(
    record,
    observation,
    completed('external-change'),
  );
}

/**
 * An ECS deployment was told to go back, and its target still shows the new
 * revision. Once ECS goes back it is done, and watched; a deployment that was
 * over before is no conflict but a reason to plan anew (INV-23, SC-X9).
 */
function resumeEnd(
  deployment: ObservedTarget['deployment'],
  pending: IntentRecord,
  completed: (outcome: IntentRecord['outcome']) => IntentRecord,
  now: number,
): Decision {
  const { deploymentArn } = pending.after.ends as { deploymentArn: string };
  const same = deployment?.arn === deploymentArn;
  if (same && ['rolling-back', 'rolled-back'].includes(deployment.status)) {
    return { completes: completed('done') };
  }
  if (!same || !deployment.canStop || pending.error) {
    return { completes: completed('not-executed') };
  }
  // Never answered: a stop may be sent again, AWS takes it once.
  const { acceptedAt } = pending;
  return acceptedAt && now - Date.parse(acceptedAt) < LIMITS.stopping
    ? { waitMs: POLL_MS }
    : { completes: completed('not-executed') };
}

function resumeStackWrite(
  record: RolloutRecord,
  observation: Observation,
  pending: IntentRecord,
  now: number,
): Decision {
  const done = (outcome: IntentRecord['outcome']): Decision => ({
    completes: { ...pending, outcome, observed: {}, observedAt: iso(now) },
  });
  const rollingBack =
    record.state === 'ROLLING_BACK' || record.state === 'VERIFYING_ROLLBACK';
  if (rollingBack && !pending.step.startsWith('prepare')) {
    return done(leftAs(pending));
  }
  if (/^(settle|unprotect)/.test(pending.step)) {
    if (strangerStack(record, observation.stack)) return done('not-executed');
    const unread = holderUnread(record, observation.stack);
    if (unread) return { patch: { problem: unread }, waitMs: SLOW_POLL_MS };
  }
  if (pending.step === 'execute-change-set') {
    const { changeSet } = observation;
    if (!changeSet) return { waitMs: backoffMs(record.failures) };
    // How it ended is told by the stack.
    if (['executed', 'failed'].includes(changeSet.status)) return done('done');
    if (changeSet.status !== 'ready') {
      return {
        ...blocked(
          'The change set was overtaken before it ran. Nothing has changed; ask for a new rollout.',
        ),
        ...done('not-executed'),
      };
    }
  }
  // It may be our own write that is under way.
  if (observation.stack?.busy) return { waitMs: SLOW_POLL_MS };
  return sendAgain(record, observation, pending, now);
}

/** Stops, keeps what was seen, and asks (INV-01). Writes nothing. */
export function stopForExternalChange(
  record: RolloutRecord,
  observation: Observation,
  completes?: IntentRecord,
): Decision {
  const { target } = observation;
  return {
    completes,
    patch: {
      state: 'EXTERNAL_CHANGE',
      external: { stable: target?.stable, candidate: target?.candidate },
      observedWeight: target && shareOf(record, target),
      wish: undefined,
      pause: undefined,
      problem: `Somebody else moved ${record.stage} to ${
        target?.stable?.version ?? target?.stable?.id ?? 'nothing'
      }. Careplane has stopped and writes nothing. Adopt what runs now, send it back, or abandon this rollout.`,
    },
    detail: 'The target is not as Careplane left it',
    facts: {
      observedStable: target?.stable?.id ?? null,
      observedCandidate: target?.candidate?.revision.id ?? null,
      observedWeight: target?.candidate?.weight ?? null,
    },
  };
}
