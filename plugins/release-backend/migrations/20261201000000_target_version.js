// @ts-check

/**
 * Compare-and-swap of what is known of a target: a reading of AWS that began
 * before somebody acted on it is refused.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('target_snapshot', table => {
    table.integer('version').notNullable().defaultTo(0);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('target_snapshot', table => {
    table.dropColumn('version');
  });
};
