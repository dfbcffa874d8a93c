import { randomUUID } from 'node:crypto';
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

/** AWS's default timeout of a PAUSE hook, in minutes; its default action is ROLLBACK. */
const HOOK_TIMEOUT_MINUTES = 1440;

/** Hooks at PRE_PRODUCTION_TRAFFIC_SHIFT fire right before the shift. */
const hookStages = (stage: string): string[] =>
  stage === 'PRODUCTION_TRAFFIC_SHIFT'
    ? ['PRE_PRODUCTION_TRAFFIC_SHIFT']
    : [stage];

/**
 * Makes the PAUSE hooks of a stage and says whether the deployment may go on.
 * Lambda hooks are not invoked by the sandbox.
 */
export function enterHooks(
  now: Date,
  deployment: DeploymentRecord,
  stage: string,
): 'GO' | 'WAIT' | 'ROLLBACK' {
  for (const wanted of hookStages(stage)) {
    for (const [index, hook] of (
      deployment.configuration.lifecycleHooks ?? []
    ).entries()) {
      const key = `${wanted}#${index}`;
      const applies =
        hook.targetType === 'PAUSE' &&
        hook.lifecycleStages?.includes(wanted as never);
      if (!applies || deployment.hooks.some(item => item.stage === key))
        continue;
      const minutes =
        hook.timeoutConfiguration?.timeoutInMinutes ?? HOOK_TIMEOUT_MINUTES;
      deployment.hooks.push({
        id: randomUUID(),
        stage: key,
        status: 'AWAITING_ACTION',
        expiresAt: new Date(now.getTime() + minutes * 60_000).toISOString(),
        timeoutAction: hook.timeoutConfiguration?.action ?? 'ROLLBACK',
      });
    }
  }
  for (const hook of deployment.hooks.filter(
    item => item.status === 'AWAITING_ACTION',
  )) {
    if (new Date(hook.expiresAt) > now) return 'WAIT';
    hook.status = 'TIMED_OUT';
    if (hook.timeoutAction === 'ROLLBACK') return 'ROLLBACK';
  }
  return deployment.hooks.some(hook => hook.status === 'FAILED')
    ? 'ROLLBACK'
    : 'GO';
}

/** Share of production traffic on the new revision, so many milliseconds into the shift. */
export function trafficWeight(
  deployment: DeploymentRecord,
  since: number,
): number {
  const { strategy, canaryConfiguration, linearConfiguration } =
    deployment.configuration;
  if (strategy === 'CANARY') {
    const bake = (canaryConfiguration?.canaryBakeTimeInMinutes ?? 10) * 60_000;
    return since >= bake ? 100 : canaryConfiguration?.canaryPercent ?? 5;
  }
  if (strategy === 'LINEAR') {
    const step = linearConfiguration?.stepPercent ?? 10;
    const bake = (linearConfiguration?.stepBakeTimeInMinutes ?? 6) * 60_000;
    return Math.min(
      100,
      step * (1 + (bake > 0 ? Math.floor(since / bake) : 100)),
    );
  }
  return 100;
}
