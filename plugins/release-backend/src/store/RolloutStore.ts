import { isDatabaseConflictError } from '@backstage/backend-plugin-api';
import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  isTerminal,
  RolloutQuery,
} from '@careplane/backstage-plugin-release-common';
import type { Knex } from 'knex';
import type { RolloutRecord } from '../engine/model';
import type { Lease } from './LeaseStore';
import { newestOf } from './newestOf';
import { toSafeJson } from './safeFacts';

interface RolloutRow {
  id: string;
  requested_by: string;
  idempotency_key: string;
  request_hash: string;
  entity_ref: string;
  stage: string;
  target_arn: string;
  kind: string;
  state: string;
  version: number;
  priority: number;
  requested_at: string;
  ended_at: string | null;
  next_run_at: string | null;
  review_due: string | null;
  fencing_token: number;
  data: string;
}

/** States that wait for a person. */
const WAITING: RolloutRecord['state'][] = [
  'AWAITING_APPROVAL',
  'EXTERNAL_CHANGE',
  'PAUSED',
  'ROLLBACK_FAILED',
];

/** Rollback first: its lane is never behind a forward step. */
const priorityOf = (record: RolloutRecord) =>
  record.kind === 'rollback' ||
  record.state === 'ROLLING_BACK' ||
  record.state === 'VERIFYING_ROLLBACK'
    ? 0
    : 1;

/** Ended, and somebody else has not looked yet at why glass was broken. */
export const isReviewDue = ({
  state,
  review,
}: Pick<RolloutRecord, 'state' | 'review'>): boolean =>
  isTerminal(state) && review !== undefined && !review.done;

