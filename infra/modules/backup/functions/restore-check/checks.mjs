import pg from 'pg';

const HOUR_MS = 3_600_000;

const quote = table => table.split('.').map(pg.escapeIdentifier).join('.');

/**
 * The checks, in order. Each answers true or false: no value of a row leaves
 * the database.
 *
 * @param expected - as `readExpectations` answers it
 * @param copiedAt - when the recovery point was made, a Date
 */
export function checksFor({ tables, freshest }, copiedAt) {
  return [
    ...tables.map(table => ({
      name: `${table} has rows`,
      sql: `SELECT EXISTS (SELECT 1 FROM ${quote(table)}) AS holds`,
    })),
    {
      name: 'no index is invalid',
      sql: 'SELECT NOT EXISTS (SELECT 1 FROM pg_index WHERE NOT indisvalid) AS holds',
    },
    ...(freshest
      ? [
          {
            name: `${freshest.table} is at most ${freshest.withinHours} h older than the copy`,
            sql: `SELECT coalesce(max(${pg.escapeIdentifier(
              freshest.column,
            )}) >= $1::timestamptz, false) AS holds FROM ${quote(
              freshest.table,
            )}`,
            values: [
              new Date(copiedAt.getTime() - freshest.withinHours * HOUR_MS),
            ],
          },
        ]
      : []),
  ];
}

/**
 * Carries them out, read-only.
 *
 * @returns names of those that do not hold, with a code where one could not be
 *   carried out
 */
export async function failingChecks(client, checks) {
  const failing = [];
  for (const { name, sql, values } of checks) {
    try {
      const { rows } = await client.query(sql, values);
      if (!rows[0].holds) failing.push(name);
    } catch (error) {
      failing.push(`${name} (${error.code ?? error.name})`);
    }
  }
  return failing;
}
