// @ts-check

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('stage_test', table => {
    table.comment('Runs of the tests of a stage against a release');
    table.string('id', 36).primary();
    table.string('target_arn', 512).notNullable();
    table.string('release_id', 64).notNullable();
    // Null where somebody asked for it: only the first comes by itself.
    table.string('rollout_id', 36).nullable();
    table.string('state', 16).notNullable();
    table.string('requested_at', 30).notNullable();
    table.integer('version').notNullable();
    table.text('data').notNullable();
    table.unique(['rollout_id'], { indexName: 'stage_test_rollout_uniq' });
    table.index(
      ['target_arn', 'requested_at'],
      'stage_test_target_requested_idx',
    );
    table.index(['state'], 'stage_test_state_idx');
  });
  // One run at a time, whoever asks.
  await knex.raw(
    "create unique index stage_test_one_open on stage_test (target_arn, release_id) where state in ('waiting', 'running')",
  );
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('stage_test');
};
