import { NotFoundError } from '@backstage/errors';
import type { Revision } from '@careplane/backstage-plugin-release-common';
import type { EcsReader } from './EcsReader';
import { revisionOf } from './observe';

/**
 * The successful deployments of the 90 days that AWS keeps, oldest first. A
 * deleted task definition is still listed: its revision knows the digest.
 */
export async function serviceHistory(
  reader: EcsReader,
): Promise<{ revision: Revision; at: string; source: 'ecs' }[]> {
  const done = (await reader.deployments(true))
    .filter(d => d.status === 'SUCCESSFUL' && d.targetServiceRevisionArn)
    .reverse();
  const revisions = await reader.revisions(
    done.map(d => d.targetServiceRevisionArn!),
  );
  const moves = [];
  for (const deployment of done) {
    const found = revisions.get(deployment.targetServiceRevisionArn!);
    const at = deployment.finishedAt ?? deployment.startedAt;
    if (!found?.taskDefinition || !at) continue;
    const definition = await reader
      .taskDefinition(found.taskDefinition)
      .catch(error => {
        if (error instanceof NotFoundError) return undefined;
        throw error;
      });
    moves.push({
      revision: revisionOf(found.taskDefinition, definition, found),
      at: at.toISOString(),
      source: 'ecs' as const,
    });
  }
  return moves;
}
