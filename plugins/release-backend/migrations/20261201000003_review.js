// @ts-check

/**
 * Rollouts for which glass was broken, until somebody else has looked at it.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('rollout', table => {
    table.string('review_due', 30).nullable();
  });
  await knex.raw(
    'create index rollout_review_idx on rollout (review_due) where review_due is not null',
  );
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('drop index rollout_review_idx');
  await knex.schema.alterTable('rollout', table => {
    table.dropColumn('review_due');
  });
};
