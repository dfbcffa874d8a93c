import type {
  FreezeWindow,
  GateResult,
} from '@careplane/backstage-plugin-release-common';
import type { Decision, Observation } from './decision';
import { ageMs, LIMITS, SLOW_POLL_MS } from './decision';
import type { RolloutRecord } from './model';

/** Ends a rollout before it moved anything. */
export const blocked = (problem: string): Decision => ({
  patch: { state: 'BLOCKED', problem },
  detail: problem,
  facts: { summary: problem },
});

const open = (gate: GateResult) =>
  gate.state === 'pass' || gate.state === 'waived';

/** The freeze of this very moment: the gates were read a little before. */
const frozenGate = ({ name, until }: FreezeWindow): GateResult => ({
  id: 'freeze',
  title: 'Freeze',
  state: 'fail',
  summary: `${name} until ${until.slice(0, 16).replace('T', ' ')} UTC.`,
});

/** Undefined when a forward write may be made; else why it may not. */
export function gatesShut(
  record: RolloutRecord,
  observation: Observation,
  now: number,
): Decision | undefined {
  const { gates } = observation;
  const shut = gates?.filter(gate => !open(gate)) ?? [];
  const { freeze } = observation;
  const isFrozen = !gates?.some(
    gate => gate.id === 'freeze' && gate.state !== 'pass',
  );
  if (freeze && isFrozen) shut.push(frozenGate(freeze));
  if (gates?.length && !shut.length) return undefined;
  // A freeze ends: what has not moved yet waits for it, and is checked again.
  const failed = shut.filter(
    gate => gate.state === 'fail' && gate.id !== 'freeze',
  );
  const frozen = shut.some(gate => gate.id === 'freeze');
  const limit = frozen ? LIMITS.approval : LIMITS.gates;
  const sentence = shut.map(gate => `${gate.title}: ${gate.summary}`).join(' ');
  const moved = (record.observedWeight ?? 0) > 0;
  if (!moved && (failed.length || ageMs(record, now) > limit)) {
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
