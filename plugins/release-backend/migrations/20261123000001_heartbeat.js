// @ts-check

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  await knex.schema.createTable('heartbeat', table => {
    table.comment('Live backend processes, which share the AWS call budgets');
    table.string('process', 36).primary();
    table.bigInteger('seen_at').notNullable();
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('heartbeat');
};
