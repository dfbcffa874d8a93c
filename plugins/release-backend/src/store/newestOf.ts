import type { Knex } from 'knex';

/**
 * The newest rows of each of many targets, newest first, in one query. Only
 * their keys are ranked: whole rows are read of the newest alone.
 */
export async function newestOf<Row>(
  knex: Knex,
  table: 'history' | 'rollout' | 'stage_test',
  of: {
    arns: string[];
    where?: Record<string, string>;
    order: [string, string];
    limit: number;
  },
): Promise<Row[]> {
  if (!of.arns.length) return [];
  const [first, second] = of.order;
  const order = [
    { column: first, order: 'desc' as const },
    { column: second, order: 'desc' as const },
  ];
  return knex
    .with('ranked', query =>
      query
        .select('id')
        .rowNumber('rank_of_target', over =>
          over.partitionBy('target_arn').orderBy(order),
        )
        .from(table)
        .whereIn('target_arn', of.arns)
        .where(of.where ?? {}),
    )
    .select(`${table}.*`)
    .from(table)
    .join('ranked', 'ranked.id', `${table}.id`)
    .where('ranked.rank_of_target', '<=', of.limit)
    .orderBy(order.map(one => ({ ...one, column: `${table}.${one.column}` })));
}
