import { randomUUID } from 'node:crypto';
import { ConflictError } from '@backstage/errors';
import type {
  Hold,
  HistoryEntry,
  Revision,
} from '@careplane/backstage-plugin-release-common';
import type { Knex } from 'knex';
import type { TargetFacts } from '../poll/facts';
import { newestOf } from './newestOf';
import { toSafeJson } from './safeFacts';

interface HistoryRow {
  id: number;
  target_arn: string;
  revision_id: string;
  revision: string;
  from_at: string;
  to_at: string | null;
  actor: string | null;
  source: string;
  rollout_id: string | null;
  seen: string | null;
}

/** What readings say of a period besides its moves, in ISO 8601. */
export interface Seen {
  /** When a period that Careplane did not begin was first seen. */
  from?: string;
  /** When it was last seen, where another was found after it. */
  to?: string;
  /** When somebody outside shared its traffic. */
  shared?: { from: string; to?: string }[];
}

/** A period as it is recorded. */
export type Period = HistoryEntry & { seen?: Seen };

/** A target and the component that it was read for. */
export interface TargetKey {
  arn: string;
  entityRef: string;
  stage: string;
}

/** What is known of a target, and at which version. */
export interface KnownFacts {
  facts: TargetFacts;
  version: number;
}

/** The snapshot of a target whose first reading has not ended. */
const UNREAD = '{}';

/** Sources of what AWS remembers from before Careplane. */
const IMPORTED = ['cloudtrail', 'ecs', 'codedeploy'] as const;
const isImported = (source: string) => IMPORTED.some(one => one === source);

const entryOf = (row: HistoryRow): HistoryEntry => ({
  revision: JSON.parse(row.revision),
  from: row.from_at,
  to: row.to_at ?? undefined,
  actor: row.actor ?? undefined,
  source: row.source as HistoryEntry['source'],
  rolloutId: row.rollout_id ?? undefined,
});

