import type * as sdk from '@aws-sdk/client-cloudwatch';

/** How many periods CloudWatch looks at beyond those that it needs. */
export const MORE_PERIODS = 2;

export interface VerdictInput {
  /** Newest first, EvaluationPeriods + MORE_PERIODS of them; undefined: missing. */
  breaching: readonly (boolean | undefined)[];
  /** N: evaluation periods. */
  periods: number;
  /** M: datapoints to alarm. */
  needed: number;
  treatMissing: string;
}

/**
 * M of N with missing data; undefined where the state stays as it is.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 *
 * Missing points count only where the evaluation range has fewer real ones than
 * periods to evaluate. `missing` alarms early: where the oldest breaching point
 * is as old as the points that are needed, and all newer ones breach or miss.
 */
export function verdictOf(input: VerdictInput): sdk.StateValue | undefined {
  const { breaching, periods, needed, treatMissing } = input;
  const real = breaching.filter(each => each !== undefined).slice(0, periods);
  const breaches = real.filter(Boolean).length;
  const filled = periods - real.length;
  if (real.length === 0 && treatMissing === 'missing') {
    return 'INSUFFICIENT_DATA';
  }
  if (filled === 0) return breaches >= needed ? 'ALARM' : 'OK';
  switch (treatMissing) {
    case 'breaching':
      return breaches + filled >= needed ? 'ALARM' : 'OK';
    case 'notBreaching':
      return breaches >= needed ? 'ALARM' : 'OK';
    case 'ignore':
      if (breaches >= needed) return 'ALARM';
      return breaches + filled < needed ? 'OK' : undefined;
    default:
      return breaches >= needed || isEarly(breaching, needed) ? 'ALARM' : 'OK';
  }
}

function isEarly(
  breaching: VerdictInput['breaching'],
  needed: number,
): boolean {
  const good = breaching.indexOf(false);
  const oldest = breaching.lastIndexOf(true);
  return oldest >= needed - 1 && (good < 0 || good > oldest);
}
