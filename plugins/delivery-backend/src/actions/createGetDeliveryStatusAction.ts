import type { ActionsRegistryService } from '@backstage/backend-plugin-api/alpha';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import type { DeliveryService } from '../service/types';

/** Registers `delivery:get-delivery-status` for assistants and templates. */
export function createGetDeliveryStatusAction(options: {
  actionsRegistry: ActionsRegistryService;
  service: DeliveryService;
}): void {
  options.actionsRegistry.register({
    name: 'get-delivery-status',
    title: 'Get delivery status',
    description: `
Returns what is known of a catalog entity's CodePipeline pipelines, SonarQube
quality gates and ECR images. Use it to answer whether a service builds, what
failed, which conditions its quality gate fails, and which vulnerabilities its
images have.

Each of the three blocks has a state: \`ok\`, \`pending\`, \`stale\`, \`empty\`,
\`not-configured\`, \`denied\` or \`error\`, with \`asOf\` and a message. Only
\`ok\` and \`empty\` are current facts. A scan state other than \`complete\`
means that vulnerabilities are unknown, not that there are none.
`.trim(),
    attributes: { readOnly: true, destructive: false, idempotent: true },
    schema: {
      input: z =>
        z.object({
          entityRef: z
            .string()
            .describe(
              'Entity reference, for example component:default/claims-api',
            ),
        }),
      output: z => {
        const block = z.object({
          state: z.string(),
          asOf: z.string().optional(),
          message: z.string().optional(),
          missingAnnotations: z.array(z.string()).optional(),
          missingPermission: z.string().optional(),
          items: z.array(z.record(z.unknown())),
        });
        return z.object({
          entityRef: z.string(),
          pipelines: block,
          quality: block,
          images: block,
        });
      },
    },
    action: async ({ input, credentials }) => {
      const entityRef = stringifyEntityRef(
        parseEntityRef(input.entityRef, {
          defaultKind: 'component',
          defaultNamespace: 'default',
        }),
      );
      const delivery = await options.service.getEntityDelivery(entityRef, {
        credentials,
      });
      // The wire type has no index signature; JSON has.
      return { output: JSON.parse(JSON.stringify(delivery)) };
    },
  });
}