/** Snapshots, moves and holds of targets. */
export class TargetStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async facts(targetArns: string[]): Promise<Map<string, TargetFacts>> {
    const rows = await this.#knex('target_snapshot')
      .whereIn('target_arn', targetArns)
      .whereNot('data', UNREAD);
    return new Map(rows.map(row => [row.target_arn, JSON.parse(row.data)]));
  }

  /**
   * What is known of a target before AWS is read, with the version that
   * `saveFacts` compares. Whoever acts on the target meanwhile changes it.
   */
  async beginReading(target: TargetKey): Promise<KnownFacts> {
    await this.#knex('target_snapshot')
      .insert({
        target_arn: target.arn,
        entity_ref: target.entityRef,
        stage: target.stage,
        observed_at: null,
        data: UNREAD,
        version: 0,
        topic: randomUUID(),
      })
      .onConflict('target_arn')
      .ignore();
    const row = await this.#knex('target_snapshot')
      .where({ target_arn: target.arn })
      .first();
    return { facts: JSON.parse(row.data), version: Number(row.version) };
  }

  /** What signals call the targets by; none before the first reading. */
  async topics(targetArns: string[]): Promise<Map<string, string>> {
    const rows = await this.#knex('target_snapshot')
      .whereIn('target_arn', targetArns)
      .whereNotNull('topic')
      .select('target_arn', 'topic');
    return new Map(rows.map(row => [row.target_arn, row.topic]));
  }

  /** For which component, on which stage, each target was last read. */
  async readers(
    targetArns: string[],
  ): Promise<Map<string, { entityRef: string; stage: string }>> {
    const rows = await this.#knex('target_snapshot')
      .whereIn('target_arn', targetArns)
      .select('target_arn', 'entity_ref', 'stage');
    return new Map(
      rows.map(row => [
        row.target_arn,
        { entityRef: row.entity_ref, stage: row.stage },
      ]),
    );
  }

  /** ISO 8601: when each target was last read, or was tried to be. */
  async triedAt(targetArns: string[]): Promise<Map<string, string>> {
    const rows = await this.#knex('target_snapshot')
      .whereIn('target_arn', targetArns)
      .whereNotNull('tried_at')
      .select('target_arn', 'tried_at');
    return new Map(rows.map(row => [row.target_arn, row.tried_at]));
  }

  /**
   * Writes what a reading gave, where nobody acted on the target or wrote
   * another reading since it began.
   *
   * @throws ConflictError otherwise: what was read may be older than the act.
   */
  async saveFacts(
    trx: Knex.Transaction,
    target: TargetKey,
    known: KnownFacts,
  ): Promise<void> {
    const { facts, version } = known;
    const saved = await trx('target_snapshot')
      .where({ target_arn: target.arn, version })
      .update({
        entity_ref: target.entityRef,
        stage: target.stage,
        observed_at: facts.asOf ?? null,
        tried_at: facts.failure?.at ?? facts.asOf ?? null,
        data: toSafeJson(facts),
        version: version + 1,
      });
    if (saved !== 1) {
      throw new ConflictError(
        `The target ${target.arn} has changed since it was read. Read it again.`,
      );
    }
  }

  /** Adds slow facts that no act depends on to whatever is known now. */
  async addFacts(
    targetArn: string,
    slow: Pick<
      TargetFacts,
      'viability' | 'ownership' | 'publish' | 'deploymentGroup'
    >,
  ): Promise<void> {
    await this.#knex.transaction(async trx => {
      // An update first: it locks the row on both engines.
      const known = await trx('target_snapshot')
        .where({ target_arn: targetArn })
        .update({ version: trx.ref('version') });
      if (!known) return;
      const row = await trx('target_snapshot')
        .where({ target_arn: targetArn })
        .first();
      const facts = { ...JSON.parse(row.data), ...slow };
      await trx('target_snapshot')
        .where({ target_arn: targetArn })
        .update({ data: toSafeJson(facts) });
    });
  }

  /** Refuses readings of the target that are under way. */
  async touch(trx: Knex.Transaction, targetArn: string): Promise<void> {
    await trx('target_snapshot')
      .where({ target_arn: targetArn })
      .update({ version: trx.raw('version + 1') });
  }

  /** Oldest first; the last 200 moves. */
  async history(targetArn: string): Promise<HistoryEntry[]> {
    return (await this.histories([targetArn])).get(targetArn) ?? [];
  }

  /** The same of many targets, or their last moves alone, in one query. */
  async histories(
    targetArns: string[],
    limit = 200,
  ): Promise<Map<string, HistoryEntry[]>> {
    const rows: HistoryRow[] = await newestOf(this.#knex, 'history', {
      arns: targetArns,
      order: ['from_at', 'id'],
      limit,
    });
    const found = new Map<string, HistoryEntry[]>();
    for (const row of rows) {
      const entries = found.get(row.target_arn) ?? [];
      found.set(row.target_arn, entries);
      entries.unshift(entryOf(row));
    }
    return found;
  }

  /** The history with what readings say of each period. */
  async periods(targetArn: string): Promise<Period[]> {
    const rows: HistoryRow[] = await newestOf(this.#knex, 'history', {
      arns: [targetArn],
      order: ['from_at', 'id'],
      limit: 200,
    });
    return rows
      .map(row => ({
        ...entryOf(row),
        seen: row.seen ? (JSON.parse(row.seen) as Seen) : undefined,
      }))
      .reverse();
  }

  /** Keeps what a reading says of the period that runs. */
  async see(
    trx: Knex.Transaction,
    targetArn: string,
    revisionId: string,
    seen: Seen,
  ): Promise<void> {
    await trx('history')
      .where({ target_arn: targetArn, revision_id: revisionId })
      .whereNull('to_at')
      .update({ seen: toSafeJson(seen) });
  }

  /**
   * Ends the running period and begins the next, unless it is the same.
   * `lastSeen` is when a period was last read whose end nobody told.
   */
  async recordMove(
    trx: Knex.Transaction,
    targetArn: string,
    entry: Omit<Period, 'to'>,
    lastSeen?: string,
  ): Promise<boolean> {
    const current = await trx<HistoryRow>('history')
      .where({ target_arn: targetArn })
      .whereNull('to_at')
      .first();
    if (current?.revision_id === entry.revision.id) return false;
    if (current) {
      await trx('history')
        .where({ id: current.id })
        .update({
          to_at: entry.from,
          ...(lastSeen && {
            seen: toSafeJson({
              ...JSON.parse(current.seen ?? '{}'),
              to: lastSeen,
            }),
          }),
        });
    }
    await trx('history').insert(historyRow(targetArn, entry));
    return true;
  }

  /**
   * First contact: what AWS remembers, written before what is recorded. A
   * period that was seen running without its beginning gets it from there. Told
   * again with more, only what is older than all that is known is added.
   */
  async importHistory(
    targetArn: string,
    moves: {
      revision: Revision;
      at: string;
      actor?: string;
      source: (typeof IMPORTED)[number];
    }[],
  ): Promise<void> {
    await this.#knex.transaction(async trx => {
      const recorded = await trx<HistoryRow>('history')
        .where({ target_arn: targetArn })
        .orderBy([{ column: 'from_at' }, { column: 'id' }]);
      const periods = moves.filter(
        (move, index) => moves[index - 1]?.revision.id !== move.revision.id,
      );
      const oldest = recorded.at(0);
      const { earlier, began } = beforeRecords(periods, oldest);
      for (const [index, move] of earlier.entries()) {
        await trx('history').insert(
          historyRow(targetArn, {
            revision: move.revision,
            from: move.at,
            to: earlier[index + 1]?.at ?? began?.at ?? oldest?.from_at,
            actor: move.actor,
            source: move.source,
          }),
        );
      }
      if (began && oldest) {
        await trx('history')
          .where({ id: oldest.id })
          .update({ from_at: began.at, actor: oldest.actor ?? began.actor });
      }
    });
  }

  async holds(targetArns: string[]): Promise<Map<string, Hold>> {
    const rows = await this.#knex('hold').whereIn('target_arn', targetArns);
    return new Map(
      rows.map(row => [
        row.target_arn,
        {
          by: row.person,
          at: row.at,
          reason: row.reason ?? undefined,
          rolloutId: row.rollout_id,
        },
      ]),
    );
  }

  async setHold(
    trx: Knex.Transaction,
    targetArn: string,
    hold: Hold,
  ): Promise<void> {
    await trx('hold')
      .insert({
        target_arn: targetArn,
        person: hold.by,
        at: hold.at,
        reason: hold.reason ?? null,
        rollout_id: hold.rolloutId,
      })
      .onConflict('target_arn')
      .merge();
  }

  /**
   * Lifts the hold that one rollout set.
   *
   * @throws ConflictError where it is not there: another one may be.
   */
  async liftHold(
    trx: Knex.Transaction,
    { targetArn, rolloutId }: { targetArn: string; rolloutId: string },
  ): Promise<void> {
    const lifted = await trx('hold')
      .where({ target_arn: targetArn, rollout_id: rolloutId })
      .delete();
    if (lifted !== 1) {
      throw new ConflictError(
        'The hold that you saw is not there any more. Look at the target again before you lift another.',
      );
    }
  }
}

