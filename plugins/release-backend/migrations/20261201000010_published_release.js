// @ts-check

/**
 * One row for each published release, so that a poll reads and writes what is
 * new alone; before, a component's releases were one text.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('published_release', table => {
    table.string('component', 255).notNullable();
    table.string('release_id', 64).notNullable();
    // What the store says of its content: another one is read again.
    table.string('tag', 255).notNullable();
    table.string('built_at', 30).nullable();
    // Null where what lies there is no release.
    table.text('data').nullable();
    table.primary(['component', 'release_id']);
    table.index(['component', 'built_at'], 'published_release_newest_idx');
  });
  await knex.schema.createTable('release_reading', table => {
    table.string('component', 255).primary();
    // The release that the next part begins behind.
    table.string('after', 64).nullable();
    table.string('as_of', 30).nullable();
    // Since when every release has been read at least once.
    table.string('whole_at', 30).nullable();
    table.text('message').nullable();
  });
  for (const row of await knex('release_cache')) {
    await knex('release_reading').insert({
      component: row.component,
      as_of: row.as_of,
      whole_at: row.as_of,
      message: row.message,
    });
    for (const release of JSON.parse(row.releases)) {
      await knex('published_release').insert({
        component: row.component,
        release_id: release.id,
        tag: '',
        built_at: release.builtAt,
        data: JSON.stringify(release),
      });
    }
  }
  await knex.schema.dropTable('release_cache');
};

/** @param {import('knex').Knex} knex */
exports.down = async function down(knex) {
  await knex.schema.createTable('release_cache', table => {
    table.string('component', 255).primary();
    table.text('releases').notNullable();
    table.string('as_of', 30).nullable();
    table.text('message').nullable();
  });
  for (const row of await knex('release_reading')) {
    const releases = await knex('published_release')
      .where({ component: row.component })
      .whereNotNull('data')
      .orderBy('built_at', 'desc')
      .pluck('data');
    await knex('release_cache').insert({
      component: row.component,
      releases: `[${releases.join(',')}]`,
      as_of: row.as_of,
      message: row.message,
    });
  }
  await knex.schema.dropTable('release_reading');
  await knex.schema.dropTable('published_release');
};
