import * as sdk from '@aws-sdk/client-codedeploy';
import { defineService } from '../../core';
import { configOperations } from './configs';
import { deploymentOperations } from './deployments';
import { groupOperations } from './groups';
import { Runner } from './Runner';
import { targetOperations } from './targets';

/** CodeDeploy for Lambda and ECS; its deployments move aliases and task sets for real. */
export default defineService({
  id: 'codedeploy',
  sdk,
  operations: {
    ...groupOperations,
    ...configOperations,
    ...deploymentOperations,
    ...targetOperations,
  },
  trail: { parameters: ['description', 'autoRollbackEnabled'] },
  setup: sandbox => Runner.of(sandbox).begin(),
});
