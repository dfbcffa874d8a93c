import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import type {
  Block,
  BlockState,
  FailingPipelines,
  PipelineStatus,
} from '@careplane/backstage-plugin-delivery-common';

/** States of a block in which nothing is known of the pipeline now. */
const UNKNOWN: BlockState[] = ['pending', 'stale', 'denied', 'error'];

/**
 * The pipelines whose last run failed, the latest first, and the components of
 * which that cannot be told: unknown is not the same as passing.
 */
export function failingPipelines(
  blocks: { entity: Entity; block: Block<PipelineStatus> }[],
): FailingPipelines {
  const items = blocks.flatMap(({ entity, block }) =>
    block.items
      .filter(pipeline => pipeline.state === 'failed')
      .map(({ arn, name, execution, stages }) => ({
        ...about(entity),
        pipelineArn: arn,
        pipelineName: name,
        stage: stages.find(stage => stage.state === 'failed')?.name,
        at: execution?.endedAt ?? execution?.startedAt,
        revisionSummary: execution?.revisionSummary,
      })),
  );
  return {
    items: items.sort((a, b) => (b.at ?? '').localeCompare(a.at ?? '')),
    unknown: blocks
      .filter(({ block }) => UNKNOWN.includes(block.state))
      .filter(
        ({ block }) => !block.items.some(({ state }) => state === 'failed'),
      )
      .map(({ entity, block }) => ({
        ...about(entity),
        ...(block.state === 'pending' && { pending: true }),
      })),
  };
}

function about(entity: Entity) {
  return {
    entityRef: stringifyEntityRef(entity),
    title: entity.metadata.title ?? entity.metadata.name,
  };
}
