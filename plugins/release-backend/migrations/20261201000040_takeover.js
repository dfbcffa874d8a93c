// @ts-check

/**
 * Rollbacks that turned a rollout which was under way, instead of one of their
 * own: a repeated request finds it by its key, and the promote keeps its own.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('takeover', table => {
    table.comment('Rollbacks that turned an active rollout');
    table.string('requested_by', 255).notNullable();
    table.string('idempotency_key', 255).notNullable();
    table.string('request_hash', 64).notNullable();
    table.string('rollout_id', 36).notNullable().index('takeover_rollout_idx');
    table.primary(['requested_by', 'idempotency_key']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('takeover');
};