/**
 * The moves before what is recorded and, where the oldest record began unseen,
 * the move that began it.
 */
function beforeRecords<T extends { revision: Revision; at: string }>(
  moves: T[],
  oldest: HistoryRow | undefined,
): { earlier: T[]; began?: T } {
  if (!oldest) return { earlier: moves };
  const isOldest = (move: T) => move.revision.id === oldest.revision_id;
  const { to_at: ended } = oldest;
  const began =
    oldest.source === 'observed'
      ? moves.filter(one => isOldest(one) && (!ended || one.at < ended)).at(-1)
      : undefined;
  if (began) return { earlier: moves.slice(0, moves.indexOf(began)), began };
  const earlier = moves.filter(move => move.at < oldest.from_at);
  const before = earlier.at(-1);
  // What was told of first by its end, or by another source, began there.
  return before && isOldest(before) && isImported(oldest.source)
    ? { earlier: earlier.slice(0, -1), began: before }
    : { earlier };
}

function historyRow(targetArn: string, entry: Period) {
  return {
    target_arn: targetArn,
    revision_id: entry.revision.id,
    revision: toSafeJson(entry.revision),
    from_at: entry.from,
    to_at: entry.to ?? null,
    actor: entry.actor ?? null,
    source: entry.source,
    rollout_id: entry.rolloutId ?? null,
    seen: entry.seen ? toSafeJson(entry.seen) : null,
  };
}
