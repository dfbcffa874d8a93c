import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description: 'Look up accounts and stages',
    example: stringify({
      steps: [
        {
          action: 'careplane:context',
          name: 'Look up accounts and stages',
          input: {
            name: 'visit-api',
            dataClass: 'phi',
          },
        },
      ],
    }),
  },
];
