import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type { RolloutRequest } from '@careplane/backstage-plugin-release-common';
import type { ActionOptions } from './index';
import { entityRefOf, plain } from './values';

/** `preview-rollout`, `promote-release` and `roll-back`. */
export function createRolloutActions({
  actionsRegistry,
  auditor,
  service,
}: ActionOptions): void {
  actionsRegistry.register({
    name: 'preview-rollout',
    title: 'Preview rollout',
    description:
      'Says what a promote or a rollback would change, which gates pass, what blocks it and which steps follow. Changes nothing.',
    attributes: { readOnly: true, destructive: false, idempotent: true },
    schema: {
      input: z =>
        z.object({
          entityRef: z.string(),
          stage: z.string(),
          kind: z.enum(['promote', 'rollback']),
          releaseId: z.string().optional(),
          revisionId: z.string().optional(),
        }),
      output: z => z.object({ preview: z.record(z.unknown()) }),
    },
    action: async ({ input, credentials }) => ({
      output: plain({
        preview: await service.rollouts.preview(
          { ...input, entityRef: entityRefOf(input.entityRef) },
          { credentials, via: 'program' },
        ),
      }),
    }),
  });

  actionsRegistry.register({
    name: 'rehearse-rollback',
    title: 'Rehearse rollback',
    description:
      'Rehearses a rollback to a revision that ran on a stage: makes its readings and decisions, measures them, and makes no write. Says whether it would succeed, and what stands against it. The rehearsal is recorded as evidence.',
    attributes: { readOnly: false, destructive: false, idempotent: true },
    schema: {
      input: z =>
        z.object({
          entityRef: z.string().max(512),
          stage: z.string().max(63),
          revisionId: z.string().max(512),
        }),
      output: z => z.object({ drill: z.record(z.unknown()) }),
    },
    action: async ({ input, credentials }) => ({
      output: plain({
        drill: await service.drills.rehearse(
          { ...input, entityRef: entityRefOf(input.entityRef) },
          { credentials, via: 'program' },
        ),
      }),
    }),
  });

  async function start(
    request: RolloutRequest,
    credentials: BackstageCredentials,
  ) {
    const event = await auditor.createEvent({
      eventId: 'rollout-start',
      severityLevel: 'high',
      meta: {
        actionType: request.kind,
        entityRef: request.entityRef,
        stage: request.stage,
        via: 'program',
      },
    });
    try {
      const { id, state, headline } = await service.rollouts.start(request, {
        credentials,
        via: 'program',
      });
      await event.success({ meta: { rolloutId: id } });
      return { output: { rolloutId: id, state, headline } };
    } catch (thrown) {
      const error = toError(thrown);
      await event.fail({
        error: error instanceof Error ? error : new Error(error.message),
      });
      throw thrown;
    }
  }
  const waits =
    'Nothing happens until the same person confirms the rollout in the browser, on the component’s Releases tab.';

  actionsRegistry.register({
    name: 'promote-release',
    title: 'Promote release',
    description: `Asks for a release to be promoted to a stage. ${waits} Repeating the call with the same idempotencyKey gives the same rollout.`,
    attributes: { readOnly: false, destructive: true, idempotent: true },
    schema: {
      input: z =>
        z.object({
          entityRef: z.string().max(512),
          stage: z.string().max(63),
          releaseId: z.string().max(64),
          reason: z.string().max(1000).optional(),
          idempotencyKey: z.string().min(1).max(200),
        }),
      output: z =>
        z.object({
          rolloutId: z.string(),
          state: z.string(),
          headline: z.string(),
        }),
    },
    action: async ({ input, credentials }) =>
      start(
        {
          ...input,
          kind: 'promote',
          entityRef: entityRefOf(input.entityRef),
        },
        credentials,
      ),
  });

  actionsRegistry.register({
    name: 'roll-back',
    title: 'Roll back',
    description: `Asks for a target to be returned to a revision that ran there. ${waits} In an incident use the browser: two clicks, and nothing waits.`,
    attributes: { readOnly: false, destructive: true, idempotent: true },
    schema: {
      input: z =>
        z.object({
          entityRef: z.string().max(512),
          stage: z.string().max(63),
          revisionId: z.string().max(512),
          reason: z.string().max(1000).optional(),
          idempotencyKey: z.string().min(1).max(200),
        }),
      output: z =>
        z.object({
          rolloutId: z.string(),
          state: z.string(),
          headline: z.string(),
        }),
    },
    action: async ({ input, credentials }) =>
      start(
        {
          ...input,
          kind: 'rollback',
          entityRef: entityRefOf(input.entityRef),
        },
        credentials,
      ),
  });
}
