import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Adapter, AdapterPayload } from 'oidc-provider';

interface StoredPayload {
  payload: AdapterPayload;
  /** Milliseconds since the epoch, or null where it does not expire. */
  expiresAt: number | null;
}

/**
 * Keeps grants, sessions and tokens of the local identity provider in one JSON
 * file, so that people stay signed in over a restart.
 */
export class FileAdapterStore {
  readonly #file: string | undefined;
  readonly #entries: Map<string, StoredPayload>;

  constructor(dataDir: string | undefined) {
    if (dataDir) {
      mkdirSync(dataDir, { recursive: true });
      this.#file = join(dataDir, 'grants.json');
    }
    this.#entries = new Map(Object.entries(this.#read()));
  }

  adapterFor = (model: string): Adapter => {
    const key = (id: string) => `${model}:${id}`;
    return {
      upsert: async (id, payload, expiresIn) => {
        this.#entries.set(key(id), {
          payload,
          expiresAt: expiresIn ? Date.now() + expiresIn * 1000 : null,
        });
        this.#write();
      },
      find: async id => this.#live(key(id)),
      findByUid: async uid =>
        this.#first(model, payload => payload.uid === uid),
      findByUserCode: async userCode =>
        this.#first(model, payload => payload.userCode === userCode),
      consume: async id => {
        const payload = this.#live(key(id));
        if (payload) {
          payload.consumed = Math.floor(Date.now() / 1000);
          this.#write();
        }
      },
      destroy: async id => {
        this.#entries.delete(key(id));
        this.#write();
      },
      revokeByGrantId: async grantId => {
        for (const [entryKey, { payload }] of this.#entries) {
          if (payload.grantId === grantId) this.#entries.delete(entryKey);
        }
        this.#write();
      },
    };
  };

  #live(key: string): AdapterPayload | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (entry.expiresAt !== null && entry.expiresAt <= Date.now()) {
      this.#entries.delete(key);
      return undefined;
    }
    return entry.payload;
  }

  #first(
    model: string,
    matches: (payload: AdapterPayload) => boolean,
  ): AdapterPayload | undefined {
    for (const key of this.#entries.keys()) {
      if (!key.startsWith(`${model}:`)) continue;
      const payload = this.#live(key);
      if (payload && matches(payload)) return payload;
    }
    return undefined;
  }

  #read(): Record<string, StoredPayload> {
    if (!this.#file) return {};
    try {
      return JSON.parse(readFileSync(this.#file, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
      if (error instanceof SyntaxError) return {};
      throw error;
    }
  }

  #write(): void {
    if (!this.#file) return;
    const temporary = `${this.#file}.tmp`;
    writeFileSync(
      temporary,
      JSON.stringify(Object.fromEntries(this.#entries)),
      {
        mode: 0o600,
      },
    );
    renameSync(temporary, this.#file);
  }
}
