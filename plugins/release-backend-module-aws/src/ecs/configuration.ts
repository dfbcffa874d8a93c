import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';

/**
 * The configuration of a service without what delays or halts a deployment.
 * Alarms and circuit breaker stay: they protect the rollback too. Empty and
 * zero are written, since AWS keeps what is left out.
 */
export function atOnce(
  recorded: DeploymentConfiguration | undefined,
): DeploymentConfiguration {
  const {
    bakeTimeInMinutes,
    canaryConfiguration: _canary,
    linearConfiguration: _linear,
    lifecycleHooks,
    strategy,
    ...rest
  } = recorded ?? {};
  const shared = strategy === 'CANARY' || strategy === 'LINEAR';
  return {
    ...rest,
    ...(strategy && { strategy: shared ? 'BLUE_GREEN' : strategy }),
    ...(bakeTimeInMinutes !== undefined && { bakeTimeInMinutes: 0 }),
    ...(lifecycleHooks?.length && { lifecycleHooks: [] }),
  };
}
