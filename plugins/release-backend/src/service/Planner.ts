import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import type {
  GateResult,
  Release,
  Revision,
  RolloutPreview,
  RolloutRequest,
  Stage,
  Strategy,
  TargetStatus,
} from '@careplane/backstage-plugin-release-common';
import {
  formatWeight,
  isTerminal,
  personName,
  shortRevision,
} from '@careplane/backstage-plugin-release-common';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import { ReleaseComponent, targetOn } from '../components';
import type { RolloutRecord } from '../engine/model';
import type { GateCollector } from '../gates/GateCollector';
import type { Stores } from '../store';
import {
  ALL_AT_ONCE,
  checkStrategy,
  DEFAULT_CANARY,
  strategiesFor,
} from './strategies';
import { hashOfArtifact, Views } from './Views';

export type PlanRequest = Omit<RolloutRequest, 'idempotencyKey' | 'reason'>;

/** A request with everything that is known about it. */
export interface Plan {
  target: TargetRef;
  status: TargetStatus;
  from?: Revision;
  release?: Release;
  returnTo?: Revision;
  strategy: Strategy;
  gates: GateResult[];
  active?: RolloutRecord;
  firstDeployment: boolean;
  approvalsNeeded: number;
  blockers: string[];
  warnings: string[];
}

const nameOf = (revision: Revision) =>
  revision.version ?? shortRevision(revision.id);

/** Plans a rollout from recorded facts. Changes nothing, calls no AWS. */
export class Planner {
  readonly #views: Views;
  readonly #stores: Stores;
  readonly #gates: GateCollector;
  readonly #stages: Stage[];

  constructor(options: {
    views: Views;
    stores: Stores;
    gates: GateCollector;
    stages: Stage[];
  }) {
    this.#views = options.views;
    this.#stores = options.stores;
    this.#gates = options.gates;
    this.#stages = options.stages;
  }

  async plan(
    component: ReleaseComponent,
    request: PlanRequest,
    credentials?: BackstageCredentials,
  ): Promise<Plan> {
    const target = targetOn(component, request.stage);
    const view = await this.#views.component(component);
    const block = view.blocks.find(one => one.target.arn === target.arn);
    if (!block) throw new InputError('The target is not known.');
    const status = block.target;
    const plan: Plan = {
      target,
      status,
      from: status.current,
      strategy: ALL_AT_ONCE,
      gates: [],
      active: await this.#stores.rollouts.activeOn(target.arn),
      firstDeployment: status.health === 'not-deployed',
      approvalsNeeded: 0,
      blockers: [],
      warnings: [],
    };
    if (status.owner === 'stack') {
      plan.blockers.push(
        'Another stack or tool owns this target; Careplane only reads it.',
      );
    }
    return request.kind === 'promote'
      ? this.#promote(component, request, plan, view.releases, credentials)
      : this.#rollback(request, plan);
  }

