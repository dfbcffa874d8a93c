// @ts-check

/**
 * Where the evidence chain begins in the database, once its oldest records
 * have gone to an export: the last exported record, by position and hash.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('evidence_base', table => {
    table.integer('id').primary();
    table.integer('position').notNullable();
    table.string('hash', 64).notNullable();
  });
  await knex.raw(
    'create index rollout_ended_idx on rollout (ended_at) where ended_at is not null',
  );
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  const base = await knex('evidence_base').first();
  if (base) {
    throw new Error(
      `Evidence up to position ${base.position} is in exports only, and without this table what is left would not verify. Put the exported records back first.`,
    );
  }
  await knex.raw('drop index rollout_ended_idx');
  await knex.schema.dropTable('evidence_base');
};
