import type { ImageDetail } from '@aws-sdk/client-ecr';
import { imageUrl } from '@careplane/aws-common';
import type { ImageStatus } from '@careplane/backstage-plugin-delivery-common';

/** AWS's scan statuses. Whatever is not a finished scan is not clean. */
const SCANS: Record<string, ImageStatus['scan']> = {
  COMPLETE: 'complete',
  // Enhanced scanning watches the image: its findings are there.
  ACTIVE: 'complete',
  IN_PROGRESS: 'in-progress',
  PENDING: 'in-progress',
  FAILED: 'failed',
  LIMIT_EXCEEDED: 'failed',
  UNSUPPORTED_IMAGE: 'unsupported',
  SCAN_ELIGIBILITY_EXPIRED: 'not-scanned',
  FINDINGS_UNAVAILABLE: 'unknown',
  IMAGE_ARCHIVED: 'unknown',
};

const SEVERITIES = [
  'critical',
  'high',
  'medium',
  'low',
  'informational',
  'undefined',
] as const;

/** Signatures, attestations and SBOMs are tagged after the image they are of. */
const ATTACHMENT = /^sha256-[0-9a-f]{64}(?:\.(?:sig|att|sbom))?$/;

/** Whether a detail is an image, and not something attached to one. */
export function isImage(detail: ImageDetail): boolean {
  return (
    Boolean(detail.imageDigest) &&
    !(
      detail.imageTags?.length &&
      detail.imageTags.every(tag => ATTACHMENT.test(tag))
    )
  );
}

/** Newest first; images without a push date last. */
export function newestFirst(details: ImageDetail[]): ImageDetail[] {
  const at = ({ imagePushedAt }: ImageDetail) =>
    imagePushedAt?.getTime() ?? -Infinity;
  return [...details].sort((a, b) => at(b) - at(a));
}

/** What ECR says of a scan, from the list or from the findings' own call. */
export interface ScanFacts {
  status?: string;
  completedAt?: Date;
  counts?: Record<string, number>;
}

export function toImageStatus(
  repositoryArn: string,
  detail: ImageDetail,
  scan: ScanFacts = {
    status: detail.imageScanStatus?.status,
    completedAt: detail.imageScanFindingsSummary?.imageScanCompletedAt,
    counts: detail.imageScanFindingsSummary?.findingSeverityCounts,
  },
): ImageStatus {
  const digest = detail.imageDigest ?? '';
  let state: ImageStatus['scan'] = scan.status
    ? SCANS[scan.status] ?? 'unknown'
    : 'not-scanned';
  // A finished scan whose counts nobody has seen says nothing.
  const seen = scan.counts !== undefined || scan.completedAt !== undefined;
  if (state === 'complete' && !seen) state = 'unknown';
  return {
    repositoryArn,
    repositoryName: detail.repositoryName ?? '',
    digest,
    tags: detail.imageTags ?? [],
    pushedAt: detail.imagePushedAt?.toISOString(),
    sizeBytes: detail.imageSizeInBytes,
    scan: state,
    scannedAt: scan.completedAt?.toISOString(),
    severities:
      state === 'complete'
        ? Object.fromEntries(
            SEVERITIES.map(name => [
              name,
              scan.counts?.[name.toLocaleUpperCase('en')] ?? 0,
            ]),
          )
        : undefined,
    url: imageUrl(repositoryArn, digest),
  };
}
