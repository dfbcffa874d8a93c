import type { GateResult } from '@careplane/backstage-plugin-release-common';
import type { Decision, Observation } from './decision';
import { ageMs, HOUR, LIMITS, MINUTE, POLL_MS, SLOW_POLL_MS } from './decision';
import {
  createChangeSetPlan,
  executeChangeSetPlan,
  shiftPlan,
} from './effects';
import { iso, RolloutRecord } from './model';
import { planHashOf } from './planHash';
import { stopForExternalChange } from './resume';
import { isOurs, trafficOf } from './traffic';

/** Ends a rollout before it moved anything. */
export const blocked = (problem: string): Decision => ({
  patch: { state: 'BLOCKED', problem },
  detail: problem,
  facts: { summary: problem },
});

const open = (gate: GateResult) =>
  gate.state === 'pass' || gate.state === 'waived';

/** Undefined when a forward write may be made; else why it may not. */
export function gatesShut(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision | undefined {
  const { gates } = observation;
  const shut = gates?.filter(gate => !open(gate)) ?? [];
  if (gates?.length && !shut.length) return undefined;
  const failed = shut.filter(gate => gate.state === 'fail');
  const sentence = shut.map(gate => `${gate.title}: ${gate.summary}`).join(' ');
  const moved = (record.observedWeight ?? 0) > 0;
  if (!moved && (failed.length || ageMs(record, now) > LIMITS.gates)) {
    return {
      ...blocked(sentence || 'The gates could not be read.'),
      patch: {
        state: 'BLOCKED',
        gates: gates ?? record.gates,
        problem: sentence || 'The gates could not be read.',
      },
    };
  }
  return {
    patch: {
      gates: gates ?? record.gates,
      problem: `${
        sentence || 'The gates have not been read yet.'
      } Traffic stays where it is until they pass.`,
    },
    waitMs: SLOW_POLL_MS,
  };
}

export function decideGating(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const shut = gatesShut(record, observation, now);
  if (shut) return shut;
  const { target } = observation;
  if (!target) return { waitMs: SLOW_POLL_MS };
  if (target.stable?.id !== record.from?.id || target.candidate) {
    return blocked(
      `${record.stage} has moved since this was asked for. Look at what runs there now, and ask again.`,
    );
  }
  return {
    patch: {
      state: 'PLANNING',
      gates: observation.gates,
      firstDeployment: !target.exists || !target.stable,
      from: target.stable ? { ...record.from, ...target.stable } : undefined,
      problem: undefined,
    },
    facts: {
      gates: (observation.gates ?? [])
        .map(gate => `${gate.id}=${gate.state}`)
        .join(','),
    },
  };
}

export function decidePlanning(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  if (!record.changeSetArn) {
    const shut = gatesShut(record, observation, now);
    if (shut) return shut;
    if (observation.stack?.busy) {
      return ageMs(record, now) > LIMITS.changeSet
        ? blocked('The stack has been busy with another update for too long.')
        : {
            patch: {
              problem: 'The stack is busy with another update; waiting.',
            },
            waitMs: SLOW_POLL_MS,
          };
    }
    const live = record.from?.id ?? 'latest';
    return { effect: createChangeSetPlan(record, live) };
  }
  const { changeSet } = observation;
  if (!changeSet || changeSet.status === 'pending') {
    return ageMs(record, now) > LIMITS.changeSet
      ? blocked('CloudFormation did not finish the change set.')
      : { waitMs: POLL_MS };
  }
  if (changeSet.status === 'failed' || changeSet.status === 'stale') {
    return blocked(
      `The change set could not be made: ${
        changeSet.reason ?? changeSet.status
      }. Nothing has changed.`,
    );
  }
  const gates = observation.gates ?? record.gates;
  const planHash = planHashOf(record, changeSet, gates);
  return {
    patch: {
      state: record.approvalsNeeded > 0 ? 'AWAITING_APPROVAL' : 'PREPARING',
      changeSetEmpty: changeSet.status === 'empty',
      stackChanges: changeSet.changes,
      codeOnly: changeSet.codeOnly,
      gates,
      planHash,
      problem: undefined,
    },
    facts: { planHash, changeSet: record.changeSetArn },
  };
}

export function decideAwaitingApproval(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  if (record.awaitsConfirmation) {
    return ageMs(record, now) > LIMITS.approval
      ? {
          patch: {
            state: 'CANCELLED',
            problem: 'Nobody confirmed it in 24 hours.',
          },
        }
      : { waitMs: HOUR };
  }
  const { approvals } = observation;
  if (approvals?.declinedBy) {
    return {
      patch: {
        state: 'DECLINED',
        problem: `Declined by ${approvals.declinedBy}.`,
      },
      facts: { approver: approvals.declinedBy },
    };
  }
  if (approvals && approvals.ids.length >= record.approvalsNeeded) {
    return {
      patch: { state: 'PREPARING' },
      consumes: approvals.ids,
      facts: {
        approver: approvals.people.join(', '),
        planHash: record.planHash ?? null,
      },
    };
  }
  if (ageMs(record, now) > LIMITS.approval) {
    return {
      patch: { state: 'CANCELLED', problem: 'Nobody approved it in 24 hours.' },
    };
  }
  return { waitMs: MINUTE };
}

const BAD_STACK = /FAILED|ROLLBACK_COMPLETE/;

export function decidePreparing(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const executed =
    record.changeSetEmpty ||
    observation.intents.some(
      intent =>
        intent.step === 'execute-change-set' && intent.outcome === 'done',
    );
  if (!executed) {
    const shut = gatesShut(record, observation, now);
    if (shut) return shut;
    if (!observation.changeSet) return { waitMs: POLL_MS };
    if (observation.changeSet.status !== 'ready') {
      return blocked(
        'The stack has changed since the plan was made. Ask for a new rollout.',
      );
    }
    const planHash = planHashOf(record, observation.changeSet, record.gates);
    if (planHash !== record.planHash) {
      return blocked(
        'The plan is not what was approved. Ask for a new rollout.',
      );
    }
    return { effect: executeChangeSetPlan(record.changeSetArn ?? '') };
  }
  const { stack } = observation;
  if (!stack || stack.busy) {
    return ageMs(record, now) > LIMITS.stack
      ? blocked(
          'The stack update did not finish in an hour. Traffic has not moved.',
        )
      : { waitMs: POLL_MS };
  }
  if (!stack.exists || BAD_STACK.test(stack.status ?? '')) {
    return blocked(
      `The stack update ended in ${
        stack.status ?? 'nothing'
      }. Traffic has not moved.`,
    );
  }
  if (!stack.published) {
    return blocked('The stack does not say which revision it published.');
  }
  return {
    patch: {
      state: record.firstDeployment ? 'VERIFYING' : 'PREFLIGHT',
      candidate: {
        id: stack.published,
        releaseId: record.to.releaseId,
        version: record.to.version,
        contentHash: record.to.contentHash,
      },
      to: { ...record.to, revisionId: stack.published },
    },
    facts: { revision: stack.published },
  };
}

/** The state that moves traffic next. */
export const nextMove = (record: RolloutRecord, step: number) =>
  step < record.strategy.steps.length
    ? ('SHIFTING' as const)
    : ('CUTOVER' as const);

export function decidePreflight(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const { target, viability, canary } = observation;
  const late = ageMs(record, now) > LIMITS.preflight;
  if (!target || !viability) {
    return late
      ? blocked('The target could not be read before traffic moves.')
      : { waitMs: SLOW_POLL_MS };
  }
  if (target.stable?.id !== record.from?.id || target.candidate) {
    return stopForExternalChange(record, observation);
  }
  const failed = viability.filter(check => check.state === 'fail');
  const unknown = viability.filter(check => check.state === 'unknown');
  if (failed.length || (unknown.length && late)) {
    return blocked(
      [...failed, ...unknown].map(check => check.summary).join(' '),
    );
  }
  if (unknown.length) return { waitMs: SLOW_POLL_MS };
  if (record.strategy.steps.length && !canary?.allowed) {
    if (!canary && !late) return { waitMs: SLOW_POLL_MS };
    return blocked(
      `${
        canary?.reason ?? 'A canary is not possible here.'
      } Promote all at once instead.`,
    );
  }
  const same = target.stable?.id === record.candidate?.id;
  return {
    patch: {
      state: same ? 'VERIFYING' : nextMove(record, 0),
      step: 0,
      snapshot: record.snapshot ?? { stable: target.stable },
      returnTo: record.from,
      observedWeight: 0,
    },
    detail: same ? 'This revision receives all traffic already' : undefined,
    facts: { observedStable: target.stable?.id ?? null },
  };
}

export function decideShifting(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const name = `shift-${record.step}`;
  const { weight, bakeSeconds } = record.strategy.steps[record.step];
  const done = observation.intents.some(
    intent => intent.step === name && intent.outcome === 'done',
  );
  if (done) {
    return {
      patch: {
        state: 'BAKING',
        requestedWeight: weight,
        observedWeight: weight,
        bakeUntil: iso(now + bakeSeconds * 1000),
        problem: undefined,
      },
      facts: { requestedWeight: weight, observedWeight: weight, bakeSeconds },
    };
  }
  return forwardShift(record, observation, now, name, weight);
}

export function decideCutover(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const done = observation.intents.some(
    intent => intent.step === 'cutover' && intent.outcome === 'done',
  );
  if (done) {
    return {
      patch: {
        state: 'VERIFYING',
        requestedWeight: 1,
        observedWeight: 1,
        bakeUntil: undefined,
        problem: undefined,
      },
      facts: { requestedWeight: 1, observedWeight: 1 },
    };
  }
  return forwardShift(record, observation, now, 'cutover', 1);
}

function forwardShift(
  record: RolloutRecord,
  observation: Observation,
  now: number,
  name: string,
  weight: number,
): Decision {
  const { target } = observation;
  const { candidate, from } = record;
  if (!target || !candidate || !from) return { waitMs: POLL_MS };
  if (!isOurs(record, observation.intents, target)) {
    return stopForExternalChange(record, observation);
  }
  if (record.stuck) return { waitMs: MINUTE };
  const shut = gatesShut(record, observation, now);
  if (shut) return shut;
  const to =
    weight < 1
      ? { stable: from, candidate: { revision: candidate, weight } }
      : { stable: candidate };
  return {
    patch: { requestedWeight: weight },
    effect: shiftPlan(record, target, name, true, to),
  };
}

export function decideBaking(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const { target } = observation;
  if (!target) return { waitMs: SLOW_POLL_MS };
  const step = record.strategy.steps[record.step];
  const seen = trafficOf(target);
  if (
    seen.stable !== record.from?.id ||
    seen.candidate?.id !== record.candidate?.id ||
    Math.abs((seen.candidate?.weight ?? 0) - step.weight) > 1e-6
  ) {
    return stopForExternalChange(record, observation);
  }
  const away = now - Date.parse(record.lastTickAt ?? record.stateSince);
  if (away > LIMITS.unattended) {
    return {
      patch: {
        state: 'ROLLING_BACK',
        problem:
          'The canary was left unattended for hours while Careplane was down, and is returned.',
      },
      facts: { reason: 'unattended' },
    };
  }
  const { wish } = record;
  const over = now >= Date.parse(record.bakeUntil ?? '');
  if (!wish && !over) {
    return {
      patch: { observedWeight: target.candidate?.weight ?? 0 },
      waitMs: Math.min(
        SLOW_POLL_MS,
        Math.max(Date.parse(record.bakeUntil ?? '') - now, 0),
      ),
    };
  }
  const next =
    wish?.act === 'complete' ? record.strategy.steps.length : record.step + 1;
  return {
    patch: {
      state: nextMove(record, next),
      step: next,
      wish: undefined,
      bakeUntil: undefined,
    },
    facts: wish ? { act: wish.act } : {},
  };
}