  async #promote(
    component: ReleaseComponent,
    request: PlanRequest,
    plan: Plan,
    releases: Release[],
    credentials?: BackstageCredentials,
  ): Promise<Plan> {
    const release = releases.find(one => one.id === request.releaseId);
    if (!release) {
      throw new InputError(
        `No published release of ${component.name} has the id ${
          request.releaseId?.slice(0, 12) ?? '(none given)'
        }.`,
      );
    }
    const { target, status, blockers } = plan;
    if (status.health === 'unknown') {
      blockers.push('What runs here is not known yet. Refresh, and try again.');
    }
    const strategies = strategiesFor(target, plan.firstDeployment);
    const strategy = request.strategy
      ? checkStrategy(request.strategy)
      : ALL_AT_ONCE;
    const support = strategies.find(one => one.type === strategy.type);
    if (support && !support.allowed) blockers.push(support.reason ?? '');
    if (this.#stages[0]?.name === target.stage.name) {
      blockers.push(
        `The pipeline deploys ${target.stage.title}: push a commit, or retry the pipeline.`,
      );
    }
    if (plan.active) {
      blockers.push(
        `Another rollout is active on ${target.stage.title} (${personName(
          plan.active.requestedBy,
        )}).`,
      );
    }
    if (status.current?.releaseId === release.id) {
      blockers.push(
        `${release.version} runs on ${target.stage.title} already.`,
      );
    }
    const running = releases.find(one => one.id === status.current?.releaseId);
    if (running && Date.parse(release.builtAt) < Date.parse(running.builtAt)) {
      plan.warnings.push(
        `This is older than what runs (${running.version}). To go back, use Roll back.`,
      );
    }
    const gates = await this.#gates.collect(
      component.entityRef,
      target,
      release,
      credentials,
    );
    for (const gate of gates) {
      if (gate.state !== 'pass' && gate.state !== 'waived') {
        blockers.push(`${gate.title}: ${gate.summary}`);
      }
    }
    return {
      ...plan,
      release,
      strategy,
      gates,
      approvalsNeeded: target.stage.approvals,
    };
  }

  #rollback(request: PlanRequest, plan: Plan): Plan {
    const { status, active } = plan;
    const known = [
      ...status.rollbackOptions.map(option => option.revision),
      ...status.history.map(entry => entry.revision),
      ...(active?.from ? [active.from] : []),
      ...(active && status.current ? [status.current] : []),
    ];
    const returnTo = known.find(one => one.id === request.revisionId);
    if (!returnTo) {
      throw new InputError(
        `'${request.revisionId ?? ''}' has not run on ${
          plan.target.stage.name
        }, so it cannot be rolled back to.`,
      );
    }
    const option = status.rollbackOptions.find(
      one => one.revision.id === returnTo.id,
    );
    if (option?.ready === 'not-ready') {
      plan.warnings.push(
        ...option.checks
          .filter(check => check.state === 'fail')
          .map(check => check.summary),
      );
    }
    if (option?.ready === 'unknown') {
      plan.warnings.push('Whether this revision can still run is not known.');
    }
    const live = status.current?.id === returnTo.id && !status.candidate;
    if (live && !active) {
      plan.blockers.push('This revision receives all traffic already.');
    }
    if (active && !isTerminal(active.state)) {
      plan.warnings.push('The rollout that is active here is turned back.');
    }
    return { ...plan, returnTo };
  }

  /** The plan in words. */
  preview(request: PlanRequest, plan: Plan): RolloutPreview {
    const { target, release, returnTo, from } = plan;
    const stage = target.stage.title;
    const to = release?.version ?? (returnTo && nameOf(returnTo)) ?? '';
    const strategies = strategiesFor(target, plan.firstDeployment);
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
      gates: plan.gates,
      steps: release
        ? promoteSteps(plan, isLambda)
        : [
            {
              title: isLambda
                ? 'One UpdateAlias returns all traffic'
                : 'One UpdateService returns to the task definition',
            },
            { title: 'Read back and verified' },
            { title: `${stage} is held until somebody lifts the hold` },
            { title: 'The stack is settled' },
          ],
      strategies,
      defaultStrategy:
        release && canary && target.stage.approvals > 0
          ? DEFAULT_CANARY
          : ALL_AT_ONCE,
      approvalsNeeded: plan.approvalsNeeded,
      blockers: plan.blockers.filter(Boolean),
      warnings: plan.warnings,
    };
  }
}

function promoteSteps(plan: Plan, isLambda: boolean) {
  const shifts = plan.strategy.steps.map(step => ({
    title: `${formatWeight(step.weight)} of traffic`,
    detail: `bakes for ${step.bakeSeconds} s`,
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
            title: isLambda
              ? 'All traffic in one UpdateAlias'
              : 'ECS replaces the tasks',
          },
        ]),
    { title: 'Read back and verified' },
    { title: 'The stack is settled' },
  ];
}
