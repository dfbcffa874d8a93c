import { createHash } from 'node:crypto';
import { AwsError, type Sandbox } from '../../core';
import type {
  Finding,
  ImageConfig,
  ImageRecord,
  RepositoryRecord,
} from './model';
import { matches } from './wildcard';

/** Image label whose value is the JSON list of findings that a scan reports. */
const FINDINGS_LABEL = 'dev.careplane.findings';

export interface Manifest {
  mediaType?: string;
  config?: { digest: string; size: number };
  layers?: { digest: string; size: number; mediaType?: string }[];
}

const hex = (digest: string) => digest.replace(/^sha256:/, '');

/** How long an image takes to come back from the archive, in the sandbox's time. */
const RESTORE_MS = 20 * 60_000;

/** Repositories and images of one account; layers and manifests are blobs. */
export class ImageStore {
  constructor(private readonly sandbox: Sandbox, readonly account: string) {}

  get repositories() {
    return this.sandbox.store<RepositoryRecord>(
      'ecr',
      this.account,
      'repositories',
    );
  }

  private get images() {
    return this.sandbox.store<ImageRecord>('ecr', this.account, 'images');
  }

  /** @throws AwsError RepositoryNotFoundException */
  repository(name: string | undefined): RepositoryRecord {
    const found = name === undefined ? undefined : this.repositories.get(name);
    if (!found) {
      throw new AwsError(
        'RepositoryNotFoundException',
        `The repository with name '${name}' does not exist in the registry with id '${this.account}'`,
      );
    }
    return found;
  }

  /** Images of a repository, newest push first. */
  list(repository: string): ImageRecord[] {
    return this.images
      .values()
      .filter(image => image.repository === repository)
      .sort((a, b) => b.pushedAt.localeCompare(a.pushedAt));
  }

  find(
    repository: string,
    id: { imageDigest?: string; imageTag?: string },
  ): ImageRecord | undefined {
    if (id.imageDigest) {
      const image = this.images.get(`${repository}@${id.imageDigest}`);
      return image && (!id.imageTag || image.tags.includes(id.imageTag))
        ? image
        : undefined;
    }
    return this.list(repository).find(
      image => id.imageTag !== undefined && image.tags.includes(id.imageTag),
    );
  }

  /** @throws AwsError ImageNotFoundException */
  need(
    repository: string,
    id: { imageDigest?: string; imageTag?: string },
  ): ImageRecord {
    this.repository(repository);
    const image = this.find(repository, id);
    if (!image) {
      throw new AwsError(
        'ImageNotFoundException',
        `The image with imageId {imageDigest:'${
          id.imageDigest ?? 'null'
        }', imageTag:'${
          id.imageTag ?? 'null'
        }'} does not exist within the repository with name '${repository}' in the registry with id '${
          this.account
        }'`,
      );
    }
    return image;
  }

  save(image: ImageRecord): void {
    this.images.set(`${image.repository}@${image.digest}`, image);
  }

  remove(image: ImageRecord): void {
    this.images.delete(`${image.repository}@${image.digest}`);
  }

  manifestText(image: ImageRecord): string {
    return this.sandbox.blobs.get(image.manifestBlob).toString('utf8');
  }

  manifest(image: ImageRecord): Manifest {
    return JSON.parse(this.manifestText(image)) as Manifest;
  }

  /** The image's configuration; empty when its blob was never pushed. */
  config(image: ImageRecord): ImageConfig {
    const digest = this.manifest(image).config?.digest;
    if (!digest || !this.sandbox.blobs.has(hex(digest))) return {};
    return JSON.parse(
      this.sandbox.blobs.get(hex(digest)).toString('utf8'),
    ) as ImageConfig;
  }

  hasLayer(digest: string): boolean {
    return this.sandbox.blobs.has(hex(digest));
  }

  layerPath(digest: string): string {
    return this.sandbox.blobs.path(hex(digest));
  }

