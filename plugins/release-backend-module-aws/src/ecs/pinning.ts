import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import type { EcsReader } from './EcsReader';
import { isDigest, pin } from './images';
import { mainOf, pinnedDigest } from './observe';

/** Containers whose image is named by a tag, which may have moved since. */
export const looseOf = (definition: TaskDefinition): ContainerDefinition[] =>
  (definition.containerDefinitions ?? []).filter(
    container => container.image && !pinnedDigest(container.image),
  );

/**
 * The digest that ran in each container whose image is named by a tag, by the
 * container's name. The main one's is the revision's hash; a sidecar's is what
 * ECS resolved when it last ran the task definition, and is missing where ECS
 * does not keep that any more (INV-19, INV-25).
 */
export async function digestsThatRan(
  reader: EcsReader,
  definition: TaskDefinition,
  contentHash: string,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const main = mainOf(definition);
  const loose = looseOf(definition);
  const sidecars = loose.filter(container => container !== main);
  if (main && loose.includes(main) && isDigest(contentHash)) {
    found.set(main.name ?? '', contentHash);
  }
  if (!sidecars.length) return found;
  const ran = (await reader.deployments(true)).flatMap(
    deployment => deployment.targetServiceRevisionArn ?? [],
  );
  const revisions = await reader.revisions(ran);
  // Newest first: what it ran last.
  const resolved = ran
    .map(arn => revisions.get(arn))
    .find(one => one?.taskDefinition === definition.taskDefinitionArn);
  for (const { name = '' } of sidecars) {
    const digest = resolved?.containerImages?.find(
      image => image.containerName === name,
    )?.imageDigest;
    if (digest && isDigest(digest)) found.set(name, digest);
  }
  return found;
}

/** The containers with every image by digest; those that nobody knows, as they are. */
export const pinnedContainers = (
  definition: TaskDefinition,
  ran: ReadonlyMap<string, string>,
): ContainerDefinition[] =>
  (definition.containerDefinitions ?? []).map(container => {
    const digest = ran.get(container.name ?? '');
    return container.image && digest && !pinnedDigest(container.image)
      ? { ...container, image: pin(container.image, digest) }
      : container;
  });
