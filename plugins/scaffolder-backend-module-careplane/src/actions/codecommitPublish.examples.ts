import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description: 'Create a repository with what was rendered into `service`',
    example: stringify({
      steps: [
        {
          action: 'careplane:codecommit:publish',
          name: 'Create a repository with what was rendered into `service`',
          input: {
            name: 'visit-api',
            description: 'Opens and closes video visits',
            owner: 'group:default/virtual-care',
            sourcePath: 'service',
          },
        },
      ],
    }),
  },
];
