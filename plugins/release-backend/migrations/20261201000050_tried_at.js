/**
 * When a target was last read or tried to be: replicas pass over what another
 * one has just read, and what waited longest goes first.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('target_snapshot', table => {
    table.string('tried_at', 30).nullable();
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('target_snapshot', table => {
    table.dropColumn('tried_at');
  });
};
