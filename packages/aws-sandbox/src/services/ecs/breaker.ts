import type { EcsStore } from './EcsStore';
import type { DeploymentRecord, ServiceRecord, TaskRecord } from './model';

/** Ways to stop that speak against the revision. */
const FAILURES: ReadonlySet<string | undefined> = new Set([
  'TaskFailedToStart',
  'EssentialContainerExited',
]);

/** Failures after which the circuit breaker opens: half of the wanted count, from 3 to 200. */
export function breakerThreshold(service: ServiceRecord): number {
  const { thresholdConfiguration } =
    service.deploymentConfiguration.deploymentCircuitBreaker ?? {};
  const value = thresholdConfiguration?.value ?? 50;
  if (thresholdConfiguration?.type === 'COUNT') return value;
  const share = Math.ceil((value / 100) * service.desiredCount);
  return thresholdConfiguration?.type === 'UNBOUNDED_PERCENT'
    ? Math.max(1, share)
    : Math.min(200, Math.max(3, share));
}

const max = (a: string, b = '') => (a > b ? a : b);

/**
 * Tasks of the deployment's target that failed since one was healthy;
 * `resetOnHealthyTask: false` counts all of them.
 */
export function failedTasks(
  store: EcsStore,
  deployment: DeploymentRecord,
): TaskRecord[] {
  const own = store
    .tasksOf(deployment.serviceArn)
    .filter(
      task =>
        task.deploymentId === deployment.id &&
        task.revision === deployment.target,
    );
  const { resetOnHealthyTask } =
    deployment.configuration.deploymentCircuitBreaker ?? {};
  const healthy = own
    .filter(task => task.health === 'HEALTHY')
    .reduce((last, task) => max(last, task.startedAt), '');
  const since = resetOnHealthyTask === false ? '' : healthy;
  return own.filter(
    task =>
      task.status === 'STOPPED' &&
      FAILURES.has(task.stopCode) &&
      (task.stoppedAt ?? '') >= since,
  );
}
