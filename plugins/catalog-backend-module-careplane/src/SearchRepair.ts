import type {
  DatabaseService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { randomUUID } from 'node:crypto';

type Database = Awaited<ReturnType<DatabaseService['getClient']>>;

/** Entities that are mended in one round; the next round takes the others. */
const BATCH = 500;
const CHUNK = 100;

/**
 * Has entities stitched again whose search rows were lost.
 *
 * The catalog's stitcher writes an entity with its hash first, and its search
 * rows after that, outside one transaction. Where the process is killed in
 * between, the next stitching finds the same hash and skips the search rows:
 * the entity is there by its name, and no filter ever finds it.
 * https://github.com/backstage/backstage/blob/master/plugins/catalog-backend/src/database/operations/stitcher/performStitching.ts
 *
 * The hash is forgotten and the stitcher asked again: it writes every row
 * itself, as it does for an entity that has changed.
 */
export class SearchRepair {
  constructor(
    private readonly database: Database,
    private readonly logger: LoggerService,
  ) {}

  /**
   * What was being stitched when this process ended: its rows may be of
   * before. Call it before stitching starts. @returns how many.
   */
  async afterStart(): Promise<number> {
    const knex = this.database;
    // A catalog that was never started has no tables yet.
    if (!(await knex.schema.hasTable('stitch_queue'))) return 0;
    return knex('final_entities')
      .whereIn('entity_ref', knex('stitch_queue').select('entity_ref'))
      .update({ hash: '' });
  }

  /** Entities without any search row. @returns how many are stitched again. */
  async sweep(): Promise<number> {
    const knex = this.database;
    const found: { entity_id: string; entity_ref: string }[] = await knex(
      'final_entities',
    )
      .whereNotNull('final_entity')
      .whereNotExists(
        knex('search')
          .select(knex.raw('1'))
          .where('search.entity_id', knex.ref('final_entities.entity_id')),
      )
      .orderBy('entity_ref')
      .limit(BATCH)
      .select('entity_id', 'entity_ref');
    const ticket = randomUUID();
    for (let i = 0; i < found.length; i += CHUNK) {
      const chunk = found.slice(i, i + CHUNK);
      // Together: without its hash, but not asked for, it would stay as it is.
      await knex.transaction(async trx => {
        await trx('final_entities')
          .whereIn(
            'entity_id',
            chunk.map(one => one.entity_id),
          )
          .update({ hash: '' });
        await trx('stitch_queue')
          .insert(
            chunk.map(one => ({
              entity_ref: one.entity_ref,
              stitch_ticket: ticket,
              next_stitch_at: trx.fn.now(),
            })),
          )
          .onConflict('entity_ref')
          .merge(['stitch_ticket', 'next_stitch_at']);
      });
    }
    if (found.length) {
      this.logger.warn(
        `${
          found.length
        } entities had no search rows, so no filter found them; they are stitched again: ${found
          .slice(0, 10)
          .map(one => one.entity_ref)
          .join(', ')}${found.length > 10 ? ', …' : ''}`,
      );
    }
    return found.length;
  }
}
