import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Sandbox } from '../../core';
import { ImageStore } from '../ecr/ImageStore';
import type { ImageConfig, ImageRecord } from '../ecr/model';

const run = promisify(execFile);
const ECR_URI =
  /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)(?::([^@]+))?(?:@(sha256:[0-9a-f]{64}))?$/;

export interface ImageReference {
  account: string;
  repository: string;
  tag?: string;
  digest?: string;
}

/** Parts of an ECR image's name; undefined for another registry's image. */
export function parseImage(name: string): ImageReference | undefined {
  const match = ECR_URI.exec(name);
  if (!match) return undefined;
  const [, account, , repository, tag, digest] = match;
  return {
    account,
    repository,
    digest,
    tag: tag ?? (digest ? undefined : 'latest'),
  };
}

/** The image's record, with its tag resolved; undefined when it cannot be pulled. */
export function pull(
  sandbox: Sandbox,
  reference: ImageReference,
): ImageRecord | undefined {
  const images = new ImageStore(sandbox, reference.account);
  const image = images.find(reference.repository, {
    imageDigest: reference.digest,
    imageTag: reference.digest ? undefined : reference.tag,
  });
  return image && images.statusOf(image) === 'ACTIVE' ? image : undefined;
}

/** The image's files on disk, unpacked once per digest, and its configuration. */
export async function unpack(
  sandbox: Sandbox,
  reference: ImageReference,
  digest: string,
): Promise<{ root: string; config: NonNullable<ImageConfig['config']> }> {
  const images = new ImageStore(sandbox, reference.account);
  const image = images.need(reference.repository, { imageDigest: digest });
  const root = join(
    sandbox.dataDir,
    'ecs-images',
    digest.replace('sha256:', ''),
  );
  if (!existsSync(root)) {
    const staging = `${root}.${process.pid}.${Math.random()
      .toString(36)
      .slice(2)}`;
    mkdirSync(staging, { recursive: true });
    for (const layer of images.manifest(image).layers ?? []) {
      await run('tar', [
        '-xzf',
        images.layerPath(layer.digest),
        '-C',
        staging,
        '--no-same-owner',
      ]);
    }
    try {
      renameSync(staging, root);
    } catch {
      // Another task of the same image was first.
      rmSync(staging, { recursive: true, force: true });
    }
  }
  return { root, config: images.config(image).config ?? {} };
}
