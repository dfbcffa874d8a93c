import type { AuditPage } from '@careplane/backstage-plugin-release-common';
import type { Knex } from 'knex';
import { EvidenceRow, fromRow, GENESIS, hashOf } from './evidenceRows';

const CHUNK = 1000;
/** Older records that each check looks at again, in turn. */
const SWEEP = 2000;

type Verdict = AuditPage['chain'];

/** A record that was found to fit, by position and hash. */
export interface Link {
  position: number;
  hash: string;
}

/** Where the chain begins: at its genesis, or after what was exported. */
export async function baseOf(knex: Knex): Promise<Link> {
  const row = await knex('evidence_base').where({ id: 1 }).first();
  return row
    ? { position: Number(row.position), hash: row.hash }
    : { position: 0, hash: GENESIS };
}

/**
 * Verifies the chain of evidence. Six years of it are too many to recompute for
 * a page, so a check goes on from where the last one ended, and looks once more
 * at a part of what is older, so that all of it is looked at in turn.
 */
export class EvidenceChain {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  /**
   * Recomputes the chain from its first record that is not in an export only.
   *
   * @returns the first position whose record does not fit, if there is one.
   */
  verify(now: string): Promise<Verdict> {
    return this.#fromBase(now, base => this.#verifyFrom(base, now));
  }

  /** Goes on from the checkpoint, and moves it. */
  check(now: string): Promise<Verdict> {
    return this.#fromBase(now, base => this.#checkFrom(base, now));
  }

  /**
   * Looks from where the chain begins, which an export must tell of, and once
   * more where records left for another one meanwhile.
   */
  async #fromBase(
    now: string,
    look: (base: Link) => Promise<Verdict>,
  ): Promise<Verdict> {
    for (;;) {
      const base = await baseOf(this.#knex);
      const verdict = (await this.#isExported(base))
        ? await look(base)
        : {
            verified: false,
            checkedAt: now,
            firstBadPosition: base.position + 1,
          };
      const { position } = await baseOf(this.#knex);
      if (verdict.verified || position === base.position) return verdict;
    }
  }

  /** Whether a record names `base` as the last one of an export. */
  async #isExported({ position, hash }: Link): Promise<boolean> {
    if (position === 0) return hash === GENESIS;
    const rows = await this.#knex<EvidenceRow>('evidence')
      .where({ kind: 'evidence-exported' })
      .where('position', '>', position)
      .orderBy('position', 'desc');
    return rows.some(row => {
      const { facts } = fromRow(row);
      return facts.position === position && facts.hash === hash;
    });
  }

  async #verifyFrom(base: Link, now: string): Promise<Verdict> {
    const { end, bad } = await this.#walk(base, Infinity);
    return this.#verdict(now, end, bad ?? (await this.#lost(base, end)));
  }

  /**
   * The first position that is missing where the chain was once verified
   * further than it goes now, or through another record: its end was cut off
   * and the head set back to what is left.
   */
  async #lost(base: Link, end: Link): Promise<number | undefined> {
    const point = await this.#checkpoint();
    if (!point || (await this.#stands(point, base))) return undefined;
    return Math.min(point.position, end.position + 1);
  }

  /** Up to where a check has found all well. */
  async #checkpoint(): Promise<(Link & { swept: number }) | undefined> {
    const row = await this.#knex('evidence_checkpoint')
      .where({ id: 1 })
      .first();
    return (
      row && {
        position: Number(row.position),
        hash: row.hash,
        swept: Number(row.swept ?? 0),
      }
    );
  }

  async #checkFrom(base: Link, now: string): Promise<Verdict> {
    const point = await this.#checkpoint();
    const from = point && point.position > base.position ? point : base;
    // What was verified has changed: look for the first record that does not fit.
    if (!(await this.#stands(from, base))) return this.#verifyFrom(base, now);
    const fresh = await this.#walk(from, Infinity);
    if (fresh.bad) return this.#verdict(now, fresh.end, fresh.bad);
    const swept = await this.#sweep(
      Math.max(point?.swept ?? 0, base.position),
      from.position,
      base,
    );
    if (swept.bad) return this.#verdict(now, fresh.end, swept.bad);
    const { position, hash } = fresh.end;
    await this.#knex('evidence_checkpoint')
      .insert({ id: 1, position, hash, swept: swept.next })
      .onConflict('id')
      .merge();
    return this.#verdict(now, fresh.end);
  }

  async #stands({ position, hash }: Link, base: Link): Promise<boolean> {
    // An export has it.
    if (position < base.position) return true;
    if (position === base.position) return hash === base.hash;
    const row = await this.#row(position);
    return row?.hash === hash;
  }

  /** Looks again at a part of what is older than the checkpoint. */
  async #sweep(
    position: number,
    until: number,
    base: Link,
  ): Promise<{ bad?: number; next: number }> {
    const older = position > base.position;
    const row = older ? await this.#row(position) : undefined;
    if (older && !row) return { bad: position, next: 0 };
    const from = row ? { position, hash: row.hash } : base;
    const { end, bad } = await this.#walk(from, SWEEP);
    return { bad, next: end.position >= until ? 0 : end.position };
  }

  #row(position: number): Promise<EvidenceRow | undefined> {
    return this.#knex<EvidenceRow>('evidence').where({ position }).first();
  }

  async #walk(from: Link, limit: number): Promise<{ end: Link; bad?: number }> {
    let end = from;
    for (let read = 0; read < limit; read += CHUNK) {
      const rows = await this.#knex<EvidenceRow>('evidence')
        .where('position', '>', end.position)
        .orderBy('position')
        .limit(CHUNK);
      for (const row of rows) {
        const { hash, ...record } = fromRow(row);
        const fits =
          record.position === end.position + 1 &&
          record.previousHash === end.hash &&
          hash === hashOf(record);
        if (!fits) return { end, bad: end.position + 1 };
        end = { position: record.position, hash };
      }
      if (rows.length < CHUNK) break;
    }
    return { end };
  }

  async #verdict(now: string, end: Link, bad?: number): Promise<Verdict> {
    if (!bad && (await this.#isTail(end.position))) {
      return { verified: true, checkedAt: now };
    }
    const firstBadPosition = bad ?? end.position + 1;
    return { verified: false, checkedAt: now, firstBadPosition };
  }

  /** Whether nothing was cut off behind `position`; writers may go on. */
  async #isTail(position: number): Promise<boolean> {
    const head = await this.#knex('evidence_head').where({ id: 1 }).first();
    if (Number(head.position) === position) return true;
    return Boolean(await this.#row(position + 1));
  }
}
