import { createPermission } from '@backstage/plugin-permission-common';

/**
 * Allows to read pipelines, quality gates and images of one entity. It is
 * about catalog entities, so that a policy may answer it with the catalog's
 * own conditions (`isEntityOwner` …). The entity itself is read with the
 * caller's credentials besides.
 */
export const deliveryReadPermission = createPermission({
  name: 'delivery.read',
  attributes: { action: 'read' },
  resourceType: 'catalog-entity',
});

/** All permissions of the delivery plugin. */
export const deliveryPermissions = [deliveryReadPermission];
