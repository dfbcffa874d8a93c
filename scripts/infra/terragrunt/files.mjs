// Reads Terragrunt files and holds them against the language's table.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { parse } from '@cdktf/hcl2json';
import { ROOT } from '../../lib/paths.mjs';
import {
  ATTRIBUTES,
  BLOCKS,
  FUNCTIONS,
  REFUSED_FUNCTIONS,
} from './language.mjs';

export const shown = file => relative(ROOT, file).replaceAll('\\', '/');

/**
 * Parses one file.
 *
 * @param kind - `unit`, `stack`, `root` or `values`
 * @returns {Promise<{body: object, problems: string[]}>} the blocks as arrays
 *   under their labels; every expression is a `"${…}"` string
 */
export async function readFile(file, kind) {
  let body;
  try {
    body = await parse(file, readFileSync(file, 'utf8'));
  } catch (error) {
    return { body: {}, problems: [`${shown(file)}: ${error.message}`] };
  }
  const problems = [...check(body, kind), ...checkFunctions(body, kind)];
  return { body, problems: problems.map(one => `${shown(file)}: ${one}`) };
}

function check(body, kind) {
  const problems = [];
  for (const [name, value] of Object.entries(body)) {
    const rule = BLOCKS.find(
      one => one.name === name && one.files.includes(kind),
    );
    if (rule) {
      problems.push(...checkBlock(rule, value));
      continue;
    }
    const known = ATTRIBUTES.some(
      one => one.name === name && one.files.includes(kind),
    );
    if (!known) problems.push(`\`${name}\` is not used in a ${kind} file here`);
  }
  return problems;
}

function checkBlock(rule, value) {
  const named = rule.labelled
    ? Object.entries(value).flatMap(([label, bodies]) =>
        bodies.map(body => [`${rule.name} "${label}"`, body]),
      )
    : value.map(body => [rule.name, body]);
  const problems = [];
  if (rule.single && value.length > 1)
    problems.push(`more than one ${rule.name}`);
  for (const [title, body] of named) {
    for (const key of Object.keys(body)) {
      if (rule.attributes && !rule.attributes.includes(key)) {
        problems.push(
          `${title}: \`${key}\` is not in the table (${rule.docs})`,
        );
      }
    }
    for (const key of rule.required ?? []) {
      if (!(key in body))
        problems.push(`${title} lacks \`${key}\` (${rule.docs})`);
    }
  }
  return problems;
}

function checkFunctions(body, kind) {
  const problems = new Set();
  const state = new Set(
    FUNCTIONS.filter(({ use }) => use === 'state').map(({ name }) => name),
  );
  for (const name of callsIn(body)) {
    if (REFUSED_FUNCTIONS.includes(name)) {
      problems.add(`${name}() would have to be run, and cannot be composed`);
    }
    if (state.has(name) && kind !== 'root') {
      problems.add(`${name}() belongs into root.hcl only`);
    }
  }
  return [...problems];
}

function* callsIn(value) {
  if (typeof value === 'string') {
    for (const [, inner] of value.matchAll(/\$\{([^}]*)/g)) {
      for (const [, name] of inner.matchAll(/\b([a-z_0-9]+)\(/g)) yield name;
    }
  } else if (value && typeof value === 'object') {
    for (const inner of Object.values(value)) yield* callsIn(inner);
  }
}
