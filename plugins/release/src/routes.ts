import {
  createRouteRef,
  createSubRouteRef,
} from '@backstage/frontend-plugin-api';

/** The board of all services by stage. */
export const rootRouteRef = createRouteRef();

/** One rollout. */
export const rolloutRouteRef = createSubRouteRef({
  parent: rootRouteRef,
  path: '/rollouts/:id',
});

/** The audit page. */
export const auditRouteRef = createRouteRef();

/** The Releases tab of a service. */
export const entityContentRouteRef = createRouteRef();
