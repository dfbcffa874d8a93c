import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description: 'Wait until the catalog has read the repository',
    example: stringify({
      steps: [
        {
          action: 'careplane:catalog:register',
          name: 'Wait until the catalog has read the repository',
          input: {
            name: 'visit-api',
          },
        },
      ],
    }),
  },
];
