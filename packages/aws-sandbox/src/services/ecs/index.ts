import * as sdk from '@aws-sdk/client-ecs';
import { defineService } from '../../core';
import { deploymentOperations } from './deploymentOperations';
import { clusterOperations } from './operations';
import { startRuntime } from './runtime';
import { serviceOperations } from './serviceOperations';
import { taskSetOperations } from './taskSets';

/**
 * ECS: a task is its image's Node command as a child process on a loopback
 * port; what cannot run here is shown as "not run: no <runtime>".
 */
export default defineService({
  id: 'ecs',
  sdk,
  operations: {
    ...clusterOperations,
    ...serviceOperations,
    ...deploymentOperations,
    ...taskSetOperations,
  },
  trail: { parameters: ['desiredCount', 'forceNewDeployment'] },
  setup: startRuntime,
});
