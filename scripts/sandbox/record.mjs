import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import prettier from 'prettier';
import { ROOT } from '../lib/paths.mjs';

const PAGE = 'docs/extend/sandbox-judges.md';
const [BEGIN, END] = ['<!-- prove:sandbox -->', '<!-- /prove:sandbox -->'];
const COLUMNS = [
  'service',
  'operations',
  'steps',
  'hold',
  'fail',
  'same',
  'differ, AWS decides',
  'not in moto',
  'date',
  'AWS CLI',
  'moto',
];

/** A service's lines as one row of the page. */
function toRow(service, lines, versions, date) {
  const own = lines.filter(line => line.service === service);
  const named = own.filter(line => !line.operation.startsWith('('));
  const said = text => named.filter(line => line.moto.startsWith(text)).length;
  const hold = own.filter(line => line.holds).length;
  const steps = own.reduce((sum, line) => sum + line.steps, 0);
  const counts = [named.length, steps, hold, own.length - hold];
  const moto = [said('same'), said('differs because'), said('not in moto')];
  return [service, ...counts, ...moto, date, versions.cli, versions.moto];
}

const cells = line =>
  line
    .split('|')
    .slice(1, -1)
    .map(cell => cell.trim());

/**
 * Writes what a run found into the page, one row per service; rows of services
 * that did not run stay as they are, with their own date.
 *
 * @param known ids of all services: rows of others go
 * @returns the page's path
 */
export function record({ lines, versions, known, date }) {
  const file = join(ROOT, PAGE);
  const page = readFileSync(file, 'utf8');
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) {
    throw new Error(`${PAGE} has lost its marks ${BEGIN} and ${END}`);
  }
  const rows = new Map(
    page
      .slice(from, to)
      .split('\n')
      .filter(line => line.startsWith('|'))
      .slice(2)
      .map(cells)
      .filter(([service]) => known.includes(service))
      .map(row => [row[0], row]),
  );
  for (const service of new Set(lines.map(line => line.service))) {
    rows.set(service, toRow(service, lines, versions, date));
  }
  const sorted = [...rows.values()].sort((a, b) => (a[0] < b[0] ? -1 : 1));
  const table = [COLUMNS, COLUMNS.map(() => '---'), ...sorted]
    .map(row => `| ${row.join(' | ')} |`)
    .join('\n');
  const next = `${page.slice(0, from)}${BEGIN}\n\n${table}\n\n${page.slice(
    to,
  )}`;
  const style = prettier.resolveConfig.sync(file);
  writeFileSync(file, prettier.format(next, { ...style, parser: 'markdown' }));
  return PAGE;
}
