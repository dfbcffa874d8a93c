import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

export const examples: TemplateExample[] = [
  {
    description: 'Create the stack of a pipeline',
    example: stringify({
      steps: [
        {
          action: 'careplane:cloudformation:deploy',
          name: 'Create the stack of a pipeline',
          input: {
            stackName: 'pipeline-visit-api',
            templatePath: 'service/pipeline.yaml',
            service: 'visit-api',
            parameters: { ArtifactBucket: 'careplane-artifacts-111111111111' },
          },
        },
      ],
    }),
  },
];
