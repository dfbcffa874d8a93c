// Every direct dependency has its line in docs/dependencies.md and a licence that
// allows what we do with it; no line speaks of what nobody depends on any more.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './lib/paths.mjs';

const DOCUMENT = 'docs/dependencies.md';
const FAMILIES = ['@backstage/', '@aws-sdk/'];
const PERMISSIVE = new Set([
  ...['Apache-2.0', 'MIT', 'ISC', '0BSD', 'Unlicense', 'CC0-1.0'],
  ...['BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0'],
]);
/** Fine in tools, which we do not ship. */
const FOR_TOOLS = new Set(['MPL-2.0']);

const direct = readDirectDependencies();
const documented = readDocumented();
const problems = [
  ...[...direct.keys()].flatMap(name => problemsOf(name)),
  ...[...documented]
    .filter(line => ![...direct.keys()].some(name => lineOf(name) === line))
    .map(line => `${line} has a line in ${DOCUMENT} but nobody depends on it`),
];

for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(
  `${direct.size} direct dependencies, ${problems.length} problems\n`,
);
process.exitCode = problems.length > 0 ? 1 : 0;

/** Name → { folders that depend on it, shipped: whether any of them ships it }. */
function readDirectDependencies() {
  const folders = ['packages', 'plugins'].flatMap(parent =>
    readdirSync(join(ROOT, parent)).map(name => join(ROOT, parent, name)),
  );
  const manifests = [ROOT, ...folders]
    .filter(folder => existsSync(join(folder, 'package.json')))
    .map(folder => [folder, readJson(join(folder, 'package.json'))]);
  const own = new Set(manifests.map(([, manifest]) => manifest.name));
  const found = new Map();
  for (const [folder, manifest] of manifests) {
    for (const kind of [
      'dependencies',
      'devDependencies',
      'peerDependencies',
      'optionalDependencies',
    ]) {
      for (const name of Object.keys(manifest[kind] ?? {})) {
        if (own.has(name)) continue;
        const entry = found.get(name) ?? { folders: [], shipped: false };
        entry.folders.push(folder);
        entry.shipped ||= kind !== 'devDependencies';
        found.set(name, entry);
      }
    }
  }
  return found;
}

/** What the first column of the document's tables names. */
function readDocumented() {
  const text = readFileSync(join(ROOT, DOCUMENT), 'utf8');
  const rows = text.matchAll(/^\| `([^`]+)`[^|]*\|[^|]*\w[^|]*\|/gm);
  return new Set([...rows].map(([, name]) => name));
}

function lineOf(name) {
  const family = FAMILIES.find(prefix => name.startsWith(prefix));
  return family ? `${family}*` : name;
}

function problemsOf(name) {
  const { folders, shipped } = direct.get(name);
  const found = [];
  if (!documented.has(lineOf(name))) {
    found.push(`${name} has no line in ${DOCUMENT}`);
  }
  const licences = new Set(folders.map(folder => licenceOf(name, folder)));
  for (const licence of licences) {
    const allowed =
      PERMISSIVE.has(licence) || (!shipped && FOR_TOOLS.has(licence));
    if (!allowed) found.push(`${name} has the licence ${licence ?? 'unknown'}`);
  }
  return found;
}

/** SPDX id of the installed version; from its licence file where it names none. */
function licenceOf(name, folder) {
  const installed = [folder, ROOT]
    .map(base => join(base, 'node_modules', name))
    .find(path => existsSync(join(path, 'package.json')));
  if (!installed) return undefined;
  const { license } = readJson(join(installed, 'package.json'));
  if (license) return license;
  const file = readdirSync(installed).find(entry => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(installed, file), 'utf8') : '';
  return /^\s*(The )?MIT License/.test(text) ? 'MIT' : undefined;
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
