import type { RolloutPreview } from '@careplane/backstage-plugin-release-common';
import {
  formatWeight,
  PREDEFINED_CONFIGS,
  strategyOfConfig,
} from '@careplane/backstage-plugin-release-common';
import type { Plan } from './Planner';

/** What a deployment group can do, in the words of its configurations. */
export function codeDeployOf({ status }: Plan): RolloutPreview['codeDeploy'] {
  // A service deploys by the configuration of its group, and of no other.
  return status.deploymentGroup && status.kind === 'lambda-alias'
    ? {
        group: status.deploymentGroup,
        configs: PREDEFINED_CONFIGS.map(config => ({
          name: config.name,
          strategy: strategyOfConfig(config),
        })),
      }
    : undefined;
}

/** A promote in steps, as the preview shows them. */
export function promoteSteps(plan: Plan, isLambda: boolean) {
  const steps = plan.strategy.steps;
  const delegated = Boolean(plan.status.deploymentGroup && steps.length);
  const shifts = steps.map((step, index) => ({
    title: `${formatWeight(step.weight)} of traffic`,
    detail: `bakes for ${step.bakeSeconds} s${
      delegated && index === 0 ? '; CodeDeploy shifts' : ''
    }`,
  }));
  const { approvalsNeeded } = plan;
  return [
    { title: 'Gates are checked, and a change set is made' },
    ...(approvalsNeeded
      ? [{ title: `${approvalsNeeded} approval by somebody else` }]
      : []),
    {
      title: 'The stack publishes the release',
      detail: plan.firstDeployment ? undefined : 'traffic does not move',
    },
    ...shifts,
    ...(plan.firstDeployment
      ? []
      : [
          {
            title: lastShift(plan, isLambda, delegated),
          },
        ]),
    { title: 'Read back and verified' },
    { title: 'The stack is settled' },
  ];
}

function lastShift(
  { status }: Plan,
  isLambda: boolean,
  delegated: boolean,
): string {
  if (!isLambda) {
    return status.deploymentGroup
      ? 'CodeDeploy replaces the tasks, blue/green, by its deployment group'
      : 'ECS replaces the tasks';
  }
  return delegated
    ? 'CodeDeploy moves all traffic'
    : 'All traffic in one UpdateAlias';
}
