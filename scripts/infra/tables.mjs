// The tables of a run, as it prints them.
import { printTable } from './table.mjs';

export function printPlans(planned) {
  const rows = planned.flatMap(
    ({ where, plan, order, waived, seconds, region }) =>
      region.stacks.map((stack, index) => {
        const own = plan.resources.filter(one => one.stack === stack);
        const units = order
          .filter(name => name.startsWith(`${stack}--`))
          .map(name => name.split('--').slice(1).join('/'));
        return [
          where,
          stack,
          own.length,
          waived.filter(({ address }) =>
            address.startsWith(`module.${stack}--`),
          ).length,
          units.join(' → '),
          index === 0 ? `${seconds} s` : '',
        ];
      }),
  );
  printTable(
    'Live stacks, as planned',
    ['where', 'stack', 'resources', 'waived', 'units in order', 'took'],
    rows,
  );
}

/** Every rule with how many resources it looked at; whole-plan rules say `plan`. */
export function printRules(rules, planned) {
  printTable(
    'Policies',
    ['id', '45 CFR', 'what it asks', ...planned.map(({ where }) => where)],
    rules.map(({ id, cfr, title, types }) => [
      id,
      cfr.join(', '),
      title,
      ...planned.map(({ plan }) =>
        types
          ? types.reduce((sum, type) => sum + plan.of(type).length, 0)
          : 'plan',
      ),
    ]),
  );
}

export function printMutations(where, rows) {
  printTable(
    `Lines taken out, one at a time: ${where}`,
    ['type', 'line', 'verdict', 'by'],
    rows.map(({ type, property, verdict, by }) => [
      type,
      property,
      verdict,
      by,
    ]),
  );
  const verdicts = {};
  for (const { verdict } of rows)
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
  console.log(
    Object.entries(verdicts)
      .map(([verdict, times]) => `${times} ${verdict}`)
      .join(', '),
  );
}
