import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import type {
  GateResult,
  Release,
  Stage,
} from '@careplane/backstage-plugin-release-common';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import { iso, RolloutRecord } from '../engine/model';
import { isSettled } from '../poll/facts';
import type { ComponentView } from '../service/Views';
import type { Clock, Stores } from '../store';
import type { DeliveryFacts } from './DeliveryFacts';
import { evaluateGates, GateFacts } from './evaluate';
import { Freeze, freezeAt } from './freezes';
import type { SoakFacts } from './soak';
import { disturbances, soakPeriods } from './soakFacts';
import { withWaivers } from './waivers';

/** A component as it is known now; own credentials. */
export type ViewLookup = (
  entityRef: string,
) => Promise<ComponentView | undefined>;

/** Where an entity runs as the catalog has it now; own credentials. */
export type TargetLookup = (entityRef: string) => Promise<TargetRef[]>;

/** Collects what gates look at, and has them evaluated. */
export class GateCollector {
  readonly #stores: Stores;
  readonly #stages: Stage[];
  readonly #delivery: DeliveryFacts;
  readonly #view: ViewLookup;
  readonly #clock: Clock;
  readonly #freezes: Freeze[];
  readonly #soakMs: ReadonlyMap<string, number>;
  readonly #targets: TargetLookup;

  constructor(options: {
    stores: Stores;
    stages: Stage[];
    delivery: DeliveryFacts;
    view: ViewLookup;
    clock: Clock;
    freezes: Freeze[];
    /** By stage: how long a release runs on the one before. */
    soakMs?: ReadonlyMap<string, number>;
    targets: TargetLookup;
  }) {
    this.#stores = options.stores;
    this.#stages = options.stages;
    this.#delivery = options.delivery;
    this.#view = options.view;
    this.#clock = options.clock;
    this.#freezes = options.freezes;
    this.#soakMs = options.soakMs ?? new Map();
    this.#targets = options.targets;
  }

  /** At a request: delivery is asked on behalf of the person. */
  async collect(
    entityRef: string,
    target: TargetRef,
    release: Release,
    options: {
      credentials?: BackstageCredentials;
      /** What the release would replace. */
      running?: Release;
      /** Where it was looked up already. */
      view?: ComponentView;
    } = {},
  ): Promise<GateResult[]> {
    const [facts, holds, delivery, tests, now] = await Promise.all([
      this.#stores.targets.facts([target.arn]),
      this.#stores.targets.holds([target.arn]),
      this.#delivery.of(entityRef, options.credentials),
      this.#tests(entityRef, target, release),
      this.#clock.now(),
    ]);
    const index = this.#stages.findIndex(one => one.name === target.stage.name);
    const hold = holds.get(target.arn);
    const own = facts.get(target.arn);
    return evaluateGates({
      release,
      running: options.running,
      stage: target.stage.name,
      stages: this.#stages,
      target: own,
      settled: isSettled(own, {
        pipelineDeploys: index === 0,
        held: Boolean(hold),
      }),
      hold,
      freeze: freezeAt(this.#freezes, target.stage.name, now),
      soak: await this.#soak(release.id, index, now, () =>
        options.view ? Promise.resolve(options.view) : this.#view(entityRef),
      ),
      tests,
      delivery,
    });
  }

  /** What the tests of the stage before said of the release. */
  async #tests(
    entityRef: string,
    target: TargetRef,
    release: Release,
  ): Promise<GateFacts['tests']> {
    const index = this.#stages.findIndex(one => one.name === target.stage.name);
    const before = this.#stages[index - 1];
    if (!before?.tests) return undefined;
    const tested = (await this.#targets(entityRef)).find(
      one => one.stage.name === before.name,
    );
    if (!tested?.tests) return undefined;
    const runs = await this.#stores.stageTests.newest([tested.arn]);
    return {
      title: before.title,
      runs: (runs.get(tested.arn) ?? []).filter(
        run => run.releaseId === release.id,
      ),
    };
  }

  /**
   * Before a forward write, in the background. What this rollout itself does
   * to the stack is no reason against it.
   */
  async again(record: RolloutRecord, target: TargetRef): Promise<GateResult[]> {
    if (!record.release) return [];
    const { entityRef, from } = record;
    const view = await this.#view(entityRef);
    const known = (id: string) => view?.releases.find(one => one.id === id);
    const release = known(record.release.id) ?? record.release;
    const running = from?.releaseId ? known(from.releaseId) : undefined;
    const now = await this.collect(entityRef, target, release, {
      running,
      view,
    });
    const started = !['GATING', 'PLANNING'].includes(record.state);
    const beforeOf = new Map(record.gates.map(gate => [gate.id, gate]));
    const gates = now.map(gate =>
      started && gate.id === 'stack-settled'
        ? beforeOf.get(gate.id) ?? gate
        : gate,
    );
    return withWaivers(gates, record.waivers);
  }

  /** What is recorded of the release on the stage before, where that is asked. */
  async #soak(
    releaseId: string,
    stage: number,
    now: number,
    look: () => Promise<ComponentView | undefined>,
  ): Promise<SoakFacts | undefined> {
    const needed = this.#soakMs.get(this.#stages[stage]?.name);
    const before = this.#stages[stage - 1];
    if (!needed || !before) return undefined;
    const view = await look();
    if (!view) return { needed, disturbed: [], now };
    const { target } =
      view.blocks.find(block => block.target.stage === before.name) ?? {};
    if (!target) return { needed, periods: [], disturbed: [], now };
    const { targets, rollouts } = this.#stores;
    const [facts, history] = await Promise.all([
      targets.facts([target.arn]),
      targets.periods(target.arn),
    ]);
    const revisions = new Set(
      target.history
        .filter(({ revision }) => revision.releaseId === releaseId)
        .map(({ revision }) => revision.id),
    );
    const asOf = facts.get(target.arn)?.asOf;
    const periods = soakPeriods(history, revisions, asOf);
    // Without its own memory of AWS, no period is not the same as none.
    const unread = !asOf || (!periods.length && target.historyProblem);
    if (unread) return { needed, disturbed: [], now };
    const since = Math.min(now, ...periods.map(({ from }) => from));
    const moves = await rollouts.since(target.arn, iso(since));
    return {
      needed,
      periods,
      disturbed: disturbances(history, moves),
      now,
    };
  }
}
