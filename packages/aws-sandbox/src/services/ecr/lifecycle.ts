import { AwsError, type Sandbox } from '../../core';
import { ImageStore } from './ImageStore';
import { matches } from './wildcard';
import type { ImageRecord } from './model';

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html */
export interface LifecycleRule {
  rulePriority: number;
  description?: string;
  selection: {
    tagStatus: 'tagged' | 'untagged' | 'any';
    tagPrefixList?: string[];
    tagPatternList?: string[];
    storageClass?: 'standard' | 'archive';
    countType:
      | 'imageCountMoreThan'
      | 'sinceImagePushed'
      | 'sinceImagePulled'
      | 'sinceImageTransitioned';
    countNumber: number;
  };
  action: { type: 'expire' | 'transition'; targetStorageClass?: 'archive' };
}

const DAY = 24 * 3600_000;
const JOB = 'ecr.lifecycle';

/** @throws AwsError InvalidParameterException for text that is no policy. */
export function rulesOf(policy: string | undefined): LifecycleRule[] {
  if (!policy) return [];
  try {
    const { rules } = JSON.parse(policy) as { rules: LifecycleRule[] };
    return [...rules].sort((a, b) => a.rulePriority - b.rulePriority);
  } catch {
    throw new AwsError(
      'InvalidParameterException',
      "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: not a JSON document with rules'",
    );
  }
}

function selects({ selection }: LifecycleRule, image: ImageRecord): boolean {
  const archived = image.storageClass === 'ARCHIVE';
  if (archived !== (selection.storageClass === 'archive')) return false;
  if (selection.tagStatus === 'any') return true;
  if (selection.tagStatus === 'untagged') return image.tags.length === 0;
  const fits = (tag: string) =>
    selection.tagPrefixList?.some(prefix => tag.startsWith(prefix)) ||
    selection.tagPatternList?.some(pattern => matches(pattern, tag));
  return image.tags.some(fits);
}

/** Images that rules act on now. Each image goes with the first rule that selects it. */
export function dueImages(
  rules: LifecycleRule[],
  images: ImageRecord[],
  now: Date,
): { image: ImageRecord; rule: LifecycleRule }[] {
  const taken = new Set<string>();
  return rules.flatMap(rule => {
    const { countType, countNumber } = rule.selection;
    const selected = images
      .filter(image => !taken.has(image.digest) && selects(rule, image))
      .sort((a, b) => b.pushedAt.localeCompare(a.pushedAt));
    const old = (since: string) =>
      now.getTime() - new Date(since).getTime() >= countNumber * DAY;
    const due =
      countType === 'imageCountMoreThan'
        ? selected.slice(countNumber)
        : selected.filter(image =>
            old(
              countType === 'sinceImageTransitioned'
                ? image.archivedAt ?? now.toISOString()
                : image.pushedAt,
            ),
          );
    selected.forEach(image => taken.add(image.digest));
    return due.map(image => ({ image, rule }));
  });
}

interface Payload {
  account: string;
  repository: string;
}

/** Has a repository's policy applied within a day, as AWS does. */
export function scheduleLifecycle(sandbox: Sandbox, payload: Payload): void {
  const at = new Date(sandbox.clock.now().getTime() + DAY);
  sandbox.jobs.schedule(JOB, at, payload);
}

/** Applies lifecycle policies on the sandbox's clock. */
export function startLifecycle(sandbox: Sandbox): void {
  sandbox.jobs.handle<Payload>(JOB, async payload => {
    const store = new ImageStore(sandbox, payload.account);
    const repository = store.repositories.get(payload.repository);
    if (!repository?.lifecyclePolicy) return;
    const due = dueImages(
      rulesOf(repository.lifecyclePolicy),
      store.list(repository.name),
      sandbox.clock.now(),
    );
    for (const { image, rule } of due) {
      if (rule.action.type === 'expire') store.remove(image);
      else store.archive(image);
    }
    scheduleLifecycle(sandbox, payload);
  });
}
