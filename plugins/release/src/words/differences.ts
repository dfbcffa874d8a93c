/** Words of what a promote changes beside the artifact. */
export const differences = {
  differs: {
    code: 'Code and configuration',
    codeBack: {
      lambda: 'A rollback brings all of this back in seconds.',
      service: 'A rollback brings all of this back in one ECS deployment.',
    },
    onlyCode: 'Only the code differs.',
    untold: 'The change set will tell: {{fields}}.',
    infrastructure: 'Infrastructure',
    infrastructureStays:
      'A rollback leaves this as it is: it moves code and configuration only.',
    noInfrastructure: 'No other resource of the stack differs.',
    byTemplates:
      'As the templates of both releases say. The change set that is made next is what is approved.',
    noStack: {
      copy: 'No stack is changed: the artifact is copied, and published with the configuration that the target has.',
      version:
        'No stack is changed: the alias moves to a version that is there already, with the configuration that this version has.',
    },
    none: 'none',
    fromTo: '{{from}} → {{to}}',
    added: 'new: {{names}}',
    removed: 'gone: {{names}}',
    field: {
      environment: 'Environment variables',
      secrets: 'Secrets',
      role: 'Role',
      executionRole: 'Execution role',
      runtime: 'Runtime',
      architecture: 'Architecture',
      cpu: 'CPU',
      memory: 'Memory',
      timeout: 'Timeout',
      layers: 'Layers',
      network: 'Network',
      deadLetterQueue: 'Dead-letter queue',
      containers: 'Containers',
      ports: 'Ports',
      logDriver: 'Log driver',
    },
    versionKept:
      'out of the template only: the version stays in Lambda where the template retains it, as Careplane’s templates do',
    action: { Add: 'Added', Modify: 'Changed', Remove: 'Removed' },
  },
} as const;
