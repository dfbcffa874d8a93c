import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const FOLDERS = ['packages', 'plugins', 'scripts', 'infra', 'e2e', 'templates'];
const SKIPPED = new Set(['node_modules', 'dist', 'dist-types', 'coverage']);
const IS_TEST = /(\.test\.(ts|tsx|mjs|js)|scripts\/release\/\w+\.ts)$/;
/** Titles of tests, also of `it.each(...)(`, and the claim of a proof. */
const TITLE =
  /(?:\b(?:it|test|describe)(?:\.\w+)?\(|\)\(|\bclaim:)\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g;
const ID = /\b(?:INV-\d{2}|SC-[A-Z]\d{1,2})\b/g;

function* filesIn(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (SKIPPED.has(entry.name) || entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path);
    else yield path;
  }
}

/** Files of what writes to AWS that have an SDK command; tests do not count. */
export function importersOf(root, command) {
  return ['packages/aws-node', 'plugins']
    .flatMap(folder => [...filesIn(join(root, folder))])
    .filter(path => path.endsWith('.ts') && !IS_TEST.test(path))
    .filter(path => readFileSync(path, 'utf8').includes(command))
    .map(path => relative(root, path));
}

/**
 * The tests that name rules in their titles.
 *
 * @returns {Map<string, { title: string, file: string }[]>} by id
 */
export function findTests(root) {
  const found = new Map();
  for (const folder of FOLDERS) {
    for (const path of filesIn(join(root, folder))) {
      if (!IS_TEST.test(path)) continue;
      const file = relative(root, path);
      for (const [, , title] of readFileSync(path, 'utf8').matchAll(TITLE)) {
        for (const [id] of title.matchAll(ID)) {
          const named = found.get(id) ?? [];
          found.set(id, [
            ...named,
            { title: title.replace(/\\'/g, "'"), file },
          ]);
        }
      }
    }
  }
  return found;
}
