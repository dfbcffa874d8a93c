import { isDatabaseConflictError } from '@backstage/backend-plugin-api';
import { ConflictError } from '@backstage/errors';
import type {
  StageTestRun,
  TestProject,
} from '@careplane/backstage-plugin-release-common';
import type { Knex } from 'knex';
import type { RolloutRecord } from '../engine/model';
import { newestOf } from './newestOf';
import { toSafeJson } from './safeFacts';

/** The stored facts of one run of a stage's tests. */
export interface StageTestRecord extends StageTestRun {
  /** Compare-and-swap of the row. */
  rowVersion: number;
  entityRef: string;
  component: string;
  where: TestProject;
  /** Commit of the release. */
  commit?: string;
  /** When the release that is tested began to receive all traffic. */
  liveSince: string;
  buildId?: string;
}

interface Row {
  id: string;
  target_arn: string;
  release_id: string;
  rollout_id: string | null;
  state: string;
  requested_at: string;
  version: number;
  data: string;
}

/** Runs of the tests of stages, one row each. */
export class StageTestStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** @throws ConflictError where the same release is being tested there. */
  async insert(trx: Knex.Transaction, run: StageTestRecord): Promise<void> {
    try {
      await trx<Row>('stage_test').insert(toRow(run));
    } catch (error) {
      if (!isDatabaseConflictError(error)) throw error;
      throw new ConflictError(
        'These tests are running already. Wait for them to end.',
      );
    }
  }

  /** @throws ConflictError when somebody else changed the run first. */
  async update(trx: Knex.Transaction, run: StageTestRecord): Promise<void> {
    const next = { ...run, rowVersion: run.rowVersion + 1 };
    const updated = await trx<Row>('stage_test')
      .where({ id: run.id, version: run.rowVersion })
      .update(toRow(next));
    if (updated !== 1) {
      throw new ConflictError('The run of the tests has changed meanwhile.');
    }
  }

  /** Those that have not ended, the oldest first. */
  async open(): Promise<StageTestRecord[]> {
    const rows = await this.#knex<Row>('stage_test')
      .whereIn('state', ['waiting', 'running'])
      .orderBy('requested_at');
    return rows.map(fromRow);
  }

  /** The newest runs of each target, whatever they tested; newest first. */
  async newest(
    targetArns: string[],
    limit = 20,
  ): Promise<Map<string, StageTestRecord[]>> {
    const rows: Row[] = await newestOf(this.#knex, 'stage_test', {
      arns: targetArns,
      order: ['requested_at', 'id'],
      limit,
    });
    const found = new Map<string, StageTestRecord[]>();
    for (const row of rows) {
      const runs = found.get(row.target_arn) ?? [];
      runs.push(fromRow(row));
      found.set(row.target_arn, runs);
    }
    return found;
  }

  /**
   * Promotes that ended well since then and were not tested.
   *
   * @param asked - Only those that were asked for since then: the index goes
   *   by that.
   */
  async untested(ended: string, asked: string): Promise<RolloutRecord[]> {
    const rows: { data: string }[] = await this.#knex('rollout')
      .leftJoin('stage_test', 'stage_test.rollout_id', 'rollout.id')
      .where({ 'rollout.kind': 'promote', 'rollout.state': 'SUCCEEDED' })
      .where('rollout.requested_at', '>', asked)
      .where('rollout.ended_at', '>', ended)
      .whereNull('stage_test.id')
      .select('rollout.data');
    return rows.map(row => JSON.parse(row.data) as RolloutRecord);
  }
}

function toRow(run: StageTestRecord): Row {
  return {
    id: run.id,
    target_arn: run.targetArn,
    release_id: run.releaseId,
    rollout_id: run.rolloutId ?? null,
    state: run.state,
    requested_at: run.requestedAt,
    version: run.rowVersion,
    data: toSafeJson(run),
  };
}

function fromRow(row: Row): StageTestRecord {
  return {
    ...(JSON.parse(row.data) as StageTestRecord),
    rowVersion: Number(row.version),
  };
}
