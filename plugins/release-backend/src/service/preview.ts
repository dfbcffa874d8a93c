import type {
  Revision,
  RolloutPreview,
} from '@careplane/backstage-plugin-release-common';
import { shortRevision } from '@careplane/backstage-plugin-release-common';
import type { Plan, PlanRequest } from './Planner';
import { codeDeployOf, promoteSteps } from './promoteSteps';
import { ALL_AT_ONCE, defaultCanary, strategiesFor } from './strategies';
import { hashOfArtifact } from './Views';

const nameOf = (revision: Revision) =>
  revision.version ?? shortRevision(revision.id);

/** CodeDeploy moves a service that it deploys; an alias is always moved back. */
const returnStep = ({ target, status }: Plan): string => {
  if (target.kind === 'lambda-alias') {
    return 'One UpdateAlias returns all traffic';
  }
  return status.deploymentGroup
    ? 'One deployment of CodeDeploy returns to the task definition, at once'
    : 'One UpdateService returns to the task definition';
};

/** The plan in words. */
export function previewOf(
  request: PlanRequest,
  plan: Plan,
  titleOf: (stage: string) => string,
): RolloutPreview {
  const { target, release, returnTo, from } = plan;
  const stage = target.stage.title;
  const to = release?.version ?? (returnTo && nameOf(returnTo)) ?? '';
  const strategies = strategiesFor(target, plan.firstDeployment).map(one =>
    one.type === 'custom' && plan.status.deploymentGroup
      ? {
          ...one,
          allowed: false,
          reason: 'CodeDeploy shifts in one canary step, or in equal steps.',
        }
      : one,
  );
  const canary = strategies.some(one => one.type === 'canary' && one.allowed);
  const isLambda = target.kind === 'lambda-alias';
  const changes = [
    from
      ? `Users of ${stage} move from ${nameOf(from)} to ${to}.`
      : `${stage} gets its first release, ${to}.`,
  ];
  if (returnTo && request.quarantine && from?.releaseId) {
    changes.push(`${nameOf(from)} is quarantined: nobody may promote it.`);
  }
  return {
    entityRef: request.entityRef,
    stage: request.stage,
    kind: request.kind,
    from,
    to: release
      ? {
          releaseId: release.id,
          version: release.version,
          contentHash: hashOfArtifact(release),
        }
      : returnTo ?? { releaseId: '', version: '', contentHash: '' },
    changes,
    staysBehind: returnTo
      ? [
          'Only code moves back. Tables, queues, permissions and other infrastructure stay as they are.',
          'The database schema stays as it is.',
        ]
      : [],
    differences: plan.differences,
    gates: plan.gates,
    steps: release
      ? promoteSteps(plan, isLambda, titleOf)
      : [
          { title: returnStep(plan) },
          { title: 'Read back and verified' },
          { title: `${stage} is held until somebody lifts the hold` },
          { title: 'The stack is settled' },
        ],
    strategies,
    codeDeploy: release && codeDeployOf(plan),
    defaultStrategy:
      release && canary && target.stage.approvals > 0
        ? defaultCanary(plan.status.deploymentGroup !== undefined)
        : ALL_AT_ONCE,
    approvalsNeeded: plan.approvalsNeeded,
    blockers: plan.blockers.filter(Boolean),
    warnings: plan.warnings,
    freeze: plan.freeze,
  };
}
