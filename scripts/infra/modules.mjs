// `terraform validate` and `terraform test` of every module and example.
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { CACHE, INFRA } from './cache.mjs';
import { terraform } from './terraform.mjs';

const MODULES = join(INFRA, 'modules');

const foldersIn = folder =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter(entry => entry.isDirectory())
        .map(({ name }) => name)
        .sort()
    : [];

/** Every module with its examples. */
export function moduleFolders() {
  return foldersIn(MODULES)
    .filter(name => existsSync(join(MODULES, name, 'versions.tf')))
    .map(name => {
      const folder = join(MODULES, name);
      const examples = join(folder, 'examples');
      return {
        name,
        folder,
        examples: foldersIn(examples).map(one => join(examples, one)),
      };
    });
}

/** Terraform's own folder, kept out of the sources. */
export function dataFolder(folder) {
  return { TF_DATA_DIR: join(CACHE, 'data', relative(INFRA, folder)) };
}

/**
 * Validates one folder. A warning counts, since the providers' own arrive here
 * alone.
 *
 * @returns {Promise<string[]>} problems
 */
export async function validate(folder, providers) {
  const options = { cwd: folder, providers, extra: dataFolder(folder) };
  const init = await terraform(
    ['init', '-backend=false', '-no-color', '-input=false'],
    options,
  );
  if (init.code !== 0) return [clean(init.stderr || init.stdout)];
  const { stdout, stderr } = await terraform(['validate', '-json'], options);
  let report;
  try {
    report = JSON.parse(stdout);
  } catch {
    return [clean(stderr || stdout)];
  }
  return report.diagnostics.map(diagnostic);
}

/**
 * Runs the tests of one module, after `validate`.
 *
 * @returns {Promise<{passed: number, failed: number, problems: string[]}>}
 */
export async function test(folder, providers) {
  const { code, stdout, stderr } = await terraform(
    ['test', '-json', '-no-color'],
    {
      cwd: folder,
      providers,
      extra: dataFolder(folder),
    },
  );
  const events = stdout
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line));
  const summary = events.find(
    ({ type }) => type === 'test_summary',
  )?.test_summary;
  const problems = events
    .filter(({ type }) => type === 'diagnostic')
    .map(event => diagnostic(event.diagnostic));
  if (!summary || (code !== 0 && summary.failed + summary.errored === 0)) {
    return { passed: 0, failed: 1, problems: [...problems, clean(stderr)] };
  }
  return {
    passed: summary.passed,
    failed: summary.failed + summary.errored + summary.skipped,
    problems,
  };
}

function diagnostic({ severity, summary, detail, range }) {
  const where = range ? `${range.filename}:${range.start.line}: ` : '';
  return clean(`${where}${severity}: ${summary}. ${detail ?? ''}`);
}

function clean(text) {
  return text.replace(/\s+/g, ' ').trim();
}