  /**
   * Stores a manifest. The digest is the SHA-256 of its bytes; a tag moves
   * from the image that had it.
   *
   * @throws AwsError ImageAlreadyExistsException, ImageTagAlreadyExistsException,
   * LayersNotFoundException
   */
  put(
    repository: RepositoryRecord,
    manifestText: string,
    mediaType: string | undefined,
    tag: string | undefined,
  ): ImageRecord {
    const bytes = Buffer.from(manifestText, 'utf8');
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const manifest = JSON.parse(manifestText) as Manifest;
    const parts = [
      ...(manifest.layers ?? []),
      ...(manifest.config ? [manifest.config] : []),
    ];
    const missing = parts.filter(part => !this.hasLayer(part.digest));
    if (missing.length > 0) {
      throw new AwsError(
        'LayersNotFoundException',
        `Layers with digests '[${missing
          .map(part => part.digest)
          .join(
            ', ',
          )}]' required for pushing image into repository with name '${
          repository.name
        }' in the registry with id '${this.account}' do not exist`,
      );
    }
    const existing = this.find(repository.name, { imageDigest: digest });
    if (existing && (!tag || existing.tags.includes(tag))) {
      throw new AwsError(
        'ImageAlreadyExistsException',
        `Image with digest '${digest}' and tag '${
          tag ?? 'null'
        }' already exists in the repository with name '${
          repository.name
        }' in registry with id '${this.account}'`,
      );
    }
    const holder = tag
      ? this.find(repository.name, { imageTag: tag })
      : undefined;
    if (tag && holder && !tagMayMove(repository, tag)) {
      throw new AwsError(
        'ImageTagAlreadyExistsException',
        `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the tag is immutable.`,
      );
    }
    if (holder)
      this.save({ ...holder, tags: holder.tags.filter(item => item !== tag) });
    const image: ImageRecord = existing ?? {
      repository: repository.name,
      digest,
      tags: [],
      manifestMediaType:
        mediaType ??
        manifest.mediaType ??
        'application/vnd.oci.image.manifest.v1+json',
      manifestBlob: this.sandbox.blobs.put(bytes),
      size: parts.reduce((sum, part) => sum + part.size, 0),
      pushedAt: this.sandbox.clock.now().toISOString(),
      storageClass: 'STANDARD',
    };
    if (tag) image.tags.push(tag);
    if (repository.scanOnPush && !existing) this.scan(image);
    this.save(image);
    return image;
  }

  /** ARCHIVED, ACTIVATING while it comes back, else ACTIVE. */
  statusOf(image: ImageRecord): 'ACTIVE' | 'ACTIVATING' | 'ARCHIVED' {
    if (image.storageClass === 'ARCHIVE') return 'ARCHIVED';
    const now = this.sandbox.clock.now().toISOString();
    return image.activeAt && image.activeAt > now ? 'ACTIVATING' : 'ACTIVE';
  }

  archive(image: ImageRecord): void {
    const archivedAt = this.sandbox.clock.now().toISOString();
    this.save({ ...image, storageClass: 'ARCHIVE', archivedAt });
  }

  /** An archived image is ACTIVATING for a while before it can be pulled. */
  restore(image: ImageRecord): void {
    if (image.storageClass !== 'ARCHIVE') return;
    const activeAt = new Date(
      this.sandbox.clock.now().getTime() + RESTORE_MS,
    ).toISOString();
    this.save({
      ...image,
      storageClass: 'STANDARD',
      archivedAt: undefined,
      activeAt,
    });
  }

  /** Reads the findings from the image's label; without it a scan finds nothing. */
  scan(image: ImageRecord): void {
    const label = this.config(image).config?.Labels?.[FINDINGS_LABEL];
    image.scan = {
      completedAt: this.sandbox.clock.now().toISOString(),
      findings: label ? (JSON.parse(label) as Finding[]) : [],
    };
  }
}

/** Whether a tag may be given to another image. */
function tagMayMove(repository: RepositoryRecord, tag: string): boolean {
  const excluded = repository.exclusions?.some(one => matches(one, tag));
  return repository.mutability.startsWith('IMMUTABLE')
    ? Boolean(excluded)
    : !excluded;
}

/** `{CRITICAL: 2, …}`, only severities that occur. */
export function severityCounts(
  findings: readonly Finding[],
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const finding of findings)
    counts[finding.severity] = (counts[finding.severity] ?? 0) + 1;
  return counts;
}
