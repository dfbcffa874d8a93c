import { randomBytes } from 'node:crypto';
import type { Sandbox } from '../../core';
import type { EcsStore } from './EcsStore';
import {
  isOver,
  type DeploymentRecord,
  type RevisionRecord,
  type ServiceRecord,
} from './model';
import { wake } from './runtime';

export const newId = (length: number) =>
  randomBytes(16)
    .readBigUInt64BE()
    .toString()
    .padStart(20, '1')
    .slice(0, length);

/** A new revision of the service as it stands now; digests are not resolved yet. */
export function newRevision(
  store: EcsStore,
  service: ServiceRecord,
  at: string,
  taskDefinition = service.taskDefinition,
): RevisionRecord {
  const definition = store.findDefinition(taskDefinition)!;
  const revision: RevisionRecord = {
    arn: store.arn(
      'service-revision',
      service.cluster,
      service.name,
      newId(19),
    ),
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    taskDefinition,
    createdAt: at,
    images: definition.definition.containerDefinitions.map(container => ({
      containerName: container.name ?? '',
      image: container.image ?? '',
    })),
    launchType: service.settings.launchType,
  };
  store.revisions.set(revision.arn, revision);
  return revision;
}

/** A new deployment's record, PENDING. */
function newDeployment(
  store: EcsStore,
  service: ServiceRecord,
  revision: RevisionRecord,
  at: string,
): DeploymentRecord {
  const configuration = service.deploymentConfiguration;
  return {
    arn: store.arn(
      'service-deployment',
      service.cluster,
      service.name,
      randomBytes(12).toString('base64url').replace(/[-_]/g, 'x'),
    ),
    id: `ecs-svc/${newId(19)}`,
    serviceArn: service.arn,
    clusterArn: service.clusterArn,
    createdAt: at,
    updatedAt: at,
    source: service.currentRevision,
    target: revision.arn,
    status: 'PENDING',
    stage: 0,
    stageSince: at,
    weight: 0,
    hooks: [],
    configuration,
    failures: 0,
    breaker: configuration.deploymentCircuitBreaker?.enable
      ? 'MONITORING'
      : 'DISABLED',
    alarmsTriggered: [],
  };
}

/** Starts a deployment; one that runs is superseded. Saves the service. */
export function startDeployment(
  sandbox: Sandbox,
  store: EcsStore,
  service: ServiceRecord,
): DeploymentRecord {
  const at = store.now();
  for (const running of store
    .deploymentsOf(service.arn)
    .filter(item => !isOver(item))) {
    store.deployments.set(running.arn, {
      ...running,
      status: 'STOPPED',
      statusReason:
        'Service deployment was stopped because a new service deployment was started.',
      stoppedAt: at,
      finishedAt: at,
    });
  }
  const deployment = newDeployment(
    store,
    service,
    newRevision(store, service, at),
    at,
  );
  store.deployments.set(deployment.arn, deployment);
  service.deployment = deployment.arn;
  store.event(service, `has started a deployment: ${deployment.id}.`);
  store.saveService(service);
  store.tell(
    deployment,
    'SERVICE_DEPLOYMENT_IN_PROGRESS',
    `ECS deployment ${deployment.id} in progress.`,
  );
  wake(sandbox, store.account, service.arn);
  return deployment;
}
