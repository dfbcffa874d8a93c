import { NotFoundError } from '@backstage/errors';
import type { PublishSource } from '@careplane/backstage-plugin-release-node';
import type { RolloutRecord } from './model';

/** What a rollout without a stack publishes from, as recorded. */
export function publishSource(
  record: Pick<RolloutRecord, 'component' | 'to' | 'publish' | 'id'>,
): PublishSource {
  const { publish, to } = record;
  if (!publish || !to.releaseId) {
    throw new NotFoundError(`Rollout ${record.id} publishes nothing itself.`);
  }
  return {
    component: record.component,
    releaseId: to.releaseId,
    contentHash: to.contentHash,
    published: publish.published,
    from: publish.from && {
      arn: publish.from.arn,
      revision: publish.from.revision,
    },
  };
}
