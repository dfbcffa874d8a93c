import { randomUUID } from 'node:crypto';
import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { AwsError } from '../../core';
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

/** Where ECS refuses PAUSE hooks (ECS, DeploymentLifecycleHook). */
const NO_PAUSE = ['TEST_TRAFFIC_SHIFT', 'PRODUCTION_TRAFFIC_SHIFT'];

/** @throws AwsError InvalidParameterException for a PAUSE hook where none may be. */
export function checkHooks(configuration: DeploymentConfiguration): void {
  for (const hook of configuration.lifecycleHooks ?? []) {
    const wrong = hook.lifecycleStages?.find(
      stage => hook.targetType === 'PAUSE' && NO_PAUSE.includes(stage),
    );
    if (wrong) {
      throw new AwsError(
        'InvalidParameterException',
        `A PAUSE lifecycle hook is not supported at ${wrong}.`,
      );
    }
  }
}

/**
 * Makes the PAUSE hooks of a stage and says whether the deployment may go on.
 * Lambda hooks are not invoked by the sandbox. `step` counts the traffic
 * steps: PRE_PRODUCTION_TRAFFIC_SHIFT is before each of them.
 */
export function enterHooks(
  now: Date,
  deployment: DeploymentRecord,
  stage: string,
  step = 0,
): 'GO' | 'WAIT' | 'ROLLBACK' {
  for (const wanted of hookStages(stage)) {
    for (const [index, hook] of (
      deployment.configuration.lifecycleHooks ?? []
    ).entries()) {
      const key = `${wanted}#${index}${step ? `/${step}` : ''}`;
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
