import type { PreflightCheck } from '@careplane/backstage-plugin-release-common';
import { isUnanswered } from '../ownership/ownership';
import { alarmsShut } from './decideAlarms';
import type { Observation } from './decision';
import type { RolloutRecord } from './model';
import { saidOf } from './ownerShut';

const OWNERS = {
  'careplane-stack': {
    state: 'pass',
    summary: 'Its stack takes the live value from Careplane.',
  },
  none: {
    state: 'pass',
    summary: 'No stack owns it, so none undoes the move.',
  },
  stack: {
    state: 'fail',
    summary:
      'Another stack owns it and would undo the move: Careplane only reads it.',
  },
  unknown: {
    state: 'fail',
    summary: 'Who owns it is not known, so Careplane only reads it.',
  },
} as const;

const TITLES: Record<string, string> = {
  'version-exists': 'Version exists',
  'same-artifact': 'Same artifact',
  'version-active': 'Active',
  'task-definition-exists': 'Task definition exists',
  'task-definition-active': 'Task definition active',
  'image-by-digest': 'Image by digest',
  'image-present': 'Image present',
};

/** Undefined is not known, which is not passed. */
function stateOf(passed: boolean | undefined): PreflightCheck['state'] {
  if (passed === undefined) return 'unknown';
  return passed ? 'pass' : 'fail';
}

/** A stack tells of itself; without one, who wrote it is asked for. */
function ownerOf(
  record: RolloutRecord,
  { stack, ownership }: Observation,
): Pick<PreflightCheck, 'state' | 'summary'> {
  if (!stack)
    return { state: 'unknown', summary: 'The stack could not be read.' };
  if (stack.owner !== 'none' || !record.publish || ownership === 'untold') {
    return OWNERS[stack.owner];
  }
  if (!ownership) {
    return { state: 'unknown', summary: 'Who owns it could not be read.' };
  }
  if (ownership.mayPromote) return OWNERS.none;
  const open = isUnanswered(ownership);
  return { state: open ? 'unknown' : 'fail', summary: saidOf(ownership) };
}

/** The checks before traffic moves, each with its own name and result. */
export function preflightOf(
  record: RolloutRecord,
  observation: Observation,
): PreflightCheck[] {
  const { canary, viability, preflight, target } = observation;
  const checks: PreflightCheck[] = (viability ?? []).map(check => ({
    ...check,
    title: TITLES[check.id] ?? check.id,
  }));
  checks.push(...(preflight ?? []), ...(observation.delegation?.checks ?? []));
  if (!preflight && record.strategy.steps.length) {
    checks.push({
      id: 'canary',
      title: 'Canary possible',
      canaryOnly: true,
      state: stateOf(canary?.allowed),
      summary:
        canary?.reason ??
        (canary
          ? 'Traffic can be shared.'
          : 'Whether traffic can be shared is not known.'),
    });
  }
  checks.push({
    id: 'weights',
    title: 'No other weights',
    state: target?.candidate ? 'fail' : 'pass',
    summary: target?.candidate
      ? 'Traffic is shared already, and not by this rollout.'
      : 'All traffic is on one revision.',
  });
  checks.push({
    id: 'owner',
    title: 'Owner',
    ...ownerOf(record, observation),
  });
  const why = alarmsShut(observation);
  const watched = observation.alarms?.length ?? 0;
  checks.push({
    id: 'alarms',
    title: 'Alarms',
    state: stateOf(observation.alarms && !why),
    summary:
      why ??
      (watched
        ? `${watched} ${watched === 1 ? 'alarm is' : 'alarms are'} OK.`
        : 'No alarm watches it: figures and people alone can tell.'),
  });
  // Without an alarm nothing stops it by itself.
  const last = checks[checks.length - 1];
  if (!watched && last.state === 'pass') last.state = 'warning';
  return checks;
}
