import { createHash } from 'node:crypto';
import {
  Release,
  Revision,
  shortRevision,
  TargetKind,
} from '@careplane/backstage-plugin-release-common';
import canonicalize from 'canonicalize';
import type { PublishedRelease } from '../store/ReleaseStore';

/** A revision that runs, or ran, on a stage. */
export interface Seen {
  stage: string;
  kind: TargetKind;
  revision: Revision;
  /** When it began to run. */
  from?: string;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const CODE = /^[A-Za-z0-9+/]{43}=$/;

/**
 * The identity of an artifact that nobody published: it has no template. Hex
 * SHA-256 over RFC 8785, as of a published release.
 */
export const foundReleaseId = (kind: TargetKind, artifact: string): string =>
  createHash('sha256')
    .update(canonicalize({ artifact, kind, template: null }) ?? '')
    .digest('hex');

function artifactOf(contentHash: string): Release['artifact'] | undefined {
  if (CODE.test(contentHash)) return { type: 'zip', codeSha256: contentHash };
  return DIGEST.test(contentHash)
    ? { type: 'image', repositoryArn: '', digest: contentHash, tags: [] }
    : undefined;
}

/**
 * Releases of existing services: what runs, or ran, on a stage and is none of
 * the published ones, by its hash. The first stage that has it names it.
 */
export function foundReleases(
  component: string,
  published: PublishedRelease[],
  seen: Seen[],
): PublishedRelease[] {
  const known = new Set(
    published.map(({ artifact }) =>
      artifact.type === 'zip' ? artifact.codeSha256 : artifact.digest,
    ),
  );
  const found = new Map<string, PublishedRelease>();
  for (const { stage, kind, revision, from } of seen) {
    const { contentHash, id: revisionId, createdAt } = revision;
    const artifact = artifactOf(contentHash);
    if (!artifact || known.has(contentHash)) continue;
    // Recorded as a published release with another hash: its proof says so.
    if (published.some(one => one.id === revision.releaseId)) continue;
    const id = foundReleaseId(kind, contentHash);
    if (found.has(id)) continue;
    found.set(id, {
      id,
      component,
      kind,
      version: shortRevision(revisionId),
      commit: { id: '' },
      builtAt: createdAt ?? from ?? new Date(0).toISOString(),
      artifact,
      found: { stage, revisionId },
    });
  }
  return [...found.values()];
}
