import { InputError } from '@backstage/errors';
import {
  GateResult,
  personName,
  WaiverRequest,
} from '@careplane/backstage-plugin-release-common';

/**
 * A gate that somebody with the grant let pass, for this rollout only. It
 * covers what was read then: where the gate says something else, it is shut.
 * That time has passed since is nothing else.
 */
export interface Waiver extends WaiverRequest {
  by: string;
  at: string;
  /** What the gate said. */
  summary: string;
  /** Since when what it waits for had lasted. */
  since?: string;
}

/**
 * The others have an act of their own: a hold is lifted, a quarantine lifted,
 * an outside change adopted, a stack settled.
 */
const WAIVABLE = [
  'build',
  'quality',
  'vulnerabilities',
  'previous-stage',
  'soak',
  'stage-tests',
  'freeze',
  'database',
];

const isShut = (gate: GateResult) =>
  gate.state === 'fail' || gate.state === 'unknown';

export const isWaivable = (gate: GateResult): boolean =>
  isShut(gate) && WAIVABLE.includes(gate.id);

/** @throws InputError where a waiver is for no shut gate that can be waived. */
export function waiversOf(
  requests: WaiverRequest[],
  gates: GateResult[],
  by: string,
  at: string,
): Waiver[] {
  return requests.map(({ gate: id, reason }) => {
    const gate = gates.find(one => one.id === id);
    if (!gate || !isWaivable(gate)) {
      throw new InputError(
        `The gate '${id}' cannot be waived: it is open, or something else opens it.`,
      );
    }
    if (!reason.trim()) {
      throw new InputError(`Waiving '${gate.title}' needs a reason.`);
    }
    return {
      gate: id,
      reason: reason.trim(),
      by,
      at,
      summary: gate.summary,
      since: gate.wait?.since,
    };
  });
}

/** Gates with waivers applied to what they were given for. */
export function withWaivers(
  gates: GateResult[],
  waivers: Waiver[] = [],
): GateResult[] {
  return gates.map(gate => {
    const waiver = waivers.find(
      one =>
        one.gate === gate.id &&
        (one.summary === gate.summary ||
          (one.since !== undefined && one.since === gate.wait?.since)),
    );
    if (!waiver || !isWaivable(gate)) return gate;
    return {
      ...gate,
      state: 'waived',
      summary: `${gate.summary} Waived by ${personName(waiver.by)}: ${
        waiver.reason
      }`,
      asOf: waiver.at,
    };
  });
}
