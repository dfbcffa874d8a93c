import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Collection } from '../types';
import { OlderStates } from './OlderStates';

const WRITE_DELAY_MS = 50;

/**
 * Values are held as JSON text, so that what is read is always a copy and is
 * the same before and after a restart.
 */
class JsonCollection<T> implements Collection<T> {
  private readonly items: Map<string, string>;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly file: string,
    private readonly beforeWrite: (
      key: string,
      before: string | undefined,
    ) => void,
    private readonly isKept: boolean,
  ) {
    this.items = new Map(
      Object.entries(read(file)).map(([key, value]) => [
        key,
        JSON.stringify(value),
      ]),
    );
  }

  get size() {
    return this.items.size;
  }

  get(key: string): T | undefined {
    const text = this.items.get(key);
    return text === undefined ? undefined : (JSON.parse(text) as T);
  }

  /** As JSON text, by key. */
  texts(): ReadonlyMap<string, string> {
    return this.items;
  }

  set(key: string, value: T) {
    this.beforeWrite(key, this.items.get(key));
    this.items.set(key, JSON.stringify(value));
    this.writeSoon();
  }

  has(key: string) {
    return this.items.has(key);
  }

  delete(key: string) {
    if (this.items.has(key)) this.beforeWrite(key, this.items.get(key));
    const deleted = this.items.delete(key);
    if (deleted) this.writeSoon();
    return deleted;
  }

  keys() {
    return [...this.items.keys()];
  }

  values() {
    return [...this.items.values()].map(text => JSON.parse(text) as T);
  }

  entries() {
    return [...this.items].map(
      ([key, text]) => [key, JSON.parse(text)] as [string, T],
    );
  }

  clear() {
    this.items.forEach((text, key) => this.beforeWrite(key, text));
    this.items.clear();
    this.writeSoon();
  }

  flush() {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    const lines = [...this.items].map(
      ([key, text]) => `${JSON.stringify(key)}:${text}`,
    );
    writeAtomically(this.file, `{${lines.join(',\n')}}\n`);
  }

  private writeSoon() {
    if (!this.isKept) return;
    this.timer ??= setTimeout(() => this.flush(), WRITE_DELAY_MS);
  }
}

/** Collections as JSON files, one per service, account and name. */
export class JsonState {
  private readonly open = new Map<string, JsonCollection<unknown>>();

  constructor(
    private readonly directory: string,
    readonly older: OlderStates = new OlderStates(Date.now),
    /** False where nobody reads the files again: none are written then. */
    private readonly isKept = true,
  ) {}

  store<T>(service: string, account: string, name: string): Collection<T> {
    return this.collection(service, account, name) as unknown as Collection<T>;
  }

  /** A collection as it was, for stale reads; see `OlderStates`. */
  olderStore<T>(
    service: string,
    account: string,
    name: string,
    milliseconds: number | undefined,
  ): Collection<T> {
    return this.older.view(
      { file: this.fileOf(service, account, name), service, account },
      this.collection(service, account, name).texts(),
      milliseconds,
    );
  }

  private collection(service: string, account: string, name: string) {
    const file = this.fileOf(service, account, name);
    let collection = this.open.get(file);
    if (!collection) {
      collection = new JsonCollection(
        file,
        (key, before) =>
          this.older.note({ file, service, account }, key, before),
        this.isKept,
      );
      this.open.set(file, collection);
    }
    return collection;
  }

  accounts(service: string, name: string): string[] {
    const ending = join('/', `${encodeURIComponent(name)}.json`);
    const folder = join(this.directory, encodeURIComponent(service));
    const found = new Set(list(folder).map(decodeURIComponent));
    for (const file of this.open.keys()) {
      if (file.startsWith(join(folder, '/')) && file.endsWith(ending)) {
        found.add(
          decodeURIComponent(file.slice(folder.length + 1, -ending.length)),
        );
      }
    }
    return [...found]
      .filter(account => this.store(service, account, name).size > 0)
      .sort();
  }

  /** Writes everything that is not on disk yet. */
  flush(): void {
    for (const collection of this.open.values()) collection.flush();
  }

  private fileOf(service: string, account: string, name: string): string {
    const parts = [service, account, name].map(encodeURIComponent);
    return `${join(this.directory, ...parts)}.json`;
  }
}

function read(file: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Error(
      `The sandbox cannot read its state in ${file}; remove that file to begin anew`,
      { cause: error },
    );
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** A reader sees the old file or the new one, never a part. */
export function writeAtomically(file: string, data: string | Uint8Array) {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, data);
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
