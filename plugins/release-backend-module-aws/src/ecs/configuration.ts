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

/**
 * Whether a service still deploys as a rollback left it, and differently from
 * what was recorded. What somebody else has set meanwhile is not overwritten.
 */
export function isStillAtOnce(
  now: DeploymentConfiguration | undefined,
  recorded: DeploymentConfiguration,
): boolean {
  const facts = (one: DeploymentConfiguration | undefined) =>
    [
      one?.strategy ?? 'ROLLING',
      one?.bakeTimeInMinutes ?? 0,
      JSON.stringify(one?.lifecycleHooks ?? []),
    ].join();
  const left = facts(atOnce(recorded));
  return facts(now) === left && left !== facts(recorded);
}
