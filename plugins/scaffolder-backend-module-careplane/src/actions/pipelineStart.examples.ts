import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description: 'Start the first execution',
    example: stringify({
      steps: [
        {
          action: 'careplane:pipeline:start',
          name: 'Start the first execution',
          input: {
            name: 'visit-api',
          },
        },
      ],
    }),
  },
];
