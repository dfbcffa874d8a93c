import type { LoggerService } from '@backstage/backend-plugin-api';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import PQueue from 'p-queue';
import { claimantOf, TargetRecord } from '../claims';
import type { ReleaseComponent } from '../components';
import type { Clock, Stores } from '../store';
import { dueTargets } from './dueTargets';
import { PollLease } from './PollLease';
import type { ReleaseReader } from './ReleaseReader';
import type { TargetReader } from './TargetReader';

/** A target that somebody asked for is read at most once in this time. */
export const REFRESH_MS = 10_000;
const LANE_CONCURRENCY = 3;
/** A lane that takes longer ends here, and begins anew with a later sweep. */
const LANE_MS = 10 * 60_000;

export interface PollerOptions {
  stores: Stores;
  clock: Clock;
  /** Every component that names a target, whoever asks. */
  components: () => Promise<ReleaseComponent[]>;
  logger: LoggerService;
  reader: TargetReader;
  releases: Pick<ReleaseReader, 'read'>;
  /** Whose a target is, as recorded. */
  recordOf: (arn: string) => Promise<TargetRecord | undefined>;
  intervalMs: number;
  owner: string;
}

/**
 * Reads all targets of the catalog, one lane per account and region, each
 * held by a lease, so that replicas never read the same twice. Nobody's
 * looking at a page comes here.
 */
export class Poller {
  readonly #options: PollerOptions;
  readonly #asked = new Map<string, number>();
  /** Lanes that this process reads just now. */
  readonly #running = new Map<string, Promise<void>>();
  readonly #stopped = new AbortController();

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  /**
   * One round over the catalog. Lanes do not wait for one another: one that
   * takes longer than the interval goes on by itself, and the next sweep begins
   * the others again. What was read since the last sweep is passed over, by
   * whichever replica.
   */
  async sweep(): Promise<void> {
    const { stores, clock, intervalMs, reader, releases } = this.#options;
    const components = await this.#options.components();
    const lanes = new Map<string, (() => Promise<void>)[]>();
    const add = (lane: string, work: () => Promise<void>) =>
      lanes.set(lane, [...(lanes.get(lane) ?? []), work]);
    for (const { name } of components)
      add('releases', () => releases.read(name));
    const targets = (await this.named(components)).map(
      ({ entityRef, target }) => ({ arn: target.arn, entityRef, target }),
    );
    const triedAt = await stores.targets.triedAt(targets.map(one => one.arn));
    const now = await clock.now();
    for (const { entityRef, target } of dueTargets(
      targets,
      triedAt,
      now,
      intervalMs,
    )) {
      const { accountId, region } = target.stage;
      add(`${accountId}/${region}`, () =>
        reader.read(entityRef, target, { shared: true }),
      );
    }
    for (const [lane, work] of lanes) this.#begin(lane, work);
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      Promise.all(this.#running.values()),
      new Promise<void>(passed => {
        timer = setTimeout(passed, intervalMs);
      }),
    ]);
    clearTimeout(timer);
  }

  /** No lane reads on. */
  stop(): void {
    this.#stopped.abort();
  }

  /** Every target with the component that it belongs to. */
  async named(
    all?: ReleaseComponent[],
  ): Promise<{ entityRef: string; target: TargetRef }[]> {
    const components = all ?? (await this.#options.components());
    const owners = await this.#owners(components);
    return components.flatMap(({ entityRef, targets }) =>
      targets
        .filter(target => owners.get(target.arn) === entityRef)
        .map(target => ({ entityRef, target })),
    );
  }

  /** Reads now what was not asked for in the last ten seconds. */
  async refresh(
    component: ReleaseComponent,
  ): Promise<{ started: number; shared: number }> {
    const now = Date.now();
    const owners = await this.#owners(await this.#options.components());
    const own = component.targets.filter(
      target => owners.get(target.arn) === component.entityRef,
    );
    const due = own.filter(
      target => now - (this.#asked.get(target.arn) ?? 0) >= REFRESH_MS,
    );
    for (const target of due) this.#asked.set(target.arn, now);
    const work = [
      ...(due.length
        ? [this.#options.releases.read(component.name, { asked: true })]
        : []),
      ...due.map(target => this.readTarget(component.entityRef, target)),
    ];
    Promise.all(work).catch(error =>
      this.#options.logger.warn(`A refresh failed: ${error.name}`),
    );
    return {
      started: due.length,
      shared: component.targets.length - due.length,
    };
  }

  /**
   * Each target is read once, for the component that it belongs to: a second
   * one that names it costs no call and leaves no trace in its records.
   */
  async #owners(all: ReleaseComponent[]): Promise<Map<string, string>> {
    const claims = new Map<string, string[]>();
    for (const { entityRef, targets } of all) {
      for (const { arn } of targets) {
        claims.set(arn, [...(claims.get(arn) ?? []), entityRef]);
      }
    }
    const { stores, recordOf } = this.#options;
    const readers = await stores.targets.readers([...claims.keys()]);
    const owners = new Map<string, string>();
    for (const [arn, [first, ...rivals]] of claims) {
      const reader = readers.get(arn)?.entityRef ?? first;
      const owner =
        rivals.length || reader !== first
          ? claimantOf(arn, all, await recordOf(arn)).component?.entityRef
          : first;
      if (owner) owners.set(arn, owner);
    }
    return owners;
  }

  async readTarget(entityRef: string, target: TargetRef): Promise<void> {
    await this.#options.reader.read(entityRef, target);
  }

  #begin(name: string, work: (() => Promise<void>)[]): void {
    if (this.#running.has(name) || this.#stopped.signal.aborted) return;
    const lane = this.#lane(
      name,
      work,
      AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(LANE_MS)]),
    )
      .catch(error =>
        this.#options.logger.warn(`Reading ${name} failed: ${error.name}`),
      )
      .finally(() => this.#running.delete(name));
    this.#running.set(name, lane);
  }

  async #lane(
    name: string,
    work: (() => Promise<void>)[],
    signal: AbortSignal,
  ): Promise<void> {
    const { stores, clock, owner, intervalMs, logger } = this.#options;
    const lane = await PollLease.take(name, {
      stores,
      clock,
      owner,
      logger,
      ttlMs: Math.max(intervalMs * 4, 60_000),
    });
    if (!lane) return;
    try {
      const queue = new PQueue({ concurrency: LANE_CONCURRENCY });
      for (const one of work) {
        queue
          .add(async () => {
            if (!signal.aborted && (await lane.holds())) await one();
          })
          .catch(error => logger.warn(`Reading ${name} failed: ${error.name}`));
      }
      await queue.onIdle();
    } finally {
      await lane.release();
    }
  }
}
