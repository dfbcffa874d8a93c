import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import type {
  FreezeWindow,
  GateResult,
  PromoteDifferences,
  Release,
  Revision,
  RolloutRequest,
  Stage,
  Strategy,
  TargetStatus,
} from '@careplane/backstage-plugin-release-common';
import {
  deploymentConfigOf,
  isTerminal,
  personName,
} from '@careplane/backstage-plugin-release-common';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import { ReleaseComponent, targetOn } from '../components';
import { iso, RolloutRecord } from '../engine/model';
import type { GateCollector } from '../gates/GateCollector';
import { Freeze, freezeAt } from '../gates/freezes';
import { Waiver, isWaivable, waiversOf, withWaivers } from '../gates/waivers';
import type { Clock, Stores } from '../store';
import {
  ALL_AT_ONCE,
  checkStrategy,
  guardWarning,
  strategiesFor,
} from './strategies';
import { databaseGate } from '../gates/databaseCrossing';
import { BEFORE_TRAFFIC } from './actsOf';
import { planOfPublishing } from './publishing';
import { refusalOf } from './rollbackOptions';
import type { ComponentView, Views } from './Views';

/** How a request came in: a program's waits for the person's confirmation. */
export type Via = 'browser' | 'program';

/** Who asks: the person is recorded with what is waived. */
export interface Asker {
  credentials?: BackstageCredentials;
  via: Via;
  person?: string;
}

export type PlanRequest = Omit<RolloutRequest, 'idempotencyKey' | 'reason'>;

/** A request with everything that is known about it. */
export interface Plan {
  target: TargetRef;
  status: TargetStatus;
  /** When the target was last read. */
  asOf?: string;
  from?: Revision;
  release?: Release;
  returnTo?: Revision;
  strategy: Strategy;
  gates: GateResult[];
  active?: RolloutRecord;
  firstDeployment: boolean;
  waivers?: Waiver[];
  freeze?: FreezeWindow;
  /** No stack publishes it. */
  publish?: RolloutRecord['publish'];
  differences?: PromoteDifferences;
  approvalsNeeded: number;
  blockers: string[];
  warnings: string[];
}

/** Whether users may be on what a promote brings. */
const mayHaveMoved = ({ kind, state }: RolloutRecord): boolean =>
  kind === 'promote' &&
  !BEFORE_TRAFFIC.includes(state) &&
  state !== 'EXTERNAL_CHANGE';

/** Plans a rollout from recorded facts. Changes nothing, calls no AWS. */
export class Planner {
  readonly #views: Views;
  readonly #stores: Stores;
  readonly #gates: GateCollector;
  readonly #stages: Stage[];
  readonly #clock: Clock;
  readonly #freezes: Freeze[];

  constructor(options: {
    views: Views;
    stores: Stores;
    gates: GateCollector;
    stages: Stage[];
    clock: Clock;
    freezes: Freeze[];
  }) {
    this.#views = options.views;
    this.#stores = options.stores;
    this.#gates = options.gates;
    this.#stages = options.stages;
    this.#clock = options.clock;
    this.#freezes = options.freezes;
  }

