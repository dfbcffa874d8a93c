// @ts-check

/**
 * Six years of records stay fast (45 CFR 164.316(b)(2)(i)): an index for each
 * filter of audit and lists in the order that pages show, and the place up to
 * which the evidence chain has been verified.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('evidence', table => {
    table.dropIndex(['stage', 'entity_ref', 'at'], 'evidence_stage_idx');
    table.index(['entity_ref', 'position'], 'evidence_entity_idx');
    table.index(['stage', 'position'], 'evidence_stage_position_idx');
    table.index(['at'], 'evidence_at_idx');
  });
  await knex.schema.alterTable('rollout', table => {
    table.dropIndex(['entity_ref', 'stage'], 'rollout_entity_idx');
    table.index(['entity_ref', 'requested_at'], 'rollout_entity_time_idx');
    table.index(['stage', 'requested_at'], 'rollout_stage_time_idx');
    table.index(['state', 'requested_at'], 'rollout_state_time_idx');
  });
  await knex.raw(
    'create index rollout_open_idx on rollout (target_arn) where ended_at is null',
  );
  await knex.schema.createTable('evidence_checkpoint', table => {
    table.integer('id').primary();
    table.integer('position').notNullable();
    table.string('hash', 64).notNullable();
    table.integer('swept').notNullable();
  });
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.dropTable('evidence_checkpoint');
  await knex.raw('drop index rollout_open_idx');
  await knex.schema.alterTable('rollout', table => {
    table.dropIndex(['entity_ref', 'requested_at'], 'rollout_entity_time_idx');
    table.dropIndex(['stage', 'requested_at'], 'rollout_stage_time_idx');
    table.dropIndex(['state', 'requested_at'], 'rollout_state_time_idx');
    table.index(['entity_ref', 'stage'], 'rollout_entity_idx');
  });
  await knex.schema.alterTable('evidence', table => {
    table.dropIndex(['entity_ref', 'position'], 'evidence_entity_idx');
    table.dropIndex(['stage', 'position'], 'evidence_stage_position_idx');
    table.dropIndex(['at'], 'evidence_at_idx');
    table.index(['stage', 'entity_ref', 'at'], 'evidence_stage_idx');
  });
};
