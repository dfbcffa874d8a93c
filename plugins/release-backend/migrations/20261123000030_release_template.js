// @ts-check

/**
 * What the template of each release says, as a summary by which releases are
 * compared. It never changes: a release is immutable.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('release_template', table => {
    table.string('component', 255).notNullable();
    table.string('release_id', 64).notNullable();
    table.text('summary').notNullable();
    table.primary(['component', 'release_id']);
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('release_template');
};
