import type { DeploymentRecord } from './model';

/** Stages of a service deployment in their order. */
export const STAGES = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
  'BAKE_TIME',
  'CLEAN_UP',
] as const;

/** Share of traffic that the new revision has after so many steps, and their bake. */
function stepOf(
  { configuration }: DeploymentRecord,
  step: number,
): { weight: number; bakeMs: number } {
  const { strategy, canaryConfiguration, linearConfiguration } = configuration;
  if (strategy === 'CANARY') {
    return {
      weight: step > 0 ? 100 : canaryConfiguration?.canaryPercent ?? 5,
      bakeMs: (canaryConfiguration?.canaryBakeTimeInMinutes ?? 10) * 60_000,
    };
  }
  if (strategy === 'LINEAR') {
    const percent = linearConfiguration?.stepPercent ?? 10;
    return {
      weight: Math.min(100, percent * (step + 1)),
      bakeMs: (linearConfiguration?.stepBakeTimeInMinutes ?? 6) * 60_000,
    };
  }
  return { weight: 100, bakeMs: 0 };
}

/** Whether the present step's share of traffic is on the new revision. */
export const isShifted = (deployment: DeploymentRecord): boolean =>
  deployment.weight >= stepOf(deployment, deployment.trafficStep ?? 0).weight;

/**
 * Shifts production traffic by one step, or waits for its bake. Undefined when
 * all of it is on the new revision; else milliseconds until the next look.
 */
export function shiftTraffic(
  now: Date,
  deployment: DeploymentRecord,
): number | undefined {
  const step = deployment.trafficStep ?? 0;
  const { weight, bakeMs } = stepOf(deployment, step);
  if (deployment.weight < weight) {
    const paused = deployment.hooks.some(hook =>
      hook.stage.endsWith(`/${step}`),
    );
    if (paused || !deployment.trafficSince) {
      deployment.trafficSince = now.toISOString();
    }
    deployment.weight = weight;
  }
  if (deployment.weight >= 100) return undefined;
  const since = new Date(deployment.trafficSince ?? now).getTime();
  const left = since + bakeMs - now.getTime();
  if (left > 0) return Math.min(left, 1000);
  // The next step is due then, however late this look is.
  deployment.trafficSince = new Date(since + bakeMs).toISOString();
  deployment.trafficStep = step + 1;
  return 0;
}
