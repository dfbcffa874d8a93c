import { toError } from '@backstage/errors';
import type {
  DeliveryApi,
  EntityDelivery,
} from '@careplane/backstage-plugin-delivery-common';

/** What is known of an entity here and now. */
export interface DeliveryView {
  delivery?: EntityDelivery;
  /** Why the last request failed; the last facts stay. */
  error?: Error;
  refreshing: boolean;
}

/** Cards follow the backend's facts in this step while the page is visible. */
const POLL_MS = 15_000;
/** After a Refresh, when readings are likely done. */
const AFTER_REFRESH_MS = [1_500, 4_000, 9_000];

interface Entry {
  view: DeliveryView;
  listeners: Set<() => void>;
  timers: Set<number>;
  poll?: number;
}

const NOTHING: DeliveryView = { refreshing: false };

/**
 * One request serves all cards of an entity. Asks only while somebody looks.
 */
export class DeliveryStore {
  readonly #api: Pick<DeliveryApi, 'getEntityDelivery' | 'refresh'>;
  readonly #entries = new Map<string, Entry>();

  constructor(api: Pick<DeliveryApi, 'getEntityDelivery' | 'refresh'>) {
    this.#api = api;
  }

  get(entityRef: string): DeliveryView {
    return this.#entries.get(entityRef)?.view ?? NOTHING;
  }

  subscribe(entityRef: string, listener: () => void): () => void {
    const entry = this.#entry(entityRef);
    entry.listeners.add(listener);
    if (entry.listeners.size === 1) {
      this.load(entityRef);
      entry.poll = window.setInterval(() => {
        if (document.visibilityState === 'visible') this.load(entityRef);
      }, POLL_MS);
    }
    return () => {
      entry.listeners.delete(listener);
      if (entry.listeners.size > 0) return;
      window.clearInterval(entry.poll);
      for (const timer of entry.timers) window.clearTimeout(timer);
      entry.timers.clear();
      this.#entries.delete(entityRef);
    };
  }

  async load(entityRef: string): Promise<void> {
    try {
      const delivery = await this.#api.getEntityDelivery(entityRef);
      this.#set(entityRef, { delivery, error: undefined });
    } catch (thrown) {
      this.#set(entityRef, { error: asError(thrown) });
    }
  }

  /** @throws what the backend answered, so that the button can say it. */
  async refresh(entityRef: string): Promise<void> {
    this.#set(entityRef, { refreshing: true });
    try {
      await this.#api.refresh(entityRef);
      const entry = this.#entries.get(entityRef);
      for (const delay of AFTER_REFRESH_MS) {
        const timer = window.setTimeout(() => this.load(entityRef), delay);
        entry?.timers.add(timer);
      }
    } finally {
      this.#set(entityRef, { refreshing: false });
    }
  }

  #entry(entityRef: string): Entry {
    const found = this.#entries.get(entityRef);
    if (found) return found;
    const entry: Entry = {
      view: NOTHING,
      listeners: new Set(),
      timers: new Set(),
    };
    this.#entries.set(entityRef, entry);
    return entry;
  }

  #set(entityRef: string, change: Partial<DeliveryView>) {
    const entry = this.#entries.get(entityRef);
    if (!entry) return;
    entry.view = { ...entry.view, ...change };
    for (const listener of entry.listeners) listener();
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(toError(thrown).message);
}
