// @ts-check

/**
 * Few of many rollouts are due: the engine asks every second which ones.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.raw(
    'create index rollout_due_idx on rollout (priority, next_run_at) where next_run_at is not null',
  );
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.raw('drop index rollout_due_idx');
};
