import * as sdk from '@aws-sdk/client-ecr';
import { AwsError, type CallContext, type Operations } from '../../core';
import { page } from '../paging';
import { ImageStore } from './ImageStore';
import { hasStatus } from './images';
import { dueImages, rulesOf } from './lifecycle';
import type { ImageRecord } from './model';

/** How long a preview is computed, in the sandbox's time. */
const TAKES_MS = 1000;

interface Preview {
  policy: string;
  startedAt: string;
}

function previews({ sandbox }: CallContext, account: string) {
  return sandbox.store<Preview>('ecr', account, 'lifecycle-previews');
}

function isRunning(preview: Preview, { sandbox }: CallContext) {
  const age = sandbox.clock.now().getTime() - Date.parse(preview.startedAt);
  return age < TAKES_MS;
}

function resultOf({ image, rule }: ReturnType<typeof dueImages>[number]) {
  const transitions = rule.action.type === 'transition';
  return {
    imageTags: image.tags,
    imageDigest: image.digest,
    imagePushedAt: new Date(image.pushedAt),
    action: transitions
      ? { type: 'TRANSITION' as const, targetStorageClass: 'ARCHIVE' as const }
      : { type: 'EXPIRE' as const },
    appliedRulePriority: rule.rulePriority,
    storageClass: image.storageClass,
  };
}

function isAsked(image: ImageRecord, ids: sdk.ImageIdentifier[] | undefined) {
  return (
    !ids?.length ||
    ids.some(
      ({ imageDigest, imageTag }) =>
        (imageDigest === undefined || image.digest === imageDigest) &&
        (imageTag === undefined || image.tags.includes(imageTag)),
    )
  );
}

/**
 * What a lifecycle policy would do now, without doing it.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/lpp_creation.html
 */
export const lifecyclePreviewOperations: Operations<typeof sdk> = {
  StartLifecyclePolicyPreview(input, context) {
    const store = new ImageStore(
      context.sandbox,
      input.registryId ?? context.account,
    );
    const repository = store.repository(input.repositoryName);
    const policy = input.lifecyclePolicyText ?? repository.lifecyclePolicy;
    if (!policy) {
      throw new AwsError(
        'LifecyclePolicyNotFoundException',
        `Lifecycle policy does not exist for the repository with name '${repository.name}' in the registry with id '${store.account}'`,
      );
    }
    rulesOf(policy);
    const all = previews(context, store.account);
    const before = all.get(repository.name);
    if (before && isRunning(before, context)) {
      throw new AwsError(
        'LifecyclePolicyPreviewInProgressException',
        `A lifecycle policy preview for the repository with name '${repository.name}' is in progress`,
      );
    }
    all.set(repository.name, {
      policy,
      startedAt: context.sandbox.clock.now().toISOString(),
    });
    return {
      registryId: store.account,
      repositoryName: repository.name,
      lifecyclePolicyText: policy,
      status: 'IN_PROGRESS',
    };
  },

  GetLifecyclePolicyPreview(input, context) {
    const store = new ImageStore(
      context.sandbox,
      input.registryId ?? context.account,
    );
    const repository = store.repository(input.repositoryName);
    const preview = previews(context, store.account).get(repository.name);
    if (!preview) {
      throw new AwsError(
        'LifecyclePolicyPreviewNotFoundException',
        `There is no lifecycle policy preview for the repository with name '${repository.name}' in the registry with id '${store.account}'`,
      );
    }
    const base = {
      registryId: store.account,
      repositoryName: repository.name,
      lifecyclePolicyText: preview.policy,
    };
    if (isRunning(preview, context)) {
      return { ...base, status: 'IN_PROGRESS', previewResults: [] };
    }
    const due = dueImages(
      rulesOf(preview.policy),
      store.list(repository.name),
      new Date(preview.startedAt),
    );
    const expiring = due.filter(({ rule }) => rule.action.type === 'expire');
    const shown = due.filter(
      ({ image }) =>
        hasStatus(image, input.filter?.tagStatus) &&
        isAsked(image, input.imageIds),
    );
    const { items, next } = page(shown, input.nextToken, input.maxResults);
    return {
      ...base,
      status: 'COMPLETE',
      nextToken: next,
      previewResults: items.map(resultOf),
      summary: {
        expiringImageTotalCount: expiring.length,
        transitioningImageTotalCounts: [
          {
            targetStorageClass: 'ARCHIVE',
            imageTotalCount: due.length - expiring.length,
          },
        ],
      },
    };
  },
};
