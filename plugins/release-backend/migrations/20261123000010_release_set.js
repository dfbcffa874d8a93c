// @ts-check

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('release_set', table => {
    table.comment(
      'Targets that are promoted or rolled back together, in order',
    );
    table.string('id', 36).primary();
    table.string('requested_by', 255).notNullable();
    table.string('idempotency_key', 255).notNullable();
    table.string('request_hash', 64).notNullable();
    table.string('stage', 63).notNullable();
    table.string('requested_at', 30).notNullable();
    table.integer('version').notNullable();
    table.text('data').notNullable();
    table.unique(['requested_by', 'idempotency_key'], {
      indexName: 'release_set_request_uniq',
    });
    table.index(['requested_at', 'id'], 'release_set_requested_idx');
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('release_set');
};
