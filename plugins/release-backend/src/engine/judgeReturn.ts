import type {
  Calls,
  StrategyStep,
} from '@careplane/backstage-plugin-release-common';
import { isJudged } from './decideBaking';
import type { Decision, Observation } from './decision';
import { ageMs, MINUTE } from './decision';
import { differenceOf, rateAbove } from './judge';
import type { RolloutRecord } from './model';
import { isService } from './service';

/** Where the plan says nothing: so many of its calls may fail after a return. */
const TOLERANCE = 0.05;

const most = (steps: StrategyStep[]) =>
  Math.max(0, ...steps.map(step => step.minRequests ?? 0));

const said = ({ calls, errors }: Calls) => `${errors} of ${calls} calls failed`;

/** What the figures say of the revision that was returned to. */
export interface ReturnFigures {
  /** Why it is not proven healthy; it may become so. */
  doubt?: string;
  /** What is recorded with the end. */
  summary?: string;
  facts: NonNullable<Decision['facts']>;
}

/**
 * The analysis of the plan, once more, on what was returned to (INV-36). It is
 * compared with how it did before the candidate came, where that was measured.
 * No call at all is a doubt only where the plan asks for a number of calls: at
 * night a service may have none, and alarms and tasks speak for it then.
 */
export function judgeReturn(
  record: RolloutRecord,
  { metrics }: Observation,
  now: number,
): ReturnFigures {
  const { steps } = record.strategy;
  const judged = !isService(record) && steps.some(isJudged);
  if (!metrics) {
    return judged
      ? { doubt: 'The metrics could not be read.', facts: {} }
      : { facts: {} };
  }
  const { stable } = metrics;
  const facts = { stableCalls: stable.calls, stableErrors: stable.errors };
  const tolerance =
    steps.find(step => step.analysis)?.analysis?.tolerance ?? TOLERANCE;
  const before = record.judgement?.stable;
  const fails = before?.calls
    ? differenceOf(stable, before).low > tolerance
    : rateAbove(stable, tolerance);
  if (stable.calls && fails) {
    return {
      doubt: `What was returned to fails, too: ${said(stable)}.`,
      facts: { ...facts, verdict: 'fail' },
    };
  }
  if (!judged) return { facts };
  const since = Date.parse(record.stateSince);
  if (
    Date.parse(metrics.to) < since + MINUTE &&
    ageMs(record, now) < 5 * MINUTE
  ) {
    return { doubt: 'Waiting for the figures of the first minute.', facts };
  }
  const wanted = most(steps);
  if (stable.calls < wanted) {
    return {
      doubt: `It has served ${stable.calls} of the ${wanted} calls that the plan asks for.`,
      facts: { ...facts, verdict: 'inconclusive' },
    };
  }
  const summary = stable.calls
    ? `Of what was returned to ${said(stable)}.`
    : 'What was returned to has served no call yet; its alarms are at rest.';
  const verdict = stable.calls ? 'pass' : 'inconclusive';
  return { summary, facts: { ...facts, verdict } };
}
