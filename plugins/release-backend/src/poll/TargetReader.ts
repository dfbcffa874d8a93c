import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Stage } from '@careplane/backstage-plugin-release-common';
import type {
  ObservedTarget,
  OwnerPort,
  TargetDriver,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';
import { iso } from '../engine/model';
import type { Carriers } from '../engine/Observer';
import type { Clock, Stores } from '../store';
import type { TargetFacts } from './facts';
import { deploymentActor, groupFacts } from './groups';
import { dueChecks } from './dueChecks';
import { ownerFacts } from './ownerFacts';
import { isOutsideActor, judgeMove } from './outside';

/** How many earlier revisions are kept checked: all that are offered. */
const OPTIONS = 20;

/** Names of errors that a missing permission gives. */
const isDenied = (name: string) => /Denied|NotAllowed|Unauthorized/i.test(name);

/** Reads one target and writes what it learns to its snapshot. */
export class TargetReader {
  readonly #stores: Stores;
  readonly #clock: Clock;
  readonly #carriers: Carriers;
  readonly #owners: () => OwnerPort | undefined;
  readonly #stages: Stage[];
  readonly #logger: LoggerService;

  constructor(options: {
    stores: Stores;
    clock: Clock;
    carriers: Carriers;
    /** Tells who else writes a target, where a module can. */
    owners?: () => OwnerPort | undefined;
    stages: Stage[];
    logger: LoggerService;
  }) {
    this.#stores = options.stores;
    this.#clock = options.clock;
    this.#carriers = options.carriers;
    this.#owners = options.owners ?? (() => undefined);
    this.#stages = options.stages;
    this.#logger = options.logger;
  }

  /** `shared`: one of many, where half a minute does not matter. */
  async read(
    entityRef: string,
    target: TargetRef,
    options: { shared?: boolean } = {},
  ): Promise<void> {
    const { targets } = this.#stores;
    const key = { arn: target.arn, entityRef, stage: target.stage.name };
    const before = (await targets.facts([target.arn])).get(target.arn) ?? {};
    const driver = this.#carriers.driver(target.kind);
    let facts: TargetFacts;
    try {
      const [observed, stack] = await Promise.all([
        driver.observe(target),
        this.#carriers.stacks().describe(target, options),
      ]);
      facts = {
        ...before,
        asOf: iso(await this.#clock.now()),
        observed: {
          exists: observed.exists,
          stable: observed.stable,
          candidate: observed.candidate,
          tasks: observed.tasks,
        },
        configuration: observed.configuration,
        stack: {
          name: target.stackName,
          exists: stack.exists,
          status: stack.status,
          liveValue: stack.liveValue,
          owner: stack.owner,
          holdsTarget: stack.holdsTarget,
          busy: stack.busy,
        },
        canaryGuard: await this.#guardOf(target),
        deploymentGroup: await groupFacts(
          target,
          before,
          this.#carriers.deployments?.(),
          await this.#clock.now(),
        ),
        failure: undefined,
      };
      facts = await this.#followMoves(entityRef, target, observed, facts);
    } catch (error) {
      const now = iso(await this.#clock.now());
      await targets.saveFacts(key, {
        ...before,
        failure: failureOf(error, now),
      });
      this.#logger.debug(`${target.arn} could not be read`);
      return;
    }
    facts = await this.#checkOptions(target, facts);
    const ownership = await ownerFacts(
      target,
      before,
      facts,
      this.#owners(),
      await this.#clock.now(),
    );
    await targets.saveFacts(key, { ...facts, ownership });
  }

  /** Undefined where it cannot be known now: then nobody calls it guarded. */
  async #guardOf(target: TargetRef): Promise<TargetFacts['canaryGuard']> {
    if (target.kind !== 'lambda-alias') return undefined;
    const port = this.#carriers.deadlines?.();
    if (!port) {
      const reason = 'No module of this backend guards canaries.';
      return { guarded: false, reason };
    }
    return port.supports(target).catch(() => undefined);
  }

  async #followMoves(
    entityRef: string,
    target: TargetRef,
    observed: ObservedTarget,
    facts: TargetFacts,
  ): Promise<TargetFacts> {
    const { targets, rollouts } = this.#stores;
    let next = facts;
    const first = !facts.historyImported;
    if (first) next = await this.#importHistory(target, facts);
    // A rollout watches its own target; its moves are not outside changes.
    if (await rollouts.activeOn(target.arn)) return next;

    const history = await targets.history(target.arn);
    const last = history[history.length - 1];
    const hold = (await targets.holds([target.arn])).get(target.arn);
    const pipelineDeploys = this.#stages[0]?.name === target.stage.name;
    const at = iso(await this.#clock.now());
    let actor: string | undefined;
    const moved =
      observed.stable && last && last.revision.id !== observed.stable.id;
    if (moved && !first) {
      const again = await this.#movesOf(target);
      actor = again.moves?.slice(-1)[0]?.actor;
    }
    if (observed.candidate && !facts.outsideChange) {
      // A deployment that somebody else started on the group.
      actor = await deploymentActor(
        target,
        facts.deploymentGroup?.arn,
        this.#carriers.deployments?.(),
      );
    }
    const verdict = judgeMove({
      observed,
      lastKnown: last?.revision,
      before: facts,
      hold,
      pipelineDeploys,
      at,
      actor,
    });
    const { stable } = observed;
    let { outsideChange } = verdict;
    // At first contact the last move may already be somebody else's.
    if (
      first &&
      stable &&
      last?.revision.id === stable.id &&
      !pipelineDeploys
    ) {
      if (last.source === 'cloudtrail' && isOutsideActor(last.actor)) {
        outsideChange = {
          at: last.from,
          actor: last.actor,
          from: history[history.length - 2]?.revision,
          to: stable,
        };
      }
    }
    const isNew =
      outsideChange && outsideChange.to.id !== facts.outsideChange?.to.id;
    if ((verdict.moved && stable) || isNew) {
      await this.#stores.commit({
        at,
        move:
          verdict.moved && stable
            ? {
                targetArn: target.arn,
                entry: {
                  revision: stable,
                  from: stable.createdAt && !last ? stable.createdAt : at,
                  actor,
                  source: 'observed',
                },
              }
            : undefined,
        evidence: [
          {
            kind: outsideChange ? 'outside-change-seen' : 'move-observed',
            actor: actor ?? 'unknown',
            stage: target.stage.name,
            entityRef,
            targetArn: target.arn,
            facts: {
              component: target.component,
              fromRevision:
                outsideChange?.from?.id ?? last?.revision.id ?? null,
              toRevision: outsideChange?.to.id ?? stable?.id ?? null,
              contentHash: stable?.contentHash ?? null,
            },
          },
        ],
      });
    }
    return { ...next, outsideChange };
  }

  /** First contact; tried again at each reading until AWS has answered. */
  async #importHistory(
    target: TargetRef,
    facts: TargetFacts,
  ): Promise<TargetFacts> {
    const { moves, problem } = await this.#movesOf(target);
    if (!moves) return { ...facts, historyProblem: problem };
    await this.#stores.targets.importHistory(target.arn, moves);
    return { ...facts, historyImported: true, historyProblem: undefined };
  }

  /** Moves as AWS remembers them, or in words why they could not be read. */
  async #movesOf(target: TargetRef): Promise<{
    moves?: Awaited<ReturnType<TargetDriver['history']>>;
    problem?: string;
  }> {
    const driver = this.#carriers.driver(target.kind);
    try {
      return { moves: await driver.history(target) };
    } catch (error) {
      const name = error instanceof Error ? error.name : 'Error';
      this.#logger.warn(
        `The history of ${target.arn} could not be imported: ${name}`,
      );
      const todo = isDenied(name)
        ? 'The read role needs cloudtrail:LookupEvents and, for ECS, ecs:ListServiceDeployments.'
        : 'It is tried again at the next reading.';
      return { problem: `History could not be imported: ${name}. ${todo}` };
    }
  }

  async #checkOptions(
    target: TargetRef,
    facts: TargetFacts,
  ): Promise<TargetFacts> {
    const now = await this.#clock.now();
    const history = await this.#stores.targets.history(target.arn);
    const current = facts.observed?.stable?.id;
    const earlier = new Map(
      history
        .filter(entry => entry.revision.id !== current)
        .map(entry => [entry.revision.id, entry.revision]),
    );
    const viability: TargetFacts['viability'] = {};
    const options = [...earlier.values()].slice(-OPTIONS).reverse();
    for (const { id } of options) {
      const known = facts.viability?.[id];
      if (known) viability[id] = known;
    }
    for (const revision of dueChecks(options, viability, now)) {
      try {
        const checks = await this.#carriers
          .driver(target.kind)
          .viability(target, revision);
        viability[revision.id] = { checks, checkedAt: iso(now) };
      } catch (error) {
        const name = error instanceof Error ? error.name : 'Error';
        this.#logger.debug(
          `Whether ${target.arn} can return was not read: ${name}`,
        );
      }
    }
    return { ...facts, viability };
  }
}

function failureOf(error: unknown, at: string): TargetFacts['failure'] {
  const name = error instanceof Error ? error.name : 'Error';
  const denied = isDenied(name);
  return {
    kind: denied ? 'denied' : 'error',
    message: denied
      ? 'AWS refuses to let Careplane read this target: the read role lacks a permission.'
      : `This target could not be read (${name}). What is shown is older.`,
    at,
  };
}
