// @ts-check

/**
 * Names that AWS chooses and bounds otherwise than by 255 or 512 characters:
 * the ARN of an IAM user has a path of up to 512 before its name. Only
 * PostgreSQL refuses what is longer than a column; there the change touches no
 * row.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const COLUMNS = [
  ['evidence', 'actor'],
  ['history', 'actor'],
  ['history', 'revision_id'],
  ['intent', 'request_id'],
];

/** @param {import('knex').Knex} knex */
exports.up = async function up(knex) {
  if (knex.client.config.client !== 'pg') return;
  for (const [table, column] of COLUMNS) {
    await knex.raw('alter table ?? alter column ?? type text', [table, column]);
  }
};

/**
 * Nothing: what is longer by now would be lost.
 *
 * @param {import('knex').Knex} _knex
 */
exports.down = async function down(_knex) {};
