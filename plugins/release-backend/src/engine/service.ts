import type { Revision } from '@careplane/backstage-plugin-release-common';
import type { ObservedTarget } from '@careplane/backstage-plugin-release-node';
import type { RolloutRecord } from './model';

export const isService = (record: Pick<RolloutRecord, 'targetArn'>): boolean =>
  record.targetArn.includes(':ecs:');

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * Whether every wanted task runs, none of them fails its health check, and each
 * proves the revision's digest. A digest that AWS does not tell is no proof.
 */
export function isProven(
  { tasks }: Pick<ObservedTarget, 'tasks'>,
  revision: Pick<Revision, 'contentHash'>,
): boolean {
  if (!tasks || tasks.running < tasks.desired) return false;
  if (tasks.unhealthy) return false;
  if (!DIGEST.test(revision.contentHash)) return true;
  if (tasks.running === 0) return true;
  const [digest, ...others] = tasks.digests;
  return !tasks.unproven && !others.length && digest === revision.contentHash;
}

/**
 * How far a service is with a revision that it should run, from the deployment
 * that is followed (INV-21):
 *
 * - `ready`: its deployment is over, and every task proves the digest;
 * - `going-back`: ECS returns by itself, to be watched and not raced (INV-23);
 * - `undone`: the deployment of this very revision ended, and it does not run;
 * - `moving`: everything else.
 */
export function serviceState(
  target: Pick<ObservedTarget, 'deployment' | 'tasks' | 'stable'>,
  revision: Revision,
): 'ready' | 'moving' | 'going-back' | 'undone' {
  const { deployment, stable } = target;
  const proven = isProven(target, revision) ? 'ready' : 'moving';
  if (!deployment) return proven;
  const own = deployment.taskDefinition === revision.id;
  switch (deployment.status) {
    case 'rolling-back':
      return 'going-back';
    case 'successful':
      return own ? proven : 'moving';
    case 'rolled-back':
      // The return of another revision's deployment may bring this one.
      return !own && stable?.id === revision.id ? proven : 'undone';
    case 'failed':
      return 'undone';
    case 'stopped':
      return own ? 'undone' : 'moving';
    default:
      return 'moving';
  }
}

/**
 * The deployment to end so that ECS goes back to `revision` by itself; none
 * where another one has to be started.
 */
export function endsFor(
  { deployment }: Pick<ObservedTarget, 'deployment'>,
  revision: Revision,
): { deploymentArn: string; hookId?: string } | undefined {
  if (
    !deployment?.canStop ||
    deployment.taskDefinition === revision.id ||
    !deployment.sources?.includes(revision.id)
  ) {
    return undefined;
  }
  return {
    deploymentArn: deployment.arn,
    ...(deployment.paused && { hookId: deployment.paused.hookId }),
  };
}

/** What a paused deployment waits for, with AWS's own deadline (INV-26). */
export function pauseSentence({
  deployment,
}: Pick<ObservedTarget, 'deployment'>): string | undefined {
  const paused = deployment?.paused;
  if (!paused) return undefined;
  const until = paused.expiresAt ? ` until ${paused.expiresAt}` : '';
  return `ECS waits at a pause hook${until}, and ${
    paused.timeoutAction === 'ROLLBACK' ? 'goes back' : 'goes on'
  } by itself then. Continue it, or send it back.`;
}
