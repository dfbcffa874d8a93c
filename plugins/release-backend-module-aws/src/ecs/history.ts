import { NotFoundError } from '@backstage/errors';
import type { Revision } from '@careplane/backstage-plugin-release-common';
import type { PastDeployment } from '../codedeploy/PastDeployments';
import type { TargetMove } from '../lib/trailEvents';
import type { EcsReader } from './EcsReader';
import { revisionOf } from './observe';

export interface PastMove {
  revision: Revision;
  at: string;
  actor?: string;
  source: 'cloudtrail' | 'ecs' | 'codedeploy';
}

/**
 * The successful deployments of the 90 days that AWS keeps, oldest first. A
 * deleted task definition is still listed: its revision knows the digest. Who
 * asked for one, and what ran before the first of them, is CloudTrail's word.
 * What CodeDeploy deployed is no deployment of ECS: it alone tells of that.
 */
export async function serviceHistory(
  reader: EcsReader,
  trail: readonly TargetMove[],
  deployed: readonly PastDeployment[] = [],
): Promise<PastMove[]> {
  const done = (await reader.deployments(true))
    .filter(d => d.status === 'SUCCESSFUL' && d.targetServiceRevisionArn)
    .reverse();
  const revisions = await reader.revisions(
    done.map(d => d.targetServiceRevisionArn!),
  );
  const moves: PastMove[] = [];
  for (const deployment of done) {
    const found = revisions.get(deployment.targetServiceRevisionArn!);
    const at = deployment.finishedAt ?? deployment.startedAt;
    if (!found?.taskDefinition || !at) continue;
    const definition = await definitionOf(reader, found.taskDefinition);
    moves.push({
      revision: revisionOf(found.taskDefinition, definition, found),
      at: at.toISOString(),
      actor: askerOf(trail, found.taskDefinition, at.toISOString()),
      source: 'ecs',
    });
  }
  const known = [...(await earlier(reader, trail, moves, done)), ...moves];
  return [...known, ...(await byCodeDeploy(reader, deployed))]
    .sort((a, b) => a.at.localeCompare(b.at))
    .filter((one, i, all) => one.revision.id !== all[i - 1]?.revision.id);
}

/** Deployments of CodeDeploy whose task definitions are still there. */
async function byCodeDeploy(
  reader: EcsReader,
  deployed: readonly PastDeployment[],
): Promise<PastMove[]> {
  const found: PastMove[] = [];
  for (const { revision, ended } of deployed) {
    const definition = await definitionOf(reader, revision);
    if (!definition) continue;
    found.push({
      revision: revisionOf(revision, definition),
      at: ended,
      source: 'codedeploy',
    });
  }
  return found;
}

/** Moves that CloudTrail saw before the first deployment that ECS keeps. */
async function earlier(
  reader: EcsReader,
  trail: readonly TargetMove[],
  moves: readonly PastMove[],
  done: readonly { createdAt?: Date; startedAt?: Date }[],
): Promise<PastMove[]> {
  const began = done[0]?.createdAt ?? done[0]?.startedAt;
  const first = began?.toISOString() ?? moves[0]?.at;
  const known = new Set(moves.map(move => move.revision.id));
  const found: PastMove[] = [];
  for (const { revision, at, actor } of trail) {
    if ((first && at >= first) || known.has(revision)) continue;
    const definition = await definitionOf(reader, revision);
    // A deleted task definition cannot be identified, nor returned to.
    if (!definition) continue;
    found.push({
      revision: revisionOf(revision, definition),
      at,
      actor,
      source: 'cloudtrail',
    });
  }
  return found;
}

/** Who asked for a deployment: the last call for it before it ended. */
function askerOf(
  trail: readonly TargetMove[],
  taskDefinition: string,
  endedAt: string,
): string | undefined {
  return trail
    .filter(move => move.revision === taskDefinition && move.at <= endedAt)
    .at(-1)?.actor;
}

async function definitionOf(reader: EcsReader, arn: string) {
  try {
    return await reader.taskDefinition(arn);
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
