// @ts-check

/**
 * One row per resource that a source was asked about.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('snapshots', table => {
    table.comment('Last known facts of each resource, and how they are known.');
    table.text('provider').notNullable().comment('Id of the provider');
    table.text('key').notNullable().comment('Resource, for example its ARN');
    table.text('items').comment('JSON array of the last good facts');
    table.text('as_of').comment('When those facts were read (ISO 8601, UTC)');
    table.text('attempted_at').comment('When the last reading began');
    table.text('next_poll_at').notNullable();
    table.integer('failures').notNullable().defaultTo(0);
    table.text('error').comment('JSON of the last error, null after success');
    table.text('lease_owner').comment('Who reads it now');
    table.text('lease_until');
    table.text('seen_at').notNullable().comment('When an entity named it last');
    table.primary(['provider', 'key']);
    table.index(['next_poll_at'], 'snapshots_next_poll_idx');
    table.index(['seen_at'], 'snapshots_seen_idx');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('snapshots');
};
