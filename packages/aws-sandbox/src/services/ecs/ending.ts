import type { EcsStore } from './EcsStore';
import type { Fleet } from './Fleet';
import type { DeploymentRecord, ServiceRecord } from './model';

/** The deployment is over: its tasks, the service's revision and its events follow. */
export function endDeployment(
  fleet: Fleet,
  store: EcsStore,
  service: ServiceRecord,
  deployment: DeploymentRecord,
  status: DeploymentRecord['status'],
  reason?: string,
): void {
  deployment.status = status;
  deployment.statusReason = reason;
  deployment.finishedAt = store.now();
  if (deployment.breaker === 'MONITORING')
    deployment.breaker = 'MONITORING_COMPLETE';
  if (status === 'STOPPED') deployment.stoppedAt = store.now();
  if (status === 'SUCCESSFUL') service.currentRevision = deployment.target;
  const kept = status === 'SUCCESSFUL' ? deployment.target : deployment.source;
  fleet.stopOthers(store, service, kept);
  if (status === 'SUCCESSFUL') {
    store.event(service, 'has reached a steady state.');
    store.event(service, `(deployment ${deployment.id}) deployment completed.`);
  } else {
    store.event(
      service,
      `(deployment ${deployment.id}) ${
        status === 'ROLLBACK_SUCCESSFUL' ? 'was rolled back' : 'failed'
      }: ${reason}`,
    );
  }
  tellEnd(store, deployment, reason);
}

/**
 * AWS tells of a failure only where the circuit breaker saw it.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
 */
function tellEnd(
  store: EcsStore,
  deployment: DeploymentRecord,
  reason?: string,
): void {
  if (deployment.breaker === 'TRIGGERED') {
    const why = reason ?? 'tasks failed to start.';
    store.tell(deployment, 'SERVICE_DEPLOYMENT_FAILED', why);
  } else if (deployment.status === 'SUCCESSFUL') {
    const why = `ECS deployment ${deployment.id} completed.`;
    store.tell(deployment, 'SERVICE_DEPLOYMENT_COMPLETED', why);
  }
}

/** How long a deleted service drains, in the sandbox's time. */
const DRAINING_MS = 15_000;

/** A deleted service is DRAINING until its connections ended, then INACTIVE. */
export function drained(
  store: EcsStore,
  service: ServiceRecord,
): number | undefined {
  if (service.status !== 'DRAINING' || !service.deletedAt) return undefined;
  const since = Date.parse(store.now()) - Date.parse(service.deletedAt);
  if (since < DRAINING_MS) return DRAINING_MS - since;
  store.saveService({ ...service, status: 'INACTIVE' });
  return undefined;
}
