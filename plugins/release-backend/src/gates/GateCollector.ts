import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import type {
  GateResult,
  Release,
  Stage,
} from '@careplane/backstage-plugin-release-common';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import type { RolloutRecord } from '../engine/model';
import { isSettled } from '../poll/facts';
import type { Clock, Stores } from '../store';
import type { DeliveryFacts } from './DeliveryFacts';
import { evaluateGates } from './evaluate';
import { Freeze, freezeAt } from './freezes';
import { withWaivers } from './waivers';

/** A release as it is known now, with where it runs; own credentials. */
export type ReleaseLookup = (
  entityRef: string,
  releaseId: string,
) => Promise<Release | undefined>;

/** Collects what gates look at, and has them evaluated. */
export class GateCollector {
  readonly #stores: Stores;
  readonly #stages: Stage[];
  readonly #delivery: DeliveryFacts;
  readonly #releases: ReleaseLookup;
  readonly #clock: Clock;
  readonly #freezes: Freeze[];

  constructor(options: {
    stores: Stores;
    stages: Stage[];
    delivery: DeliveryFacts;
    releases: ReleaseLookup;
    clock: Clock;
    freezes: Freeze[];
  }) {
    this.#stores = options.stores;
    this.#stages = options.stages;
    this.#delivery = options.delivery;
    this.#releases = options.releases;
    this.#clock = options.clock;
    this.#freezes = options.freezes;
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
    } = {},
  ): Promise<GateResult[]> {
    const [facts, holds, delivery, now] = await Promise.all([
      this.#stores.targets.facts([target.arn]),
      this.#stores.targets.holds([target.arn]),
      this.#delivery.of(entityRef, options.credentials),
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
      delivery,
    });
  }

  /**
   * Before a forward write, in the background. What this rollout itself does
   * to the stack is no reason against it.
   */
  async again(record: RolloutRecord, target: TargetRef): Promise<GateResult[]> {
    if (!record.release) return [];
    const release =
      (await this.#releases(record.entityRef, record.release.id)) ??
      record.release;
    const { entityRef, from } = record;
    const running = from?.releaseId
      ? await this.#releases(entityRef, from.releaseId)
      : undefined;
    const now = await this.collect(entityRef, target, release, { running });
    const started = !['GATING', 'PLANNING'].includes(record.state);
    const beforeOf = new Map(record.gates.map(gate => [gate.id, gate]));
    const gates = now.map(gate =>
      started && gate.id === 'stack-settled'
        ? beforeOf.get(gate.id) ?? gate
        : gate,
    );
    return withWaivers(gates, record.waivers);
  }
}
