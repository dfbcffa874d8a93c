import {
  catalogEntityCreatePermission,
  catalogEntityDeletePermission,
  catalogEntityRefreshPermission,
  catalogEntityValidatePermission,
  catalogLocationAnalyzePermission,
  catalogLocationCreatePermission,
  catalogLocationDeletePermission,
} from '@backstage/plugin-catalog-common/alpha';
import type { Permission } from '@backstage/plugin-permission-common';
import {
  actionExecutePermission,
  taskCancelPermission,
  taskCreatePermission,
  templateDryRunPermission,
} from '@backstage/plugin-scaffolder-common/alpha';
import {
  releaseAuditReadPermission,
  releasePermissions,
} from '@careplane/backstage-plugin-release-common';

/**
 * Who a permission is given to.
 *
 * - `signed-in`: every person
 * - `creators`, `stewards`, `auditors`: members of the groups that config names
 * - `grants`: every person, because the plugin that owns the permission checks
 *   `release.grants` for the stage at each act; without a grant it denies
 */
export type Audience =
  | 'signed-in'
  | 'creators'
  | 'stewards'
  | 'auditors'
  | 'grants';

/**
 * The writes that are allowed, and to whom. What is not listed is denied; every
 * other permission with action `read` is `signed-in`. The README shows this table.
 */
export const WRITE_RULES: ReadonlyMap<string, Audience> = new Map<
  string,
  Audience
>([
  ...releasePermissions
    .filter(permission => permission.attributes.action !== 'read')
    .map(permission => [permission.name, 'grants'] as const),
  [releaseAuditReadPermission.name, 'auditors'],
  [catalogEntityRefreshPermission.name, 'signed-in'],
  [catalogEntityValidatePermission.name, 'signed-in'],
  [catalogLocationAnalyzePermission.name, 'signed-in'],
  [catalogEntityCreatePermission.name, 'creators'],
  [catalogEntityDeletePermission.name, 'stewards'],
  // A location may say anything of any component, its targets included. The
  // templates need none: the catalog finds their repositories by itself.
  [catalogLocationCreatePermission.name, 'stewards'],
  [catalogLocationDeletePermission.name, 'stewards'],
  [templateDryRunPermission.name, 'signed-in'],
  [taskCreatePermission.name, 'creators'],
  [taskCancelPermission.name, 'creators'],
  [actionExecutePermission.name, 'creators'],
]);

/** Whom a permission is for; undefined where nobody has it. */
export function audienceOf(permission: Permission): Audience | undefined {
  const rule = WRITE_RULES.get(permission.name);
  if (rule) return rule;
  return permission.attributes.action === 'read' ? 'signed-in' : undefined;
}
