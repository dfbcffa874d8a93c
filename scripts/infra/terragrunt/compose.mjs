// Composes what Terragrunt would run: one root module for a region of an
// account, with every unit of its stacks as a module, its inputs evaluated by
// Terraform itself and its dependencies as references.
import { readdirSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, normalize, relative } from 'node:path';
import { parse } from '@cdktf/hcl2json';
import { ROOT } from '../../lib/paths.mjs';
import { CACHE, INFRA } from '../cache.mjs';
import { findAbove, localName, rewrite } from './expressions.mjs';
import { readFile, shown } from './files.mjs';
import { findCycle, inOrder } from './order.mjs';
import { staticText } from './paths.mjs';
import { STACK_FILE, unitsOf } from './stacks.mjs';

const LIVE = join(INFRA, 'live');
const folders = path =>
  readdirSync(path, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();

/** Every `live/<account>/<region>` with its stacks' names. */
export function liveRegions() {
  return folders(LIVE).flatMap(account =>
    folders(join(LIVE, account)).map(region => {
      const folder = join(LIVE, account, region);
      const stacks = folders(folder).filter(stack =>
        readdirSync(join(folder, stack)).includes(STACK_FILE),
      );
      return { account, region, folder, stacks };
    }),
  );
}

/**
 * Composes one region of an account.
 *
 * @param region - one of `liveRegions()`
 * @param options - where the repository lies and where the result goes
 * @returns {Promise<{problems: string[], order: string[], folder: string,
 *   mocked: string, units: object[]}>} `folder` holds the root module to plan,
 *   `mocked` the one whose dependencies are their mock outputs
 */
export async function compose(
  { account, region, folder, stacks },
  { repository = ROOT, cache = CACHE } = {},
) {
  const problems = [];
  const locals = {};
  const scope = scopeOf(problems, locals, repository);
  const units = [];
  for (const stack of stacks) {
    const one = { ...scope, prefix: stack };
    for (const unit of await unitsOf(join(folder, stack), one)) {
      units.push({ ...unit, stack, module: [stack, ...unit.path].join('--') });
    }
  }
  const root = await rootOf(folder, scope);
  const modules = {};
  const mockedModules = {};
  const edges = new Map();
  for (const unit of units) {
    const made = await moduleOf(unit, units, scope);
    if (!made) continue;
    unit.source = made.linked.source;
    modules[unit.module] = made.linked;
    mockedModules[unit.module] = made.mocked;
    edges.set(unit.module, made.edges);
  }
  const cycle = findCycle(edges);
  if (cycle) problems.push(`dependency cycle: ${cycle.join(' → ')}`);
  for (const [name, file] of scope.files) {
    locals[name] = await valuesOf(file, scope);
  }
  const out = join(cache, 'live', account, region);
  await rm(out, { recursive: true, force: true });
  const write = async (at, calls) => {
    await mkdir(at, { recursive: true });
    const moved = Object.fromEntries(
      Object.entries(calls).map(([name, { source, ...rest }]) => [
        name,
        { source: `./${relative(at, source)}`.replace('./..', '..'), ...rest },
      ]),
    );
    await writeFile(
      join(at, 'main.tf.json'),
      JSON.stringify({ ...root, locals, module: moved }, null, 2),
    );
  };
  const mocked = join(out, 'mocked');
  await write(out, modules);
  await write(mocked, mockedModules);
  return {
    problems: [...new Set(problems)],
    order: cycle ? [] : inOrder(edges),
    folder: out,
    mocked,
    units,
  };
}

/** What the parts of a composition share. */
function scopeOf(problems, locals, repository) {
  const files = new Map();
  const problem = one => problems.push(one);
  const file = live => (name, report) => {
    const found = findAbove(live, name);
    if (!found) {
      report(`there is no ${name} above ${shown(live)}`);
      return '{}';
    }
    const local = localName('file', shown(found));
    files.set(local, found);
    return `local.${local}`;
  };
  return {
    repository,
    files,
    problem,
    local: (name, value) => {
      locals[name] = value;
    },
    namesFor: (live, names) => ({
      ...names,
      file: file(live),
      dependency: (label, _, report) => {
        report(`dependency.${label} is not known here`);
        return 'null';
      },
    }),
  };
}

/** The locals of a file that others read. */
async function valuesOf(file, scope) {
  const { body, problems } = await readFile(file, 'values');
  problems.forEach(scope.problem);
  const text = JSON.stringify(body.locals?.[0] ?? {});
  if (/read_terragrunt_config|local\./.test(text)) {
    scope.problem(`${shown(file)}: its locals must be plain values`);
  }
  return body.locals?.[0] ?? {};
}

/** The provider that root.hcl generates, and the locals that it stands on. */
async function rootOf(live, scope) {
  const file = join(scope.repository, 'infra', 'root.hcl');
  const { body, problems } = await readFile(file, 'root');
  problems.forEach(scope.problem);
  const names = scope.namesFor(live, {
    values: 'cp_root_has_no_values',
    local: localName('root'),
  });
  const report = one => scope.problem(`${shown(file)}: ${one}`);
  const used = { ...(body.locals?.[0] ?? {}) };
  for (const [key, value] of Object.entries(used)) {
    // What only names the state has no meaning in a composed root.
    if (JSON.stringify(value).includes('path_relative_to_include'))
      delete used[key];
  }
  scope.local(names.local, rewrite(used, names, report));
  const generated = {};
  for (const [label, [{ contents }]] of Object.entries(body.generate ?? {})) {
    const parsed = await parse(`${label}.tf`, contents);
    for (const [kind, blocks] of Object.entries(
      rewrite(parsed, names, report),
    )) {
      generated[kind] = blocks;
    }
  }
  if (!generated.provider?.aws)
    report('no generate block makes provider "aws"');
  return generated;
}

/** The call of a unit's module: with its dependencies, and with their mocks. */
async function moduleOf(unit, units, scope) {
  const file = join(unit.folder, 'terragrunt.hcl');
  const { body, problems } = await readFile(file, 'unit');
  problems.forEach(scope.problem);
  const report = one =>
    scope.problem(`${shown(file)} (${unit.module}): ${one}`);
  if (
    !/find_in_parent_folders\("root.hcl"\)/.test(body.include?.root?.[0]?.path)
  ) {
    report('it does not include root.hcl');
  }
  if (typeof body.inputs === 'string') {
    report('inputs are an object, one line per input');
    return undefined;
  }
  const known = {
    values: unit.raw,
    locals: body.locals?.[0],
    repository: scope.repository,
  };
  const source = staticText(body.terraform?.[0]?.source, known, report);
  if (!source) return undefined;
  const edges = [];
  const mocks = {};
  for (const [label, [block]] of Object.entries(body.dependency ?? {})) {
    const path = staticText(block.config_path, known, report);
    if (path === undefined) continue;
    const at = path.startsWith('/')
      ? normalize(path)
      : normalize(join(unit.at, path));
    const target = units.find(one => one.at === at);
    if (!target) {
      report(`dependency "${label}": no unit is generated at ${shown(at)}`);
      continue;
    }
    edges.push(target.module);
    mocks[label] = { target: target.module, outputs: block.mock_outputs };
  }
  const prefix = [unit.stack, ...unit.path];
  const base = {
    ...scope.namesFor(join(unit.live), {
      values: localName(...prefix, 'values'),
      local: localName(...prefix, 'unit_locals'),
    }),
  };
  const dependency = linked => (label, output, complain) => {
    const mock = mocks[label];
    if (!mock) {
      complain(`dependency.${label} is not declared`);
      return 'null';
    }
    if (!(output in (mock.outputs ?? {}))) {
      complain(`dependency "${label}": mock_outputs lack ${output}`);
      return 'null';
    }
    return linked
      ? `module.${mock.target}.${output}`
      : `local.${localName(...prefix, 'mock', label)}.${output}`;
  };
  for (const [label, { outputs }] of Object.entries(mocks)) {
    scope.local(localName(...prefix, 'mock', label), outputs);
  }
  const linkedNames = { ...base, dependency: dependency(true) };
  scope.local(base.local, rewrite(body.locals?.[0] ?? {}, base, report));
  const at = normalize(source.replace('//', '/'));
  return {
    edges,
    linked: { source: at, ...rewrite(body.inputs ?? {}, linkedNames, report) },
    mocked: {
      source: at,
      ...rewrite(
        body.inputs ?? {},
        { ...base, dependency: dependency(false) },
        () => {},
      ),
    },
  };
}
