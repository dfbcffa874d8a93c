// @ts-check
const { randomUUID } = require('node:crypto');

/**
 * What signals call a target by: everybody hears them, and a name that says
 * nothing is known to those only who may see the target.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('target_snapshot', table => {
    table.string('topic', 36).nullable();
  });
  for (const row of await knex('target_snapshot').select('target_arn')) {
    await knex('target_snapshot')
      .where({ target_arn: row.target_arn })
      .update({ topic: randomUUID() });
  }
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.alterTable('target_snapshot', table => {
    table.dropColumn('topic');
  });
};
