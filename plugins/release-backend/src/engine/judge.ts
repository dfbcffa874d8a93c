import type {
  Calls,
  Judgement,
  StrategyStep,
} from '@careplane/backstage-plugin-release-common';
import type { MetricsReading } from '@careplane/backstage-plugin-release-node';

/** One-sided 95 %: a wrong "pass" at the tolerance comes once in twenty. */
const Z = 1.6449;
const MOST_CALLS = 10_000_000;

const rateOf = ({ calls, errors }: Calls) => (calls ? errors / calls : 0);

/** Wilson's score interval of a proportion; all of 0 to 1 without calls. */
function interval(rate: number, calls: number, z: number): [number, number] {
  if (!calls) return [0, 1];
  const square = z * z;
  const middle = rate + square / (2 * calls);
  const spread =
    z * Math.sqrt((rate * (1 - rate)) / calls + square / (4 * calls * calls));
  const whole = 1 + square / calls;
  return [(middle - spread) / whole, (middle + spread) / whole];
}

/**
 * How much more often the candidate fails than what runs: lower and upper
 * bound, each with 95 % confidence. Newcombe's hybrid score method (method 10
 * in: Interval estimation for the difference between independent proportions,
 * Statistics in Medicine 17, 1998), which holds with few calls and no errors.
 */
export function differenceOf(candidate: Calls, stable: Calls, z = Z) {
  const c = rateOf(candidate);
  const s = rateOf(stable);
  const [cLow, cHigh] = interval(c, candidate.calls, z);
  const [sLow, sHigh] = interval(s, stable.calls, z);
  return {
    low: c - s - Math.sqrt((c - cLow) ** 2 + (sHigh - s) ** 2),
    high: c - s + Math.sqrt((cHigh - c) ** 2 + (s - sLow) ** 2),
  };
}

/** Whether, with 95 % confidence, more than `limit` of the calls fail. */
export const rateAbove = (calls: Calls, limit: number): boolean =>
  interval(rateOf(calls), calls.calls, Z)[0] > limit;

/**
 * How many more calls the candidate needs for a pass if the rates stay as
 * seen. Undefined where no number would do.
 */
function callsNeeded(
  candidate: Calls,
  stable: Calls,
  tolerance: number,
): number | undefined {
  const c = rateOf(candidate);
  const s = rateOf(stable);
  if (c - s >= tolerance) return undefined;
  const ratio = candidate.calls ? stable.calls / candidate.calls : 1;
  const passes = (calls: number) =>
    differenceOf(
      { calls, errors: calls * c },
      { calls: calls * ratio, errors: calls * ratio * s },
    ).high <= tolerance;
  if (ratio === 0 || !passes(MOST_CALLS)) return undefined;
  let low = candidate.calls;
  let high = MOST_CALLS;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (passes(middle)) high = middle;
    else low = middle;
  }
  return high - candidate.calls;
}

const points = (fraction: number) =>
  `${Math.round(Math.abs(fraction) * 1000) / 10}`;

const said = ({ calls, errors }: Calls) => `${errors} of ${calls} calls failed`;

/**
 * Judges a candidate against what runs, on calls through this alias only
 * (INV-17). No data is inconclusive, never a pass; `pass` needs 95 %
 * confidence that the candidate fails at most `tolerance` more often, `fail`
 * the same confidence that it fails more often than that (N8).
 */
export function judge(
  reading: MetricsReading,
  step: Pick<StrategyStep, 'minRequests' | 'analysis'>,
): Judgement {
  const { candidate, stable, from, to } = reading;
  const figures = { from, to, candidate, stable };
  const inconclusive = (summary: string, needed?: number): Judgement => ({
    verdict: 'inconclusive',
    summary,
    ...figures,
    callsNeeded: needed,
  });
  const wanted = step.minRequests ?? 0;
  const short = Math.max(0, wanted - candidate.calls);
  const tolerance = step.analysis?.tolerance;
  const { low, high } = differenceOf(candidate, stable);
  if (tolerance !== undefined && candidate.calls && stable.calls) {
    if (low > tolerance) {
      return {
        verdict: 'fail',
        summary: `The candidate fails more often: ${said(
          candidate,
        )}, of what runs ${said(
          stable,
        )}. With 95 % confidence that is at least ${points(
          low,
        )} points more, and ${points(tolerance)} are allowed.`,
        ...figures,
      };
    }
  }
  if (!candidate.calls) {
    const needed = Math.max(
      wanted,
      tolerance === undefined
        ? 1
        : callsNeeded({ calls: 0, errors: 0 }, stable, tolerance) ?? 1,
    );
    return inconclusive(
      `The candidate has served no call, so nothing can be said about it. It needs ${needed}.`,
      needed,
    );
  }
  if (tolerance !== undefined && !stable.calls) {
    return inconclusive(
      'What runs has served no call in the same time, so there is nothing to compare with.',
    );
  }
  if (tolerance !== undefined && high > tolerance) {
    const needed = callsNeeded(candidate, stable, tolerance);
    const more =
      needed === undefined
        ? 'At these rates no number of calls would make it a pass.'
        : `If the rates stay as they are, ${Math.max(
            needed,
            short,
          )} more calls are needed.`;
    return inconclusive(
      `Of the candidate ${said(candidate)}, of what runs ${said(
        stable,
      )}: too few calls to tell a difference of ${points(
        tolerance,
      )} points from chance with 95 % confidence. ${more}`,
      needed === undefined ? undefined : Math.max(needed, short),
    );
  }
  if (short) {
    return inconclusive(
      `The candidate has served ${candidate.calls} of the ${wanted} calls that the plan asks for: ${short} more are needed.`,
      short,
    );
  }
  return {
    verdict: 'pass',
    summary:
      tolerance === undefined
        ? `The candidate has served ${candidate.calls} calls; the plan asks for ${wanted}.`
        : `Of the candidate ${said(candidate)}, of what runs ${said(
            stable,
          )}: with 95 % confidence at most ${points(
            Math.max(high, 0),
          )} points more, and ${points(tolerance)} are allowed.`,
    ...figures,
  };
}
