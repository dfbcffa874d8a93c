import { personName } from '@careplane/backstage-plugin-release-common';
import type { Decision, Observation } from './decision';
import { ageMs, HOUR, LIMITS, MINUTE, POLL_MS, SLOW_POLL_MS } from './decision';
import { createChangeSetPlan, executeChangeSetPlan } from './effects';
import { decidePublishing, planPublishing } from './decidePublish';
import { blocked, gatesShut } from './gatesShut';
import type { RolloutRecord } from './model';
import { planHashOf } from './planHash';
import { stackShut } from './stackClaim';
import { afterConsent } from './turn';

export function decideGating(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision {
  const shut = gatesShut(record, observation, now);
  if (shut) return shut;
  const { target } = observation;
  if (!target) return { waitMs: SLOW_POLL_MS };
  const readOnly = target.readOnly ?? target.forwardBlocked;
  if (readOnly) return blocked(readOnly);
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
  if (record.publish) return planPublishing(record, observation, now);
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
    const claim = stackShut(record, observation, now);
    if (claim) return 'wait' in claim ? claim.wait : blocked(claim.problem);
    if (!observation.stack) return { waitMs: SLOW_POLL_MS };
    if (!observation.stack.exists && !record.firstDeployment) {
      // A new stack would make what is there once more, and fail half-way.
      return blocked(
        `There is no stack ${record.stackName}, and the target is there without it. Ask again: it is published without a stack then.`,
      );
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
  if (['failed', 'stale', 'executed'].includes(changeSet.status)) {
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
      state:
        record.approvalsNeeded > 0 ? 'AWAITING_APPROVAL' : afterConsent(record),
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
        problem: `Declined by ${personName(approvals.declinedBy)}.`,
      },
      facts: { approver: approvals.declinedBy },
    };
  }
  if (approvals && approvals.ids.length >= record.approvalsNeeded) {
    return {
      patch: { state: afterConsent(record), approvedBy: approvals.people },
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
  if (record.publish) return decidePublishing(record, observation, now);
  const executed =
    record.changeSetEmpty ||
    observation.intents.some(
      intent =>
        intent.step === 'execute-change-set' && intent.outcome === 'done',
    );
  if (!executed) {
    const shut = gatesShut(record, observation, now);
    if (shut) return shut;
    const claim = stackShut(record, observation, now);
    if (claim) return 'wait' in claim ? claim.wait : blocked(claim.problem);
    if (!observation.changeSet) return { waitMs: POLL_MS };
    if (observation.changeSet.status !== 'ready') {
      return blocked(
        'The stack has changed since the plan was made. Ask for a new rollout.',
      );
    }
    const planHash = planHashOf(
      record,
      observation.changeSet,
      observation.gates ?? record.gates,
    );
    if (planHash !== record.planHash) {
      return blocked(
        'The plan is not what was approved. Ask for a new rollout.',
      );
    }
    return {
      patch: { changeSetSent: true },
      effect: executeChangeSetPlan(record.changeSetArn ?? ''),
    };
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
