import { makeFieldSchema } from '@backstage/plugin-scaffolder-react';

/** Options: `template`, the name of the template that will be rendered. */
export const ServiceNameSchema = makeFieldSchema({
  output: z => z.string(),
  uiOptions: z =>
    z.object({
      template: z
        .string()
        .optional()
        .describe('lambda-api or fargate-service: decides what is looked up'),
    }),
});

export type ServiceNameProps = typeof ServiceNameSchema.TProps;

/** A full ref of a group, such as `group:default/virtual-care`. */
export const TeamSchema = makeFieldSchema({ output: z => z.string() });

export type TeamProps = typeof TeamSchema.TProps;
