// What a plan costs a month, by the prices of infra/prices. What has no price
// there is paid by use, or free.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { INFRA } from './cache.mjs';

const PRICES = join(INFRA, 'prices');

/** Type → `(values) => {monthly, why}`, dollars at list price. */
export async function loadPrices() {
  const prices = {};
  for (const name of readdirSync(PRICES).sort()) {
    const { default: found } = await import(
      pathToFileURL(join(PRICES, name)).href
    );
    Object.assign(prices, found);
  }
  return prices;
}

/** @returns {{rows: {type, count, monthly, why}[], total: number}} */
export function costOf(resources, prices) {
  const byType = new Map();
  for (const { type, values } of resources) {
    const price = prices[type]?.(values);
    if (!price) continue;
    const row = byType.get(type) ?? {
      type,
      count: 0,
      monthly: 0,
      why: price.why,
    };
    row.count += 1;
    row.monthly += price.monthly;
    if (price.monthly > 0) row.why = price.why;
    byType.set(type, row);
  }
  const rows = [...byType.values()].sort((a, b) => b.monthly - a.monthly);
  return { rows, total: rows.reduce((sum, { monthly }) => sum + monthly, 0) };
}
