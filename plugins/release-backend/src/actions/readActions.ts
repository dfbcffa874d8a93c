import type { ActionOptions } from './index';
import { entityRefOf, plain } from './values';

const READ = { readOnly: true, destructive: false, idempotent: true };

/** `list-releases`, `get-rollout` and `query-audit`. */
export function createReadActions({
  actionsRegistry,
  service,
}: ActionOptions): void {
  actionsRegistry.register({
    name: 'list-releases',
    title: 'List releases',
    description:
      'Lists the published releases of a component with the stages that they run and ran on, and what runs on each stage with its state of knowledge. Use it to find the releaseId to promote or the revisionId to roll back to. A state other than `ok` means that the facts are not current.',
    attributes: READ,
    schema: {
      input: z => z.object({ entityRef: z.string() }),
      output: z =>
        z.object({
          entityRef: z.string(),
          targets: z.array(z.record(z.unknown())),
          releases: z.array(z.record(z.unknown())),
          releasesState: z.string(),
        }),
    },
    action: async ({ input, credentials }) => {
      const found = await service.reads.entityReleases(
        entityRefOf(input.entityRef),
        { credentials },
      );
      const { entityRef, targets, releases, releasesState } = found;
      return { output: plain({ entityRef, targets, releases, releasesState }) };
    },
  });

  actionsRegistry.register({
    name: 'get-rollout',
    title: 'Get rollout',
    description:
      'Returns one rollout with its gates, steps, AWS writes, approvals and evidence.',
    attributes: READ,
    schema: {
      input: z => z.object({ id: z.string() }),
      output: z => z.object({ rollout: z.record(z.unknown()) }),
    },
    action: async ({ input, credentials }) => ({
      output: plain({
        rollout: await service.reads.rollout(input.id, { credentials }),
      }),
    }),
  });

  actionsRegistry.register({
    name: 'query-audit',
    title: 'Query audit',
    description:
      'Answers who changed what, when, from what to what, with which AWS request and outcome: evidence records, newest first, with the verdict on the hash chain. Times are ISO 8601 in UTC.',
    attributes: READ,
    schema: {
      input: z =>
        z.object({
          stage: z.string().optional(),
          entityRef: z.string().optional(),
          actor: z.string().optional(),
          kind: z.string().optional(),
          rolloutId: z.string().optional(),
          from: z.string().optional(),
          to: z.string().optional(),
          changes: z.boolean().optional(),
          limit: z.number().int().min(1).max(200).optional(),
          before: z.number().int().optional(),
        }),
      output: z =>
        z.object({
          records: z.array(z.record(z.unknown())),
          next: z.number().optional(),
          chain: z.record(z.unknown()),
        }),
    },
    action: async ({ input, credentials }) => ({
      output: plain(await service.reads.audit(input, { credentials })),
    }),
  });
}
