// @ts-check

const OPEN_STATES_EXCLUDED = [
  'SUCCEEDED',
  'ROLLED_BACK',
  'ROLLED_BACK_UNVERIFIED',
  'BLOCKED',
  'DECLINED',
  'CANCELLED',
  'ABANDONED',
];

/**
 * Times are ISO 8601 in UTC as text: they sort, and read the same on SQLite
 * and PostgreSQL. JSON is text for the same reason.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('rollout', table => {
    table.string('id', 36).primary();
    table.string('requested_by', 255).notNullable();
    table.string('idempotency_key', 255).notNullable();
    table.string('request_hash', 64).notNullable();
    table.string('entity_ref', 512).notNullable();
    table.string('stage', 63).notNullable();
    table.string('target_arn', 512).notNullable();
    table.string('kind', 16).notNullable();
    table.string('state', 32).notNullable();
    table.integer('version').notNullable();
    table.integer('priority').notNullable();
    table.string('requested_at', 30).notNullable();
    table.string('ended_at', 30).nullable();
    table.string('next_run_at', 30).nullable();
    table.integer('fencing_token').notNullable().defaultTo(0);
    table.text('data').notNullable();
    table.unique(['requested_by', 'idempotency_key'], {
      indexName: 'rollout_request_uniq',
    });
    table.index(['next_run_at'], 'rollout_next_run_idx');
    table.index(['requested_at', 'id'], 'rollout_requested_idx');
    table.index(['entity_ref', 'stage'], 'rollout_entity_idx');
  });
  // INV-03: one active rollout per target.
  await knex.raw(
    `create unique index rollout_one_active_per_target on rollout (target_arn) where state not in (${OPEN_STATES_EXCLUDED.map(
      state => `'${state}'`,
    ).join(', ')})`,
  );

  await knex.schema.createTable('intent', table => {
    table.string('rollout_id', 36).notNullable();
    table.integer('seq').notNullable();
    table.string('step', 64).notNullable();
    table.string('api', 64).notNullable();
    table.text('before_json').notNullable();
    table.text('after_json').notNullable();
    table.string('written_at', 30).notNullable();
    table.integer('sends').notNullable().defaultTo(0);
    table.string('accepted_at', 30).nullable();
    table.string('request_id', 128).nullable();
    table.string('outcome', 32).nullable();
    table.text('observed_json').nullable();
    table.string('observed_at', 30).nullable();
    table.text('error').nullable();
    // INV-02: one intent per step of a rollout.
    table.unique(['rollout_id', 'seq'], { indexName: 'intent_seq_uniq' });
  });

  await knex.schema.createTable('approval', table => {
    table.increments('id');
    table.string('rollout_id', 36).notNullable();
    table.string('plan_hash', 64).notNullable();
    table.string('person', 255).notNullable();
    table.string('decision', 16).notNullable();
    table.text('comment').nullable();
    table.string('at', 30).notNullable();
    table.string('consumed_at', 30).nullable();
    // INV-30: a person counts once for a plan.
    table.unique(['rollout_id', 'plan_hash', 'person'], {
      indexName: 'approval_person_uniq',
    });
  });

  await knex.schema.createTable('lease', table => {
    table.string('resource', 255).primary();
    table.string('owner', 64).notNullable();
    table.integer('fencing_token').notNullable();
    table.string('expires_at', 30).notNullable();
  });

  await knex.schema.createTable('hold', table => {
    table.string('target_arn', 512).primary();
    table.string('person', 255).notNullable();
    table.string('at', 30).notNullable();
    table.text('reason').nullable();
    table.string('rollout_id', 36).notNullable();
  });

  await knex.schema.createTable('quarantine', table => {
    table.string('release_id', 64).notNullable();
    table.string('component', 255).notNullable();
    table.string('person', 255).notNullable();
    table.string('at', 30).notNullable();
    table.text('reason').notNullable();
    table.primary(['release_id', 'component']);
  });

  await knex.schema.createTable('evidence', table => {
    table.integer('position').primary();
    table.string('at', 30).notNullable();
    table.string('kind', 64).notNullable();
    table.string('actor', 255).notNullable();
    table.string('stage', 63).nullable();
    table.string('entity_ref', 512).nullable();
    table.string('target_arn', 512).nullable();
    table.string('rollout_id', 36).nullable();
    table.text('facts').notNullable();
    table.string('hash', 64).notNullable();
    table.string('previous_hash', 64).notNullable();
    table.index(['stage', 'entity_ref', 'at'], 'evidence_stage_idx');
    table.index(['rollout_id'], 'evidence_rollout_idx');
    table.index(['actor', 'position'], 'evidence_actor_idx');
    table.index(['kind', 'position'], 'evidence_kind_idx');
  });
  await knex.schema.createTable('evidence_head', table => {
    table.integer('id').primary();
    table.integer('position').notNullable();
    table.string('hash', 64).notNullable();
  });
  await knex('evidence_head').insert({
    id: 1,
    position: 0,
    hash: '0'.repeat(64),
  });

  await knex.schema.createTable('target_snapshot', table => {
    table.string('target_arn', 512).primary();
    table.string('entity_ref', 512).notNullable();
    table.string('stage', 63).notNullable();
    table.string('observed_at', 30).nullable();
    table.text('data').notNullable();
    table.index(['entity_ref'], 'target_snapshot_entity_idx');
  });

  await knex.schema.createTable('history', table => {
    table.increments('id');
    table.string('target_arn', 512).notNullable();
    table.string('revision_id', 512).notNullable();
    table.text('revision').notNullable();
    table.string('from_at', 30).notNullable();
    table.string('to_at', 30).nullable();
    table.string('actor', 512).nullable();
    table.string('source', 16).notNullable();
    table.string('rollout_id', 36).nullable();
    table.index(['target_arn', 'from_at'], 'history_target_idx');
  });

  await knex.schema.createTable('release_cache', table => {
    table.string('component', 255).primary();
    table.text('releases').notNullable();
    table.string('as_of', 30).nullable();
    table.text('message').nullable();
  });

  await knex.schema.createTable('clock_offset', table => {
    table.integer('id').primary();
    table.bigInteger('offset_ms').notNullable();
  });
  await knex('clock_offset').insert({ id: 1, offset_ms: 0 });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  for (const table of [
    'clock_offset',
    'release_cache',
    'history',
    'target_snapshot',
    'evidence_head',
    'evidence',
    'quarantine',
    'hold',
    'lease',
    'approval',
    'intent',
    'rollout',
  ]) {
    await knex.schema.dropTable(table);
  }
};
