import {
  ServiceDeployment,
  ServiceRevision,
  Task,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { Revision } from '@careplane/backstage-plugin-release-common';
import type { ObservedTarget } from '@careplane/backstage-plugin-release-node';

type Deployment = NonNullable<ObservedTarget['deployment']>;

const DIGEST = /@(sha256:[0-9a-f]{64})$/;

/** The digest that an image reference is pinned to. */
export function pinnedDigest(image: string | undefined): string | undefined {
  return image ? DIGEST.exec(image)?.[1] : undefined;
}

/**
 * The digest that stands for a revision: that of its first container, as ECS
 * resolved it, else as the task definition pins it (INV-19).
 */
export function digestOf(
  definition: TaskDefinition | undefined,
  revision?: ServiceRevision,
): string | undefined {
  const main =
    definition?.containerDefinitions?.find(c => c.essential !== false) ??
    definition?.containerDefinitions?.[0];
  const resolved = revision?.containerImages?.find(
    image => !main || image.containerName === main.name,
  );
  return (
    resolved?.imageDigest ??
    pinnedDigest(resolved?.image) ??
    pinnedDigest(main?.image)
  );
}

/** `tag:<image>` marks what has no digest: it is comparable with no release. */
export function revisionOf(
  arn: string,
  definition: TaskDefinition | undefined,
  revision?: ServiceRevision,
): Revision {
  const image = definition?.containerDefinitions?.[0]?.image;
  return {
    id: arn,
    contentHash:
      digestOf(definition, revision) ?? (image ? `tag:${image}` : 'unknown'),
    createdAt: definition?.registeredAt?.toISOString(),
  };
}

/**
 * The state of a service deployment. AWS's SUCCESSFUL may be early: it is over
 * only when no task of the revisions before it still runs (INV-21).
 */
export function deploymentStatus(
  deployment: Pick<ServiceDeployment, 'status' | 'sourceServiceRevisions'> & {
    targetServiceRevision?: { arn?: string };
  },
): Deployment['status'] {
  const target = deployment.targetServiceRevision?.arn;
  const oldTasks = (deployment.sourceServiceRevisions ?? [])
    .filter(source => source.arn !== target)
    .reduce((sum, source) => sum + (source.runningTaskCount ?? 0), 0);
  switch (deployment.status) {
    case 'SUCCESSFUL':
      return oldTasks > 0 ? 'in-progress' : 'successful';
    case 'STOPPED':
      return 'stopped';
    case 'ROLLBACK_REQUESTED':
    case 'ROLLBACK_IN_PROGRESS':
      return 'rolling-back';
    case 'ROLLBACK_SUCCESSFUL':
      return 'rolled-back';
    case 'ROLLBACK_FAILED':
      return 'failed';
    default:
      return 'in-progress';
  }
}

/** Digests of all containers of running tasks, each once. */
export function digestsOf(tasks: Task[]): string[] {
  return [
    ...new Set(
      tasks.flatMap(task =>
        (task.containers ?? []).flatMap(({ imageDigest, image }) => {
          const digest = imageDigest ?? pinnedDigest(image);
          return digest ? [digest] : [];
        }),
      ),
    ),
  ].sort();
}

/** Why tasks stopped, newest first, bounded: it may be shown. */
export function whyNotRun(tasks: Task[]): string | undefined {
  const time = (task: Task) =>
    (task.stoppedAt ?? task.createdAt)?.getTime() ?? 0;
  const [newest] = [...tasks].sort((a, b) => time(b) - time(a));
  const reason =
    newest?.containers?.map(c => c.reason).find(Boolean) ??
    newest?.stoppedReason;
  return reason?.slice(0, 200);
}
