import { InputError } from '@backstage/errors';
import type {
  RolloutPreview,
  Strategy,
  StrategyStep,
  TargetStatus,
} from '@careplane/backstage-plugin-release-common';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';

const MAX_STEPS = 20;
/** As CodeDeploy: at most 2 880 min between the first and the last shift. */
const MAX_BAKE_SECONDS = 2_880 * 60;
const MAX_REQUESTS = 10_000_000;

export const ALL_AT_ONCE: Strategy = { type: 'all-at-once', steps: [] };
/** CodeDeploy goes by time and its alarms; Careplane compares figures too. */
export const defaultCanary = (delegated: boolean): Strategy => ({
  type: 'canary',
  steps: [
    {
      weight: 0.1,
      bakeSeconds: 300,
      ...(!delegated && { analysis: { tolerance: 0.05 } }),
    },
  ],
});

/** In ten-thousandths, so that 0.1 + 0.2 is 0.3 (SC-L3). */
const units = (weight: number) => Math.round(weight * 10_000);

/**
 * The strategy with exact weights, at most four decimals.
 *
 * @throws InputError that says what is wrong, before anything starts (SC-R4).
 */
export function checkStrategy(strategy: Strategy): Strategy {
  const { type, steps } = strategy;
  if (type === 'all-at-once') {
    if (steps.length) throw new InputError('All at once has no steps.');
    return strategy;
  }
  if (!steps.length || steps.length > MAX_STEPS) {
    throw new InputError(`A ${type} strategy has 1 to ${MAX_STEPS} steps.`);
  }
  const seconds = steps.reduce((sum, step) => sum + step.bakeSeconds, 0);
  if (seconds > MAX_BAKE_SECONDS) {
    throw new InputError('All steps together bake for at most 2880 minutes.');
  }
  const exact: StrategyStep[] = [];
  for (const step of steps) exact.push(checkStep(step, exact));
  if (type === 'linear') checkLinear(exact);
  return { type, steps: exact };
}

function checkStep(step: StrategyStep, before: StrategyStep[]): StrategyStep {
  const { weight, bakeSeconds, minRequests, analysis } = step;
  const number = before.length + 1;
  const last = units(before[before.length - 1]?.weight ?? 0);
  const now = units(weight);
  if (Math.abs(weight * 10_000 - now) > 1e-6) {
    throw new InputError(
      `Step ${number}: AWS is sent weights of at most four decimals, not ${weight}.`,
    );
  }
  if (!(now > last) || now >= 10_000 || now - last > 9_900) {
    throw new InputError(
      `Step ${number}: weights grow from step to step, by at most 99 %, and stay below 100 %.`,
    );
  }
  if (!(bakeSeconds >= 0) || !Number.isInteger(bakeSeconds)) {
    throw new InputError(
      `Step ${number}: it bakes for 0 or more whole seconds.`,
    );
  }
  if (
    minRequests !== undefined &&
    !(
      Number.isInteger(minRequests) &&
      minRequests >= 0 &&
      minRequests <= MAX_REQUESTS
    )
  ) {
    throw new InputError(
      `Step ${number}: the calls it needs are a whole number up to ${MAX_REQUESTS}.`,
    );
  }
  if (analysis && !(analysis.tolerance > 0 && analysis.tolerance <= 1)) {
    throw new InputError(
      `Step ${number}: the tolerance is more than 0 and at most 1.`,
    );
  }
  return { ...step, weight: now / 10_000 };
}

function checkLinear(steps: StrategyStep[]): void {
  const share = units(steps[0].weight);
  const equal = steps.every(
    (step, index) =>
      units(step.weight) === share * (index + 1) &&
      step.bakeSeconds === steps[0].bakeSeconds,
  );
  if (!equal) {
    throw new InputError(
      'Linear adds the same share each time and bakes as long; use custom steps for others.',
    );
  }
}

function whyNoSteps(target: TargetRef, firstDeployment: boolean) {
  if (firstDeployment) {
    return 'Nothing runs here yet, so there is nothing to share traffic with.';
  }
  return target.kind === 'ecs-service'
    ? 'ECS replaces the tasks of this service itself, in one rolling deployment.'
    : undefined;
}

/** Which strategies a target can carry out, from recorded facts. */
export function strategiesFor(
  target: TargetRef,
  firstDeployment: boolean,
): RolloutPreview['strategies'] {
  const reason = whyNoSteps(target, firstDeployment);
  return [
    { type: 'all-at-once', allowed: true },
    { type: 'canary', allowed: !reason, reason },
    { type: 'linear', allowed: !reason, reason },
    { type: 'custom', allowed: !reason, reason },
  ];
}

/** Says that nothing returns a canary while Careplane is down, and why. */
export function guardWarning(guard: TargetStatus['canaryGuard']): string[] {
  if (guard?.guarded) return [];
  const reason = guard?.reason ?? 'Whether it could be is not known.';
  return [`This canary is not guarded while Careplane is down. ${reason}`];
}
