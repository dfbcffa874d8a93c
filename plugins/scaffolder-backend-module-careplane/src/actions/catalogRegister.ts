import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import type { EventsService } from '@backstage/plugin-events-node';
import { Patience, until } from '../aws/wait';
import { examples } from './catalogRegister.examples';

/** Asks the catalog's CodeCommit provider to look at one repository now. */
export const REFRESH_TOPIC = 'careplane.catalog.refresh';

/** The event is sent again while nothing happens: the provider may have been busy. */
const REMIND_EVERY = 10;

/**
 * `careplane:catalog:register`: waits until the catalog holds the service. The
 * catalog module finds repositories tagged `careplane:service` by itself; this
 * asks it to do so now. There is no location to remove later.
 */
export function createCatalogRegisterAction(
  dependencies: { catalog: CatalogService; events: EventsService },
  patience: Patience = { intervalMs: 1_000, timeoutMs: 3 * 60_000 },
) {
  return createTemplateAction({
    id: 'careplane:catalog:register',
    description: 'Makes the catalog read the new repository and waits for it',
    examples,
    supportsDryRun: true,
    schema: {
      input: { name: z => z.string().describe('Name of the service') },
      output: { entityRef: z => z.string() },
    },
    async handler(ctx) {
      const { name } = ctx.input;
      const entityRef = `component:default/${name}`;
      ctx.output('entityRef', entityRef);
      if (ctx.isDryRun) {
        ctx.logger.info(`Would wait for ${entityRef}`);
        return;
      }
      const credentials = await ctx.getInitiatorCredentials();
      let looks = 0;
      await until(
        `Reading ${entityRef} into the catalog`,
        patience,
        ctx.signal,
        async () => {
          const entity = await dependencies.catalog.getEntityByRef(entityRef, {
            credentials,
          });
          if (entity) return entity;
          if (looks % REMIND_EVERY === 0) {
            await dependencies.events.publish({
              topic: REFRESH_TOPIC,
              eventPayload: { repository: name },
            });
          }
          looks += 1;
          return undefined;
        },
      );
      ctx.logger.info(`${entityRef} is in the catalog`);
    },
  });
}
