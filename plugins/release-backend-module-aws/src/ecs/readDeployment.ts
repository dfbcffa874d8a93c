import type { ServiceRevision } from '@aws-sdk/client-ecs';
import type { ObservedTarget } from '@careplane/backstage-plugin-release-node';
import type { EcsReader } from './EcsReader';
import { deploymentStatus, hooksOf, pausedAt } from './observe';

export interface SeenDeployment {
  deployment: NonNullable<ObservedTarget['deployment']>;
  /** The service revision of a task definition that takes part in it. */
  revisionOf(taskDefinition: string): ServiceRevision | undefined;
}

/** Reads a service deployment by ARN, or the newest (INV-21). */
export async function readDeployment(
  reader: EcsReader,
  arn?: string,
): Promise<SeenDeployment | undefined> {
  const wanted = arn ?? (await reader.deployments())[0]?.serviceDeploymentArn;
  const found = wanted && (await reader.deployment(wanted));
  const target = found && found.targetServiceRevision?.arn;
  if (!found || !target) return undefined;
  const sources = (found.sourceServiceRevisions ?? []).flatMap(
    source => source.arn ?? [],
  );
  const revisions = await reader.revisions([target, ...sources]);
  const definitionOf = (revision: string) =>
    revisions.get(revision)?.taskDefinition;
  return {
    deployment: {
      arn: wanted,
      taskDefinition: definitionOf(target) ?? '',
      sources: sources.flatMap(source => definitionOf(source) ?? []),
      status: deploymentStatus(found),
      canStop: found.status === 'PENDING' || found.status === 'IN_PROGRESS',
      paused: pausedAt(found),
      hooks: hooksOf(found),
      reason: found.statusReason?.slice(0, 300),
    },
    revisionOf: taskDefinition =>
      [target, ...sources]
        .map(revision => revisions.get(revision))
        .find(revision => revision?.taskDefinition === taskDefinition),
  };
}
