import { randomUUID } from 'node:crypto';
import type { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { ServiceUnavailableError, toError } from '@backstage/errors';
import { CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { ProvidedRef, ProviderRegistry, resolveRefs } from '../providers';
import type { SnapshotStore } from '../store/SnapshotStore';
import { toSnapshotError } from './errors';

/** A reading that takes longer is given up, and its lease ends. */
const READ_LIMIT_MS = 60_000;
const LEASE_MS = READ_LIMIT_MS + 15_000;
/** A source that fails is asked less and less often, up to this factor. */
const MAX_BACKOFF = 8;
/** Facts of resources that no entity names are kept this long. */
const RETENTION_MS = 7 * 24 * 3_600_000;

export interface PollerOptions {
  store: SnapshotStore;
  providers: ProviderRegistry;
  catalog: CatalogService;
  auth: AuthService;
  logger: LoggerService;
  intervalMs: number;
  /** The clock; tests move it. */
  now?: () => Date;
}

/** A resource that this process may read; `owner` is its lease. */
export interface ClaimedRef extends ProvidedRef {
  owner: string;
}

async function limited<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new ServiceUnavailableError(
            `No answer within ${READ_LIMIT_MS / 1000} s.`,
          ),
        ),
      READ_LIMIT_MS,
    );
    timer.unref();
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Reads the resources that the catalog's entities name, and writes what it
 * learns to the store. Resources of one lane (an account and region) are read
 * one after another; lanes go side by side. Nothing else calls a provider's
 * `read`.
 */
export class Poller {
  readonly #options: PollerOptions;
  readonly #now: () => Date;
  #known = new Map<string, ProvidedRef>();

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  /** One round over the whole catalog: track, read what is due, forget. */
  async sweep(signal?: AbortSignal): Promise<void> {
    const { store, intervalMs } = this.#options;
    const now = this.#now();
    const known = await this.#refsOfCatalog();
    this.#known = known;
    await store.track(
      [...known.values()].map(({ provider, ref }) => ({
        provider: provider.id,
        key: ref.key,
      })),
      now,
    );
    // Rounds do not start to the second: what is due before the next one is
    // read in this one.
    const due = await store.due(new Date(now.getTime() + intervalMs / 4));
    const refs = due.flatMap(({ provider, key }) => {
      const found = known.get(`${provider} ${key}`);
      return found ? [found] : [];
    });
    await this.#byLane(refs, async one => {
      if (signal?.aborted) return;
      const owner = await this.#claim(one, now);
      if (owner) await this.#read({ ...one, owner });
    });
    await store.prune(new Date(now.getTime() - RETENTION_MS));
  }

  /**
   * Reads a resource again that is said to have changed. What no entity was
   * seen to name in the last round is left to the next one.
   */
  async wake(key: string): Promise<void> {
    const named = [...this.#known.values()].filter(
      ({ ref }) => ref.key === key,
    );
    await this.readClaimed(await this.claim(named, this.#now()));
  }

  /**
   * Claims resources for a reading that the caller starts with
   * {@link readClaimed}.
   *
   * @param unlessReadSince - readings that began after this are shared.
   */
  async claim(
    refs: ProvidedRef[],
    unlessReadSince: Date,
  ): Promise<ClaimedRef[]> {
    const claimed: ClaimedRef[] = [];
    for (const one of refs) {
      const owner = await this.#claim(one, unlessReadSince);
      if (owner) claimed.push({ ...one, owner });
    }
    return claimed;
  }

  /** Reads what was claimed. Never rejects for a source that fails. */
  async readClaimed(claimed: ClaimedRef[]): Promise<void> {
    await this.#byLane(claimed, one => this.#read(one));
  }

  async #claim(
    { provider, ref }: ProvidedRef,
    unlessReadSince: Date,
  ): Promise<string | undefined> {
    const owner = randomUUID();
    const now = this.#now();
    const mine = await this.#options.store.claim(
      { provider: provider.id, key: ref.key },
      {
        owner,
        now,
        until: new Date(now.getTime() + LEASE_MS),
        unlessReadSince,
      },
    );
    return mine ? owner : undefined;
  }

  async #byLane<R extends ProvidedRef>(
    refs: R[],
    work: (ref: R) => Promise<void>,
  ): Promise<void> {
    const lanes = new Map<string, R[]>();
    for (const one of refs) {
      const lane = one.ref.lane ?? one.provider.id;
      lanes.set(lane, [...(lanes.get(lane) ?? []), one]);
    }
    await Promise.all(
      [...lanes.values()].map(async lane => {
        for (const one of lane) await work(one);
      }),
    );
  }

  async #read({ provider, ref, owner }: ClaimedRef): Promise<void> {
    const { store, logger, intervalMs } = this.#options;
    const key = { provider: provider.id, key: ref.key };
    const asOf = this.#now();
    try {
      const items = await limited(provider.read(ref));
      await store.succeed(key, {
        owner,
        items,
        asOf,
        nextPollAt: new Date(asOf.getTime() + intervalMs),
      });
    } catch (thrown) {
      const error = toSnapshotError(thrown);
      const [before] = await store.get([key]);
      const factor = Math.min(2 ** (before?.failures ?? 0), MAX_BACKOFF);
      logger.warn(
        `Could not read ${ref.key} (${provider.id}): ${error.name}: ${error.message}`,
      );
      await store.fail(key, {
        owner,
        error,
        nextPollAt: new Date(this.#now().getTime() + intervalMs * factor),
      });
    }
  }

  async #refsOfCatalog(): Promise<Map<string, ProvidedRef>> {
    const { providers, catalog, auth, logger } = this.#options;
    const annotations = [
      ...new Set(providers.all.flatMap(provider => provider.annotations)),
    ];
    const known = new Map<string, ProvidedRef>();
    if (annotations.length === 0) return known;
    const pages = catalog.streamEntities(
      {
        filter: annotations.map(key => ({
          [`metadata.annotations.${key}`]: CATALOG_FILTER_EXISTS,
        })),
        fields: ['apiVersion', 'kind', 'metadata'],
      },
      { credentials: await auth.getOwnServiceCredentials() },
    );
    for await (const page of pages) {
      for (const entity of page) {
        for (const provider of providers.all) {
          try {
            const { refs } = await resolveRefs([provider], entity);
            for (const one of refs) {
              known.set(`${provider.id} ${one.ref.key}`, one);
            }
          } catch (thrown) {
            const error = toError(thrown);
            logger.warn(
              `Could not read the annotations of ${entity.metadata.name} (${provider.id}): ${error.message}`,
            );
          }
        }
      }
    }
    return known;
  }
}
