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
export function promoteSteps(
  plan: Plan,
  isLambda: boolean,
  titleOf: (stage: string) => string,
) {
  const steps = plan.strategy.steps;
  const delegated = Boolean(plan.status.deploymentGroup && steps.length);
  const shifts = steps.map((step, index) => ({
    title: `${formatWeight(step.weight)} of traffic`,
    detail: `bakes for ${step.bakeSeconds} s${
      delegated && index === 0 ? '; CodeDeploy shifts' : ''
    }`,
  }));
  const { approvalsNeeded, publish } = plan;
  return [
    {
      title: publish
        ? 'Gates are checked, and what is published is planned'
        : 'Gates are checked, and a change set is made',
    },
    ...(approvalsNeeded
      ? [{ title: `${approvalsNeeded} approval by somebody else` }]
      : []),
    ...publishSteps(plan, isLambda, titleOf),
    ...shifts,
    ...(plan.firstDeployment
      ? []
      : [
          {
            title: lastShift(plan, isLambda, delegated),
          },
        ]),
    { title: 'Read back and verified' },
    ...(publish?.mode === 'copy' ? [] : [{ title: 'The stack is settled' }]),
  ];
}

/** How the release comes to the target, before any traffic moves. */
function publishSteps(
  { publish, firstDeployment }: Plan,
  isLambda: boolean,
  titleOf: (stage: string) => string,
): { title: string; detail?: string }[] {
  const detail = 'traffic does not move';
  if (!publish) {
    return [
      {
        title: 'The stack publishes the release',
        detail: firstDeployment ? undefined : detail,
      },
    ];
  }
  const from =
    publish.published || !publish.from
      ? 'the artifact bucket'
      : titleOf(publish.from.stage);
  if (publish.mode === 'version') return [];
  return isLambda
    ? [
        { title: `The code is copied from ${from}, by its hash`, detail },
        { title: 'A version is published of it', detail },
      ]
    : [
        {
          title: `A task definition like the one that runs is registered, with the image of ${from} by digest`,
          detail,
        },
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
