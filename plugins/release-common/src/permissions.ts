import { createPermission } from '@backstage/plugin-permission-common';

/** Resource type of what policies decide on: `<entity ref>|<stage>`. */
export const RESOURCE_TYPE_RELEASE_TARGET = 'release-target';

/** The ref of a target in the permission framework. */
export function releaseTargetRef(entityRef: string, stage: string): string {
  return `${entityRef}|${stage}`;
}

/** Inverse of {@link releaseTargetRef}; undefined when it is not one. */
export function parseReleaseTargetRef(
  ref: string,
): { entityRef: string; stage: string } | undefined {
  const bar = ref.lastIndexOf('|');
  return bar > 0
    ? { entityRef: ref.slice(0, bar), stage: ref.slice(bar + 1) }
    : undefined;
}

/** Read what runs where, rollouts and evidence. */
export const releaseReadPermission = createPermission({
  name: 'release.read',
  attributes: { action: 'read' },
});

/** Read all evidence and rollouts, whatever the catalog shows (45 CFR 164.312(b)). */
export const releaseAuditReadPermission = createPermission({
  name: 'release.audit.read',
  attributes: { action: 'read' },
});

const onTarget = (name: string) =>
  createPermission({
    name,
    attributes: { action: 'update' },
    resourceType: RESOURCE_TYPE_RELEASE_TARGET,
  });

export const releasePromotePermission = onTarget('release.promote');
export const releaseRollbackPermission = onTarget('release.rollback');
export const releaseApprovePermission = onTarget('release.approve');
export const releaseLiftHoldPermission = onTarget('release.hold.lift');
export const releaseQuarantinePermission = onTarget('release.quarantine');
export const releaseWaivePermission = onTarget('release.gate.waive');
export const releaseRetryPipelinePermission = onTarget(
  'release.pipeline.retry',
);

/** The permission of each act that `release.grants` names. */
export const permissionOfAct = {
  promote: releasePromotePermission,
  rollback: releaseRollbackPermission,
  approve: releaseApprovePermission,
  'lift-hold': releaseLiftHoldPermission,
  quarantine: releaseQuarantinePermission,
  waive: releaseWaivePermission,
  'retry-pipeline': releaseRetryPipelinePermission,
} as const;

export const releasePermissions = [
  releaseReadPermission,
  releaseAuditReadPermission,
  ...Object.values(permissionOfAct),
];
