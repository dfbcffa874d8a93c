import { createPermissionRule } from '@backstage/plugin-permission-node';
import { releaseTargetResourceRef } from '@careplane/backstage-plugin-release-node';
import { z } from 'zod/v4';

/** Allows on the named stages only; for policies. */
export const onStage = createPermissionRule({
  name: 'ON_STAGE',
  description: 'The target is on one of the stages',
  resourceRef: releaseTargetResourceRef,
  paramsSchema: z.object({
    stages: z.array(z.string()).describe('Names of stages'),
  }),
  apply: (target, { stages }) => stages.includes(target.stage),
  toQuery: ({ stages }) => ({ stages }),
});
