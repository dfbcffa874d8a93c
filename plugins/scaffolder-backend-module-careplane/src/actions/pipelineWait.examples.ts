import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description: 'Wait for an execution',
    example: stringify({
      steps: [
        {
          action: 'careplane:pipeline:wait',
          name: 'Wait for an execution',
          input: {
            name: 'visit-api',
            executionId: '0ccf9be4-6c2a-4f9c-9d29-1f0b3e0c2f11',
          },
        },
      ],
    }),
  },
];
