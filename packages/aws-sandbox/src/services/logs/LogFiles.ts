import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** One line of a log stream. Times are epoch milliseconds. */
export interface LogEvent {
  timestamp: number;
  ingestionTime: number;
  message: string;
}

/**
 * The events of log streams, one append-only file of JSON lines per stream
 * below the sandbox's data folder, so that a chatty build costs one append and
 * not a rewrite of all that was logged before it.
 */
export class LogFiles {
  readonly #folder: string;

  constructor(dataDir: string) {
    this.#folder = path.join(dataDir, 'logs');
  }

  append(account: string, group: string, stream: string, events: LogEvent[]) {
    if (events.length === 0) return;
    const file = this.#file(account, group, stream);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.appendFileSync(file, events.map(e => `${JSON.stringify(e)}\n`).join(''));
  }

  /** All events of a stream by time; a line cut off by a crash is left out. */
  read(account: string, group: string, stream: string): LogEvent[] {
    let text: string;
    try {
      text = fs.readFileSync(this.#file(account, group, stream), 'utf8');
    } catch {
      return [];
    }
    const events = text.split('\n').flatMap(line => {
      try {
        return line ? [JSON.parse(line) as LogEvent] : [];
      } catch {
        return [];
      }
    });
    return events.sort((a, b) => a.timestamp - b.timestamp);
  }

  remove(account: string, group: string, stream?: string) {
    const target = stream
      ? this.#file(account, group, stream)
      : path.dirname(this.#file(account, group, ''));
    fs.rmSync(target, { recursive: true, force: true });
  }

  #file(account: string, group: string, stream: string): string {
    const name = (text: string) =>
      createHash('sha256').update(text).digest('hex').slice(0, 32);
    return path.join(
      this.#folder,
      account,
      name(group),
      `${name(stream)}.jsonl`,
    );
  }
}
