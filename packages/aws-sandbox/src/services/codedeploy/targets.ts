import type * as sdk from '@aws-sdk/client-codedeploy';
import type { TaskSet } from '@aws-sdk/client-ecs';
import { AwsError, type CallContext, type Operations } from '../../core';
import { requireDeployment, stateOf } from './failures';
import type { DeploymentRecord } from './model';
import { Runner } from './Runner';
import { targetIdOf, toTarget } from './views';

async function targetOf(
  deployment: DeploymentRecord,
  { sandbox, account }: CallContext,
): Promise<sdk.DeploymentTarget> {
  if (!deployment.ecs) return toTarget(deployment);
  const { cluster, service } = deployment.ecs;
  const { taskSets } = await sandbox.call<{ taskSets: TaskSet[] }>(
    'ecs',
    'DescribeTaskSets',
    { cluster, service },
    { account },
  );
  return toTarget(deployment, taskSets);
}

/** What a deployment reaches, and the word of its hooks. */
export const targetOperations = {
  ListDeploymentTargets(input, context) {
    const deployment = requireDeployment(stateOf(context), input.deploymentId);
    return { targetIds: [targetIdOf(deployment)] };
  },

  async GetDeploymentTarget(input, context) {
    const deployment = requireDeployment(stateOf(context), input.deploymentId);
    if (input.targetId !== targetIdOf(deployment)) {
      throw new AwsError(
        'DeploymentTargetDoesNotExistException',
        `The target ${input.targetId} does not exist in deployment ${deployment.id}`,
      );
    }
    return { deploymentTarget: await targetOf(deployment, context) };
  },

  async BatchGetDeploymentTargets(input, context) {
    const deployment = requireDeployment(stateOf(context), input.deploymentId);
    for (const id of input.targetIds ?? []) {
      if (id !== targetIdOf(deployment)) {
        throw new AwsError(
          'DeploymentTargetDoesNotExistException',
          `The target ${id} does not exist in deployment ${deployment.id}`,
        );
      }
    }
    return { deploymentTargets: [await targetOf(deployment, context)] };
  },

  async PutLifecycleEventHookExecutionStatus(input, context) {
    const state = stateOf(context);
    const { id } = requireDeployment(state, input.deploymentId);
    const executionId = input.lifecycleEventHookExecutionId;
    const { status } = input;
    if (status !== 'Succeeded' && status !== 'Failed') {
      throw new AwsError(
        'InvalidLifecycleEventHookExecutionStatusException',
        'The status of a hook is Succeeded or Failed',
      );
    }
    const runner = Runner.of(context.sandbox);
    await runner.inTurn(id, async () => {
      const deployment = requireDeployment(state, id);
      const event = deployment.events.find(
        one => executionId && one.executionId === executionId,
      );
      if (!event) {
        throw new AwsError(
          'InvalidLifecycleEventHookExecutionIdException',
          'The hook execution ID is not known',
        );
      }
      if (event.status !== 'InProgress') {
        throw new AwsError(
          'LifecycleEventAlreadyCompletedException',
          `${event.name} is over already`,
        );
      }
      const end = context.sandbox.clock.now().toISOString();
      state.put({
        ...deployment,
        events: deployment.events.map(one =>
          one === event ? { ...one, status, end } : one,
        ),
      });
      runner.wake(deployment, 0);
    });
    return { lifecycleEventHookExecutionId: executionId };
  },
} satisfies Operations<typeof sdk>;
