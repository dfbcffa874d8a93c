import { InputError } from '@backstage/errors';
import type {
  RolloutPreview,
  Strategy,
} from '@careplane/backstage-plugin-release-common';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';

const MAX_STEPS = 20;
/** As CodeDeploy: at most 48 h between the first and the last shift. */
const MAX_BAKE_SECONDS = 48 * 3600;

export const ALL_AT_ONCE: Strategy = { type: 'all-at-once', steps: [] };
export const DEFAULT_CANARY: Strategy = {
  type: 'canary',
  steps: [{ weight: 0.1, bakeSeconds: 300 }],
};

/** @throws InputError that says what of a strategy is wrong (SC-R4). */
export function checkStrategy(strategy: Strategy): Strategy {
  const { type, steps } = strategy;
  if (type === 'all-at-once') {
    if (steps.length) throw new InputError('All at once has no steps.');
    return strategy;
  }
  if (!steps.length || steps.length > MAX_STEPS) {
    throw new InputError(`A ${type} strategy has 1 to ${MAX_STEPS} steps.`);
  }
  let before = 0;
  for (const { weight, bakeSeconds } of steps) {
    if (!(weight > before) || weight >= 1) {
      throw new InputError(
        'Weights must grow from step to step, and stay between 0 and 1.',
      );
    }
    if (!(bakeSeconds >= 0) || bakeSeconds > MAX_BAKE_SECONDS) {
      throw new InputError('A step bakes for 0 s to 48 h.');
    }
    before = weight;
  }
  return strategy;
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
  ];
}
