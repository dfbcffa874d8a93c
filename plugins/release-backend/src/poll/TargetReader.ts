import type { LoggerService } from '@backstage/backend-plugin-api';
import { ConflictError } from '@backstage/errors';
import type { Stage } from '@careplane/backstage-plugin-release-common';
import type {
  ObservedTarget,
  OwnerPort,
  PastMoves,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';
import { iso } from '../engine/model';
import type { Carriers } from '../engine/Observer';
import type { Change, Clock, Stores } from '../store';
import type { TargetFacts } from './facts';
import { deploymentActor, groupFacts } from './groups';
import { dueChecks } from './dueChecks';
import { ownerFacts } from './ownerFacts';
import { isOutsideActor, judgeMove } from './outside';
import { publishFacts } from './publishFacts';
import { seenNow } from './seen';

/** How many earlier revisions are kept checked: all that are offered. */
const OPTIONS = 20;

/** How often a reading is made that somebody's act overlaps. */
const ATTEMPTS = 3;

/** How often a history that was read in part is asked for again. */
const HISTORY_RETRY_MS = 60 * 60_000;
const HISTORY_RETRY = 'It is asked for again within the hour.';

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

  /**
   * `shared`: one of many, where half a minute does not matter and rollouts in
   * flight are read first. A reading that
   * somebody's act or another reading overlaps says nothing sure of moves, and
   * is made again.
   */
  async read(
    entityRef: string,
    target: TargetRef,
    options: { shared?: boolean } = {},
  ): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        await this.#inLane(options, () =>
          this.#once(entityRef, target, options),
        );
        return;
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        this.#logger.debug(`${target.arn} has changed while it was read`);
      }
    }
  }

  #inLane(options: { shared?: boolean }, work: () => Promise<void>) {
    const run = options.shared && this.#carriers.inBackground;
    return run ? run.call(this.#carriers, work) : work();
  }

  async #once(
    entityRef: string,
    target: TargetRef,
    options: { shared?: boolean },
  ): Promise<void> {
    const { targets } = this.#stores;
    const key = { arn: target.arn, entityRef, stage: target.stage.name };
    const { facts: before, version } = await targets.beginReading(key);
    const seen = await this.#look(target, before, options);
    if ('failure' in seen) {
      const at = iso(await this.#clock.now());
      const failure = failureOf(seen.failure, at);
      await this.#stores.commit({
        at,
        evidence: [],
        facts: { ...key, version, facts: { ...before, failure } },
      });
      this.#logger.debug(`${target.arn} could not be read`);
      return;
    }
    const { facts, ...change } = await this.#followMoves(
      entityRef,
      target,
      seen.observed,
      seen.facts,
      before.asOf,
    );
    await this.#stores.commit({
      ...change,
      facts: { ...key, version, facts },
    });
    const viability = await this.#checkOptions(target, facts);
    const ownership = await ownerFacts(
      target,
      before,
      facts,
      this.#owners(),
      await this.#clock.now(),
    );
    const publish = await publishFacts(
      target,
      facts,
      this.#carriers.publisher?.(target.kind),
      await this.#clock.now(),
    );
    const deploymentGroup = await groupFacts(
      target,
      facts,
      this.#carriers.deployments?.(),
      await this.#clock.now(),
      seen.observed.controller,
    );
    await targets.addFacts(target.arn, {
      viability,
      ownership,
      publish,
      deploymentGroup,
    });
  }

  async #look(
    target: TargetRef,
    before: TargetFacts,
    options: { shared?: boolean },
  ): Promise<
    { observed: ObservedTarget; facts: TargetFacts } | { failure: unknown }
  > {
    const driver = this.#carriers.driver(target.kind);
    // Before AWS is asked: a move in between is newer than what was read.
    const asOf = iso(await this.#clock.now());
    try {
      const [observed, stack] = await Promise.all([
        driver.observe(target),
        this.#carriers.stacks().describe(target, options),
      ]);
      const facts: TargetFacts = {
        ...before,
        asOf,
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
        failure: undefined,
      };
      return { observed, facts };
    } catch (failure) {
      return { failure };
    }
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
    lastRead: string | undefined,
  ): Promise<Omit<Change, 'facts'> & { facts: TargetFacts }> {
    const { targets, rollouts } = this.#stores;
    let next = facts;
    const first = !facts.historyImported;
    const at = iso(await this.#clock.now());
    const isDue =
      facts.historyRetryAt !== undefined && at >= facts.historyRetryAt;
    if (first || isDue) next = await this.#importHistory(target, facts);
    // A rollout watches its own target; its moves are not outside changes.
    if (await rollouts.activeOn(target.arn)) {
      return { at, evidence: [], facts: next };
    }
    const history = await targets.periods(target.arn);
    const last = history[history.length - 1];
    const hold = (await targets.holds([target.arn])).get(target.arn);
    const pipelineDeploys = this.#stages[0]?.name === target.stage.name;
    let actor: string | undefined;
    const moved =
      observed.stable && last && last.revision.id !== observed.stable.id;
    if (moved && !first) {
      actor = await this.#moverOf(target, observed, last.from);
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
    // CloudTrail tells minutes later who it was.
    let named = false;
    if (outsideChange && !outsideChange.actor && !isNew && stable && last) {
      const mover = await this.#moverOf(
        target,
        observed,
        history.at(-2)?.from ?? '',
      );
      if (mover) {
        outsideChange = { ...outsideChange, actor: mover };
        actor = mover;
        named = true;
      }
    }
    next = { ...next, outsideChange };
    const shared = Boolean(observed.candidate);
    const seen =
      stable && last?.revision.id === stable.id
        ? seenNow(last, { shared, at, lastRead })
        : undefined;
    const sees = seen && {
      targetArn: target.arn,
      revisionId: last.revision.id,
      seen,
    };
    if (!(verdict.moved && stable) && !isNew && !named) {
      return { at, evidence: [], facts: next, sees };
    }
    return {
      at,
      facts: next,
      sees,
      move:
        verdict.moved && stable
          ? {
              targetArn: target.arn,
              entry: {
                revision: stable,
                from: stable.createdAt && !last ? stable.createdAt : at,
                actor,
                source: 'observed',
                seen: { from: at, shared: shared ? [{ from: at }] : undefined },
              },
              lastSeen: lastRead,
            }
          : undefined,
      evidence: [
        {
          kind: kindOf(named, outsideChange !== undefined),
          actor: outsideChange?.actor ?? actor ?? 'unknown',
          stage: target.stage.name,
          entityRef,
          targetArn: target.arn,
          facts: {
            component: target.component,
            fromRevision: outsideChange?.from?.id ?? last?.revision.id ?? null,
            toRevision: outsideChange?.to.id ?? stable?.id ?? null,
            contentHash: stable?.contentHash ?? null,
          },
        },
      ],
    };
  }

  /**
   * First contact; tried again at each reading until AWS has answered, and now
   * and then while a part of what it has was not read.
   */
  async #importHistory(
    target: TargetRef,
    facts: TargetFacts,
  ): Promise<TargetFacts> {
    const { past, problem } = await this.#movesOf(target);
    const again = iso((await this.#clock.now()) + HISTORY_RETRY_MS);
    if (!past) {
      return facts.historyImported
        ? { ...facts, historyRetryAt: again }
        : { ...facts, historyProblem: problem };
    }
    await this.#stores.targets.importHistory(target.arn, past.moves);
    const isWhole = past.unread.length === 0;
    return {
      ...facts,
      historyImported: true,
      historyProblem: isWhole
        ? undefined
        : [...past.unread, HISTORY_RETRY].join(' '),
      historyRetryAt: isWhole ? undefined : again,
    };
  }

  /**
   * Who moved the target to what was observed, as AWS's own record tells. That
   * is behind by minutes: its last move may be an earlier one, of somebody who
   * has nothing to do with this.
   *
   * @param after - When the revision before it was still moved to.
   */
  async #moverOf(
    target: TargetRef,
    { stable }: ObservedTarget,
    after: string,
  ): Promise<string | undefined> {
    const move = (await this.#movesOf(target)).past?.moves.at(-1);
    return move && move.revision.id === stable?.id && move.at > after
      ? move.actor
      : undefined;
  }

  /** Moves as AWS remembers them, or in words why they could not be read. */
  async #movesOf(target: TargetRef): Promise<{
    past?: PastMoves;
    problem?: string;
  }> {
    const driver = this.#carriers.driver(target.kind);
    try {
      return { past: await driver.history(target) };
    } catch (error) {
      const name = error instanceof Error ? error.name : 'Error';
      this.#logger.warn(
        `The history of ${target.arn} could not be imported: ${name}`,
      );
      const todo = isDenied(name)
        ? 'The read role needs cloudtrail:LookupEvents, for ECS ecs:ListServiceDeployments, and for CodeDeploy codedeploy:ListDeployments and codedeploy:BatchGetDeployments.'
        : 'It is tried again at the next reading.';
      return { problem: `History could not be imported: ${name}. ${todo}` };
    }
  }

  async #checkOptions(
    target: TargetRef,
    facts: TargetFacts,
  ): Promise<TargetFacts['viability']> {
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
    return viability;
  }
}

function kindOf(named: boolean, outside: boolean): string {
  if (named) return 'outside-change-actor-found';
  return outside ? 'outside-change-seen' : 'move-observed';
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