/** Rollouts, one row each. All state changes are compare-and-swaps. */
export class RolloutStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  /**
   * Opens a rollout.
   *
   * @throws ConflictError when the target has an active one (INV-03).
   */
  async insert(trx: Knex.Transaction, record: RolloutRecord): Promise<void> {
    try {
      await trx('rollout').insert({ ...toRow(record), fencing_token: 0 });
    } catch (error) {
      if (isDatabaseConflictError(error)) {
        throw new ConflictError(
          `Another rollout is active on ${record.stage} of ${record.component}. Wait for it, or open it to act on it.`,
        );
      }
      throw error;
    }
  }

  /**
   * Writes the next state where the row is still at the version that was read
   * and, with a lease, where no newer lease wrote it (INV-04).
   *
   * @throws ConflictError when somebody else was first.
   */
  async update(
    trx: Knex.Transaction,
    record: RolloutRecord,
    lease?: Lease,
  ): Promise<RolloutRecord> {
    const next = { ...record, version: record.version + 1 };
    const update = trx('rollout')
      .where({ id: record.id, version: record.version })
      .update({
        ...toRow(next),
        ...(lease ? { fencing_token: lease.fencingToken } : {}),
      });
    if (lease) update.where('fencing_token', '<=', lease.fencingToken);
    if ((await update) !== 1) {
      throw new ConflictError(
        'The rollout has changed since it was read. Read it again.',
      );
    }
    return next;
  }

  async get(id: string): Promise<RolloutRecord> {
    const row = await this.#knex<RolloutRow>('rollout').where({ id }).first();
    if (!row) throw new NotFoundError(`There is no rollout ${id}.`);
    return fromRow(row);
  }

  async byIds(ids: string[]): Promise<Map<string, RolloutRecord>> {
    if (!ids.length) return new Map();
    const rows = await this.#knex<RolloutRow>('rollout').whereIn('id', ids);
    return new Map(rows.map(row => [row.id, fromRow(row)]));
  }

  async findByKey(
    requestedBy: string,
    idempotencyKey: string,
  ): Promise<RolloutRecord | undefined> {
    const row = await this.#knex<RolloutRow>('rollout')
      .where({ requested_by: requestedBy, idempotency_key: idempotencyKey })
      .first();
    return row && fromRow(row);
  }

  /** The rollout that has the target's slot. */
  async activeOn(targetArn: string): Promise<RolloutRecord | undefined> {
    return (await this.active([targetArn])).get(targetArn);
  }

  /** The newest rollout of a target that was not refused before it began. */
  async lastThatMoved(targetArn: string): Promise<RolloutRecord | undefined> {
    const row = await this.#knex<RolloutRow>('rollout')
      .where({ target_arn: targetArn })
      .whereNotIn('state', ['BLOCKED', 'DECLINED', 'CANCELLED'])
      .orderBy([
        { column: 'requested_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .first();
    return row && fromRow(row);
  }

  /**
   * How the service deployed before rollbacks that have ended and did not put
   * that back yet; the newer of them saw it changed already.
   */
  async unrestored(
    targetArn: string,
  ): Promise<RolloutRecord['deploymentConfiguration']> {
    const rows = await this.#knex<RolloutRow>('rollout')
      .where({ target_arn: targetArn })
      .whereNotNull('ended_at')
      .whereNotNull('next_run_at')
      .orderBy('requested_at');
    return rows
      .map(row => fromRow(row).deploymentConfiguration)
      .find(configuration => configuration);
  }

  /** Rollouts of a target that are open, or ended since then. */
  async since(targetArn: string, sinceIso: string): Promise<RolloutRecord[]> {
    const rows = await this.#knex<RolloutRow>('rollout')
      .where({ target_arn: targetArn })
      .where(some =>
        some.whereNull('ended_at').orWhere('ended_at', '>=', sinceIso),
      );
    return rows.map(fromRow);
  }

  async active(targetArns: string[]): Promise<Map<string, RolloutRecord>> {
    const rows = await this.#knex<RolloutRow>('rollout')
      .whereIn('target_arn', targetArns)
      .whereNull('ended_at');
    return new Map(rows.map(row => [row.target_arn, fromRow(row)]));
  }

  /** Whose time has come, rollbacks first. */
  async due(
    nowIso: string,
    limit: number,
  ): Promise<{ id: string; rollback: boolean }[]> {
    const rows = await this.#knex<RolloutRow>('rollout')
      .whereNotNull('next_run_at')
      .where('next_run_at', '<=', nowIso)
      .orderBy([{ column: 'priority' }, { column: 'next_run_at' }])
      .limit(limit)
      .select('id', 'priority');
    return rows.map(({ id, priority }) => ({ id, rollback: priority === 0 }));
  }

  /** When the next rollout wants to run. */
  async nextDue(): Promise<string | undefined> {
    const row = await this.#knex<RolloutRow>('rollout')
      .whereNotNull('next_run_at')
      .min({ at: 'next_run_at' })
      .first();
    return (row as unknown as { at: string | null })?.at ?? undefined;
  }

  /** Makes a rollout due without changing its state. */
  async wake(id: string, atIso: string): Promise<void> {
    await this.#knex<RolloutRow>('rollout')
      .where({ id })
      .whereNotNull('next_run_at')
      .update({ next_run_at: atIso });
  }

  /**
   * Makes the open rollouts of targets due, and those with something left to
   * do on their stack. @returns how many.
   */
  async wakeOn(targetArns: string[], atIso: string): Promise<number> {
    return this.#knex<RolloutRow>('rollout')
      .whereIn('target_arn', targetArns)
      .where('next_run_at', '>', atIso)
      .update({ next_run_at: atIso });
  }

  /** Puts off a rollout whose tick failed before it could commit. */
  async postpone(id: string, atIso: string): Promise<void> {
    await this.wake(id, atIso);
  }

  /** Newest first; the cursor is `<requestedAt>|<id>`. */
  async list(
    query: RolloutQuery,
    entityRefs?: string[],
  ): Promise<{ items: RolloutRecord[]; next?: string }> {
    const limit = Math.min(Math.max(query.limit ?? 20, 1), 100);
    const select = this.#knex<RolloutRow>('rollout')
      .orderBy([
        { column: 'requested_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(limit + 1);
    if (query.entityRef) select.where({ entity_ref: query.entityRef });
    if (query.stage) select.where({ stage: query.stage });
    if (query.state) select.where({ state: query.state });
    if (query.open) select.whereNull('ended_at');
    if (entityRefs) select.whereIn('entity_ref', entityRefs);
    if (query.before) {
      const [at, id = ''] = String(query.before).split('|');
      select.where(older =>
        older
          .where('requested_at', '<', at)
          .orWhere(same =>
            same.where('requested_at', at).andWhere('id', '<', id),
          ),
      );
    }
    const rows = await select;
    const items = rows.slice(0, limit).map(fromRow);
    const last = items[items.length - 1];
    return {
      items,
      next: rows.length > limit ? `${last.requestedAt}|${last.id}` : undefined,
    };
  }

  /** Rollouts that wait for a person, newest first. */
  async waiting(entityRefs: string[]): Promise<RolloutRecord[]> {
    // At most one for each target: what stands still is told by its record.
    const rows = await this.#knex<RolloutRow>('rollout')
      .where(some => some.whereNull('ended_at').orWhereNotNull('review_due'))
      .whereIn('entity_ref', entityRefs)
      .orderBy('requested_at', 'desc');
    return rows
      .map(fromRow)
      .filter(
        record =>
          WAITING.includes(record.state) ||
          record.stuck ||
          record.blind?.pages ||
          record.pause ||
          isReviewDue(record),
      )
      .slice(0, 100);
  }

  /** How many rollouts were sent back by themselves since then (INV-32). */
  async automaticReturns(targetArn: string, since: string): Promise<number> {
    const rows = await this.#knex<RolloutRow>('rollout')
      .where({ target_arn: targetArn, kind: 'promote' })
      .where('ended_at', '>=', since);
    return rows.filter(row => fromRow(row).automatic).length;
  }

  /** Revisions that rollouts made, by target: which release became which. */
  async revisionsMade(
    targetArns: string[],
    limit = 200,
  ): Promise<Map<string, NonNullable<RolloutRecord['candidate']>[]>> {
    const rows: RolloutRow[] = await newestOf(this.#knex, 'rollout', {
      arns: targetArns,
      where: { kind: 'promote' },
      order: ['requested_at', 'id'],
      limit,
    });
    const found = new Map<string, NonNullable<RolloutRecord['candidate']>[]>();
    for (const row of rows) {
      const { candidate } = fromRow(row);
      if (!candidate) continue;
      const made = found.get(row.target_arn) ?? [];
      found.set(row.target_arn, made);
      made.push(candidate);
    }
    return found;
  }
}

function toRow(record: RolloutRecord): Omit<RolloutRow, 'fencing_token'> {
  return {
    id: record.id,
    requested_by: record.requestedBy,
    idempotency_key: record.idempotencyKey,
    request_hash: record.requestHash,
    entity_ref: record.entityRef,
    stage: record.stage,
    target_arn: record.targetArn,
    kind: record.kind,
    state: record.state,
    version: record.version,
    priority: priorityOf(record),
    requested_at: record.requestedAt,
    ended_at: isTerminal(record.state) ? record.endedAt ?? null : null,
    next_run_at: record.nextRunAt ?? null,
    review_due: isReviewDue(record) ? record.review?.since ?? null : null,
    data: toSafeJson(record),
  };
}

function fromRow(row: RolloutRow): RolloutRecord {
  return {
    ...(JSON.parse(row.data) as RolloutRecord),
    version: Number(row.version),
    nextRunAt: row.next_run_at ?? undefined,
  };
}
