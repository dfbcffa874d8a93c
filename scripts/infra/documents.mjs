// What every module brings besides its code, so that the next person finds it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PINNED } from './provider/archive.mjs';

const SECTIONS = ['Diagram', 'Inputs', 'Outputs', 'Cost', 'Decisions'];

/** @returns {string[]} what a module lacks: files, README sections, versions */
export function documentProblems({ name, folder, examples }) {
  const problems = [];
  for (const file of [
    'main.tf',
    'variables.tf',
    'outputs.tf',
    'versions.tf',
    'README.md',
  ]) {
    if (!existsSync(join(folder, file))) problems.push(`there is no ${file}`);
  }
  const tests = join(folder, 'tests');
  if (
    !existsSync(tests) ||
    !readdirSync(tests).some(one => one.endsWith('.tftest.hcl'))
  ) {
    problems.push('there is no tests/*.tftest.hcl');
  }
  if (examples.length === 0) problems.push('there is no example');
  if (problems.length > 0) return problems.map(one => `${name}: ${one}`);
  const readme = readFileSync(join(folder, 'README.md'), 'utf8');
  for (const section of SECTIONS) {
    if (!readme.includes(`\n## ${section}\n`))
      problems.push(`README lacks "## ${section}"`);
  }
  if (!readme.includes('```mermaid'))
    problems.push('its diagram is not mermaid');
  for (const [file, heading] of [
    ['variables.tf', 'Inputs'],
    ['outputs.tf', 'Outputs'],
  ]) {
    const text = readFileSync(join(folder, file), 'utf8');
    const part = readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
    for (const [, label] of text.matchAll(/^(?:variable|output) "(\w+)"/gm)) {
      if (!part.includes(`\`${label}\``)) {
        problems.push(`README's ${heading} do not have \`${label}\``);
      }
    }
  }
  problems.push(...versionProblems(folder));
  return problems.map(one => `${name}: ${one}`);
}

/** The stub has no version to be held against the constraint, so this does. */
function versionProblems(folder) {
  const text = readFileSync(join(folder, 'versions.tf'), 'utf8');
  const problems = [];
  if (!/required_version\s*=\s*">= 1\.11"/.test(text)) {
    problems.push('versions.tf does not ask for Terraform >= 1.11');
  }
  const [, constraint] =
    /source\s*=\s*"hashicorp\/aws"\s*version\s*=\s*"([^"]+)"/.exec(text) ?? [];
  const [major, minor] = PINNED.providerVersion.split('.').map(Number);
  const [, wantedMajor, wantedMinor] =
    /^~> (\d+)\.(\d+)$/.exec(constraint) ?? [];
  if (Number(wantedMajor) !== major || !(Number(wantedMinor) <= minor)) {
    problems.push(
      `versions.tf (${constraint}) does not admit hashicorp/aws ${PINNED.providerVersion} by "~> major.minor"`,
    );
  }
  return problems;
}
