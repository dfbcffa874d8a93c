import { isTerminal } from '@careplane/backstage-plugin-release-common';
import type { Decision, Observation } from './decision';
import { ageMs, LIMITS, MINUTE, POLL_MS, SLOW_POLL_MS } from './decision';
import { restorePlan, settlePlan, unprotectPlan } from './effects';
import type { FollowUp, RolloutRecord } from './model';
import { holderUnread, strangerStack } from './stackClaim';

/** How often it is asked again whether a stack holds the target. */
const HOLDER_MS = MINUTE / 2;
/** Updates that AWS takes and that do not settle the stack, before it is said. */
const MAX_SETTLES = 5;

/** Its problem says why it ended so, and stays to be read. */
const endedBadly = ({ state }: RolloutRecord): boolean =>
  ['BLOCKED', 'CANCELLED', 'ROLLED_BACK_UNVERIFIED'].includes(state);

/**
 * Brings the stack's live value to what is live, so that no later update
 * moves traffic. Undefined when there is nothing left to do.
 */
export function settle(
  record: RolloutRecord,
  observation: Observation,
): Decision | undefined {
  const { stack, target, intents } = observation;
  const restore = restoration(record, intents);
  if (restore || record.followUp === 'restore') return restore;
  if (!stack || !target?.stable) return { waitMs: SLOW_POLL_MS };
  if (strangerStack(record, stack)) return undefined;
  const unread = holderUnread(record, stack);
  if (unread) {
    const problem = endedBadly(record) ? record.problem : unread;
    return { patch: { problem }, waitMs: HOLDER_MS };
  }
  if (!stack.exists || stack.owner !== 'careplane-stack') return undefined;
  if (stack.busy) return { waitMs: SLOW_POLL_MS };
  if (record.followUp === 'unpin') return unpin(observation);
  const wanted = target.stable.id;
  const before = intents.filter(intent => intent.step.startsWith('settle'));
  const last = before[before.length - 1];
  // One settle is always sent: `latest` may stand for what is live now, and
  // only a fixed value stays. The port does nothing where there is nothing.
  if (last?.outcome !== 'done' || last.after.liveValue !== wanted) {
    return { effect: settlePlan(stack.liveValue, wanted, before.length + 1) };
  }
  if (stack.liveValue === wanted || keepsAnother(record, observation)) {
    return undefined;
  }
  const lastTick = Date.parse(record.lastTickAt ?? record.stateSince);
  return lastTick - Date.parse(last.observedAt ?? '') < 30_000
    ? { waitMs: POLL_MS }
    : { effect: settlePlan(stack.liveValue, wanted, before.length + 1) };
}

/**
 * AWS took the update each time and the stack has another value, as where its
 * template does nothing with the parameter: sending it again changes nothing.
 */
function keepsAnother(
  record: RolloutRecord,
  { stack, target, intents }: Observation,
): boolean {
  const wanted = target?.stable?.id;
  const taken = intents.filter(
    ({ step, outcome, after }) =>
      step.startsWith('settle') &&
      outcome === 'done' &&
      after.liveValue === wanted,
  );
  return (
    (record.followUp ?? 'settle') === 'settle' &&
    stack?.liveValue !== wanted &&
    taken.length >= MAX_SETTLES
  );
}

/**
 * After a hold was lifted on the stage that the pipeline deploys: the stack
 * lets it move the target again. What runs stays until it does.
 */
function unpin({ held, intents }: Observation): Decision | undefined {
  const done = intents.some(
    intent => intent.step === 'unprotect' && intent.outcome === 'done',
  );
  // Held again meanwhile: the newer rollback protects its target.
  return held || done ? undefined : { effect: unprotectPlan() };
}

/**
 * ECS deploys as before once more. It waits for no stack, and is tried until
 * AWS takes it: without it the service's bake and pause hooks are gone.
 */
function restoration(
  record: RolloutRecord,
  intents: Observation['intents'],
): Decision | undefined {
  const { deploymentConfiguration } = record;
  if (!deploymentConfiguration || !isTerminal(record.state)) return undefined;
  const over = intents.some(
    intent =>
      intent.step === 'restore-configuration' &&
      ['done', 'not-executed'].includes(intent.outcome ?? ''),
  );
  return over ? undefined : { effect: restorePlan(deploymentConfiguration) };
}

/** What is wrong with the stack after all: traffic is right all the same. */
function notSettled(
  record: RolloutRecord,
  observation: Observation,
): string | undefined {
  const { stack, target } = observation;
  const why = () => {
    const stranger = strangerStack(record, stack);
    if (stranger || !keepsAnother(record, observation)) return stranger;
    const live = stack?.liveValue ?? 'no live value';
    return `AWS takes its update and it still has ${live}, not ${target?.stable?.id}: the next update of the stack may move traffic. See that its template uses the parameter.`;
  };
  const reason = why();
  const said = endedBadly(record)
    ? `${record.problem ?? ''} The stack was not settled.`.trim()
    : 'Traffic has moved, and the stack was not settled.';
  return reason && `${said} ${reason}`;
}

export function decideSettling(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const unread = holderUnread(record, observation.stack);
  if (unread && ageMs(record, now) > LIMITS.changeSet) {
    // Others may use the target; the stack is settled once it can be told.
    return {
      patch: { state: 'SUCCEEDED', followUp: 'settle', problem: unread },
      facts: { outcome: 'succeeded', summary: unread },
    };
  }
  const problem = notSettled(record, observation);
  return (
    settle(record, observation) ?? {
      patch: { state: 'SUCCEEDED', followUp: undefined, problem },
      facts: {
        outcome: 'succeeded',
        summary: problem ?? null,
        liveValue: observation.stack?.liveValue ?? null,
      },
    }
  );
}

const OUTCOMES: Record<FollowUp, string> = {
  settle: 'settled',
  unpin: 'unpinned',
  restore: 'deployment configuration put back',
};

/** After the end: the stack is settled, or a hold's fixed value is let go. */
export function decideFollowUp(
  record: RolloutRecord,
  observation: Observation,
): Decision {
  const problem = notSettled(record, observation);
  const { followUp = 'settle' } = record;
  return (
    settle(record, observation) ?? {
      patch: {
        followUp: undefined,
        problem: problem ?? (endedBadly(record) ? record.problem : undefined),
      },
      facts: {
        outcome: problem ? 'not settled' : OUTCOMES[followUp],
        summary: problem ?? null,
        liveValue: observation.stack?.liveValue ?? null,
      },
    }
  );
}
