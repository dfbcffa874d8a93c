// Renders every sample of every template and judges it. `thorough` is for
// prove:templates: there, a missing judge is a failure.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  builds,
  cfnLint,
  filesOf,
  findCfnLint,
  hipaa,
  installCfnLint,
  TEMPLATE_FILES,
  wellFormed,
} from './judge.mjs';
import { mutants } from './mutants.mjs';
import { nag } from './nag.mjs';
import { render, samples, TEMPLATES } from './render.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

export async function judgeTemplates({ thorough }) {
  const count = { passed: 0, failed: 0, skipped: 0 };
  const report = (name, findings) => {
    count[findings.length === 0 ? 'passed' : 'failed'] += 1;
    console.log(`${findings.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
    for (const finding of findings) console.log(`     ${finding}`);
  };
  const cache = join(root, 'node_modules/.cache/careplane');
  let linter = findCfnLint(cache);
  if (!linter && thorough) linter = installCfnLint(cache);
  const work = mkdtempSync(join(tmpdir(), 'careplane-templates-'));
  try {
    for (const template of TEMPLATES) {
      for (const [name, values] of Object.entries(samples(template))) {
        const folder = join(work, template, name.replace(/\W+/g, '-'));
        render(template, values, folder);
        const title = `${template}, ${name}`;
        const first = contents(folder);
        render(template, values, folder);
        report(`${title}: renders completely, and the same twice`, [
          ...wellFormed(folder),
          ...(contents(folder) === first
            ? []
            : ['the second rendering differs']),
        ]);
        report(
          `${title}: cdk-nag HIPAA finds nothing`,
          hipaa(template, folder),
        );
        if (linter) {
          report(
            `${title}: cfn-lint finds nothing`,
            cfnLint(
              linter,
              TEMPLATE_FILES.map(file => join(folder, file)),
            ),
          );
        } else if (thorough) {
          report(`${title}: cfn-lint finds nothing`, [
            'there is no cfn-lint: install Python 3 with pip, or set CFN_LINT',
          ]);
        } else {
          count.skipped += 1;
          console.log(
            `skip ${title}: cfn-lint (none on this machine; npm run prove:templates installs it)`,
          );
        }
        if (name !== 'usual' && !thorough) continue;
        report(
          `${title}: npm ci, npm test and packaging pass offline`,
          builds(folder),
        );
        if (name === 'usual') judgeMutants(template, folder, report);
      }
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return count;

  function contents(folder) {
    return filesOf(folder)
      .map(file => `${file}\n${readFileSync(file, 'utf8')}`)
      .join('\n');
  }
}

/** A judge that cannot find a weakness proves nothing: weaken, and it must speak. */
function judgeMutants(template, folder, report) {
  const silent = mutants(template, folder).flatMap(({ name, file }) =>
    nag(file, {}).findings.length > 0 ? [] : [`nobody noticed: ${name}`],
  );
  report(`${template}: every weakened template is found out`, silent);
}

export function versionOf(name) {
  return createRequire(import.meta.url)(`${name}/package.json`).version;
}
