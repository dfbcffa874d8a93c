// `npm run docs:invariants`: writes docs/extend/invariants.md, the list of what
// the release engine holds with the tests that name it in their titles. Fails
// where neither a test nor a construction stands for a rule. `--check` writes
// nothing.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findTests, importersOf } from './invariants/findTests.mjs';
import { RULES } from './invariants/rules.mjs';
import { ROOT } from './lib/paths.mjs';
import { run, Stop } from './lib/say.mjs';

const PAGE = 'docs/extend/invariants.md';

const shown = text =>
  text.replace(/\|/g, '\\|').replace(/</g, '&lt;').replace(/\s+/g, ' ');

/** What stands for a rule, one line each. */
function provesOf([id, , by], tests) {
  const named = (tests.get(id) ?? []).map(
    ({ title, file }) => `${shown(title)} (\`${file}\`)`,
  );
  return by ? [...named, `by construction: ${by[0]} (\`${by[1]}\`)`] : named;
}

const tableOf = (rules, tests) =>
  [
    '| id | what holds | shown by |',
    '| --- | --- | --- |',
    ...rules.map(
      rule =>
        `| ${rule[0]} | ${rule[1]} | ${provesOf(rule, tests).join('<br>')} |`,
    ),
  ].join('\n');

await run(async () => {
  const tests = findTests(ROOT);
  const known = new Set(RULES.map(([id]) => id));
  const bare = RULES.filter(rule => provesOf(rule, tests).length === 0);
  const strange = [...tests.keys()].filter(id => !known.has(id));
  const gone = RULES.filter(([, , by]) => by && !existsSync(join(ROOT, by[1])));
  const written = RULES.flatMap(([id, , by]) =>
    by?.[2]
      ? importersOf(ROOT, by[2]).map(file => `${id}: ${file} has ${by[2]}`)
      : [],
  );
  const problems = [
    ...written,
    ...bare.map(([id, rule]) => `${id} (${rule}): no test names it`),
    ...strange.map(id => `${id} is named by a test, and is no rule`),
    ...gone.map(([id, , by]) => `${id}: there is no ${by[1]}`),
  ];
  const page = `# What the release engine holds

Made by \`npm run docs:invariants\` from \`scripts/invariants/rules.mjs\` and the titles of tests; the command fails where nothing stands for a rule. \`INV\` is what always holds, \`SC\` a scenario that tries it.

## Invariants

${tableOf(
  RULES.filter(([id]) => id.startsWith('INV')),
  tests,
)}

## Scenarios

${tableOf(
  RULES.filter(([id]) => id.startsWith('SC')),
  tests,
)}
`;
  if (!process.argv.includes('--check')) {
    const { format } = await import('prettier');
    writeFileSync(join(ROOT, PAGE), format(page, { parser: 'markdown' }));
  } else if (!existsSync(join(ROOT, PAGE))) {
    problems.push(`There is no ${PAGE}: npm run docs:invariants`);
  }
  if (problems.length) throw new Stop(problems.join('\n'));
  const named = RULES.filter(([id]) => tests.has(id)).length;
  process.stdout.write(
    `${RULES.length} rules: ${named} named by tests, ${
      RULES.length - named
    } held by construction alone\n`,
  );
});
