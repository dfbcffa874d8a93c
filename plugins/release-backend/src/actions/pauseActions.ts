import { ConflictError } from '@backstage/errors';
import type { ActionOptions } from './index';
import { plain } from './values';

/**
 * `plan-pause-answer`: what an answer to a paused deployment would do. A person
 * gives it in the browser; a program only plans.
 */
export function createPauseActions({
  actionsRegistry,
  service,
}: ActionOptions): void {
  actionsRegistry.register({
    name: 'plan-pause-answer',
    title: 'Plan the answer to a paused deployment',
    description:
      'Says what would happen if the deployment of a rollout that waits in AWS (a PAUSE hook of ECS, or CodeDeploy before it reroutes traffic) were continued or sent back, whether the caller may do that, and by when AWS acts by itself. Sends nothing: a person answers on the page of the rollout that `answerAt` names.',
    attributes: { readOnly: true, destructive: false, idempotent: true },
    schema: {
      input: z =>
        z.object({
          rolloutId: z.string().max(64),
          answer: z.enum(['continue', 'send-back']),
        }),
      output: z => z.object({ plan: z.record(z.unknown()) }),
    },
    action: async ({ input, credentials }) => {
      const { rolloutId, answer } = input;
      const rollout = await service.reads.rollout(rolloutId, { credentials });
      const { pause, stage, to, from, acts, headline } = rollout;
      if (!pause) {
        throw new ConflictError(
          `The deployment of this rollout waits for nobody. ${headline}.`,
        );
      }
      const name = (one?: { version?: string; id?: string }) =>
        one?.version ?? one?.id?.split('/').pop() ?? 'the earlier revision';
      return {
        output: plain({
          plan: {
            answer,
            pause,
            effect:
              answer === 'continue'
                ? `AWS goes on with the deployment of ${name(
                    to,
                  )} on ${stage}, if gates, freeze and alarms let it at that moment.`
                : `AWS returns ${stage} to ${name(from)}.`,
            ...acts[answer],
            answerAt: `/releases/rollouts/${rolloutId}`,
          },
        }),
      };
    },
  });
}
