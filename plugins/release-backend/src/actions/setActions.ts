import type { ActionOptions } from './index';
import { entityRefOf, plain } from './values';

/** `plan-release-set` and `get-release-set`. */
export function createSetActions({
  actionsRegistry,
  sets,
}: ActionOptions): void {
  actionsRegistry.register({
    name: 'plan-release-set',
    title: 'Plan release set',
    description:
      'Asks for several components to be promoted, or rolled back, on one stage in a declared order: members with a smaller number go first, and nothing after a failed one is moved. Nothing happens until the same person confirms the set in the browser. Repeating the call with the same idempotencyKey gives the same set.',
    attributes: { readOnly: false, destructive: true, idempotent: true },
    schema: {
      input: z =>
        z.object({
          stage: z.string().max(63),
          kind: z.enum(['promote', 'rollback']),
          members: z
            .array(
              z.object({
                entityRef: z.string().max(512),
                order: z.number().int().min(0).max(99),
                releaseId: z.string().max(64).optional(),
                revisionId: z.string().max(512).optional(),
              }),
            )
            .min(1)
            .max(30),
          reason: z.string().max(1000).optional(),
          idempotencyKey: z.string().min(1).max(200),
        }),
      output: z => z.object({ setId: z.string(), state: z.string() }),
    },
    action: async ({ input, credentials }) => {
      const { id, state } = await sets.start(
        {
          ...input,
          members: input.members.map(member => ({
            ...member,
            entityRef: entityRefOf(member.entityRef),
          })),
        },
        { credentials, via: 'program' },
      );
      return { output: { setId: id, state } };
    },
  });

  actionsRegistry.register({
    name: 'get-release-set',
    title: 'Get release set',
    description:
      'Says where a release set stands: its state, and each member with its rollout.',
    attributes: { readOnly: true, destructive: false, idempotent: true },
    schema: {
      input: z => z.object({ setId: z.string().max(36) }),
      output: z => z.object({ set: z.record(z.unknown()) }),
    },
    action: async ({ input, credentials }) => ({
      output: plain({ set: await sets.get(input.setId, { credentials }) }),
    }),
  });
}
