// @ts-check

/**
 * What readings add to a period of the history: since when and until when it
 * was surely there, and when its traffic was shared (JSON). Nothing is known
 * of what was recorded before.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('history', table => {
    table.text('seen').nullable();
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('history', table => {
    table.dropColumn('seen');
  });
};