  async plan(
    component: ReleaseComponent,
    request: PlanRequest,
    by: Asker,
  ): Promise<Plan> {
    const target = targetOn(component, request.stage);
    const view = await this.#views.component(component);
    const block = view.blocks.find(one => one.target.arn === target.arn);
    if (!block) throw new InputError('The target is not known.');
    const status = block.target;
    const now = await this.#clock.now();
    const plan: Plan = {
      target: { ...target, deploymentGroup: status.deploymentGroup },
      status,
      asOf: block.asOf,
      from: status.current,
      strategy: ALL_AT_ONCE,
      gates: [],
      active: await this.#stores.rollouts.activeOn(target.arn),
      firstDeployment: status.health === 'not-deployed',
      approvalsNeeded: 0,
      blockers: [],
      warnings: [],
      freeze: freezeAt(this.#freezes, target.stage.name, now),
    };
    const owned = ownerSays(request.kind, status);
    plan.blockers.push(...owned.blockers);
    plan.warnings.push(...owned.warnings);
    if (status.stack?.holdsTarget === false) {
      const { name } = status.stack;
      const todo = 'Name the stack that does in careplane.dev/stack.';
      if (request.kind === 'promote') {
        plan.blockers.push(
          `Stack ${name} does not contain this target. ${todo}`,
        );
      } else {
        plan.warnings.push(
          `Stack ${name} does not contain this target: traffic moves, and no stack is settled. ${todo}`,
        );
      }
    }
    return request.kind === 'promote'
      ? this.#promote(component, request, plan, view, by)
      : this.#rollback(request, plan, view.releases, by);
  }

  async #promote(
    component: ReleaseComponent,
    request: PlanRequest,
    plan: Plan,
    { releases, blocks }: ComponentView,
    by: Asker,
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
    const { deploymentGroup } = status;
    if (status.health === 'unknown') {
      blockers.push('What runs here is not known yet. Refresh, and try again.');
    }
    const strategies = strategiesFor(target, plan.firstDeployment);
    const strategy = request.strategy
      ? checkStrategy(request.strategy)
      : ALL_AT_ONCE;
    const support = strategies.find(one => one.type === strategy.type);
    if (support && !support.allowed) blockers.push(support.reason ?? '');
    if (deploymentGroup && strategy.steps.length) {
      const config = deploymentConfigOf(strategy);
      if ('reason' in config) {
        blockers.push(
          `${config.reason} CodeDeploy shifts the traffic of this alias.`,
        );
      }
    }
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
      const older = `This is older than what runs (${running.version}). To go back, use Roll back.`;
      const wayBack = status.rollbackOptions.some(
        one =>
          one.revision.releaseId === release.id &&
          one.ready !== 'not-ready' &&
          !one.rolledAwayAt,
      );
      (wayBack ? blockers : plan.warnings).push(older);
    }
    if (strategy.steps.length && target.kind === 'lambda-alias') {
      // CodeDeploy goes back by itself.
      const guard = deploymentGroup ? { guarded: true } : status.canaryGuard;
      plan.warnings.push(...guardWarning(guard));
    }
    const publishing = await planOfPublishing({
      component,
      plan,
      release,
      blocks,
      stages: this.#stages,
      stores: this.#stores,
    });
    blockers.push(...publishing.blockers);
    plan.warnings.push(...publishing.warnings);
    const read = await this.#gates.collect(
      component.entityRef,
      target,
      release,
      { credentials: by.credentials, running },
    );
    const now = await this.#clock.now();
    const waivers = waiversOf(
      request.waivers ?? [],
      read,
      by.person ?? '',
      iso(now),
    );
    const gates = withWaivers(read, waivers);
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
      waivers: waivers.length ? waivers : undefined,
      publish: publishing.publish,
      differences: publishing.differences,
      approvalsNeeded: target.stage.approvals,
    };
  }

  async #rollback(
    request: PlanRequest,
    plan: Plan,
    releases: Release[],
    by: Asker,
  ): Promise<Plan> {
    const { via } = by;
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
          plan.target.stage.title
        }, so it cannot be rolled back to.`,
      );
    }
    const option = status.rollbackOptions.find(
      one => one.revision.id === returnTo.id,
    );
    // What is under way, or was done outside, is still undone.
    const undoes =
      active?.state === 'EXTERNAL_CHANGE' ||
      [active?.from, active && status.current, status.outsideChange?.from].some(
        one => one?.id === returnTo.id,
      );
    const refusal = undoes
      ? undefined
      : refusalOf(
          option,
          plan.target.stage,
          this.#stages[0]?.name === plan.target.stage.name,
        );
    if (refusal) plan.blockers.push(refusal);
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
    if (active && via === 'program') {
      plan.blockers.push(
        'A rollout is active on this target. Turn it back in the browser.',
      );
    } else if (active && !isTerminal(active.state)) {
      plan.warnings.push('The rollout that is active here is turned back.');
    }
    const named = (id?: string) => releases.find(one => one.id === id);
    const earlier = named(returnTo.releaseId);
    const canary = active && mayHaveMoved(active) ? active : undefined;
    const gate =
      databaseGate(named(status.current?.releaseId), earlier) ??
      databaseGate(canary?.release, earlier);
    if (!gate) return { ...plan, returnTo };
    if (canary?.from?.id === returnTo.id) {
      // A canary is sent back whatever the database is: it is said, not asked.
      plan.warnings.push(gate.summary);
      return { ...plan, returnTo };
    }
    const now = iso(await this.#clock.now());
    const waivers = waiversOf(
      request.waivers ?? [],
      [gate],
      by.person ?? '',
      now,
    );
    const gates = withWaivers([gate], waivers).map(one => ({
      ...one,
      waivable: isWaivable(one) || undefined,
    }));
    if (!waivers.length) plan.blockers.push(`${gate.title}: ${gate.summary}`);
    return {
      ...plan,
      returnTo,
      gates,
      waivers: waivers.length ? waivers : undefined,
    };
  }
}

/** What the tool that owns the target means for a rollout. */
function ownerSays(
  kind: PlanRequest['kind'],
  { owner, ownership }: TargetStatus,
): { blockers: string[]; warnings: string[] } {
  if (!ownership) {
    const foreign =
      'Another stack or tool owns this target; Careplane only reads it.';
    return { blockers: owner === 'stack' ? [foreign] : [], warnings: [] };
  }
  const { mayPromote, mayRollBack, signs, writes, undoneBy } = ownership;
  const may = kind === 'promote' ? mayPromote : mayRollBack;
  if (!may) return { blockers: [`${writes} ${signs.join(' ')}`], warnings: [] };
  return {
    blockers: [],
    warnings: undoneBy ? [`This does not last by itself. ${undoneBy}`] : [],
  };
}
