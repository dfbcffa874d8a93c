// Takes single lines out of the modules' own code and plans again, so that the
// way from a line to a policy is proved whole, and not from the plan on only.
import {
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { CACHE, INFRA } from '../cache.mjs';
import { planFolder } from '../live.mjs';
import { startProviders } from '../stub/start.mjs';
import { judge } from './engine.mjs';
import { keysOf, keyOf } from './mutate.mjs';
import { planOf } from './plan.mjs';

const LINE = /^ {2}(\w+)\s+= [^{[(]*$/;
const RESOURCE = /^resource "(\w+)" "(\w+)" \{$/;

/**
 * Mutants of the modules that a region uses.
 *
 * @param folder - the composed root of the region, and `plan` what it plans to
 * @param guarded - `type property` of the lines that must be noticed
 * @param count - how many are sampled
 * @param seed - the same seed samples the same lines
 * @returns {Promise<object[]>} rows `{where, line, verdict, by}`; `verdict` is
 *   guarded, refused (by Terraform) or UNNOTICED
 */
export async function mutateHcl(options) {
  const { folder, plan, guarded, rules, count, seed } = options;
  const root = JSON.parse(readFileSync(join(folder, 'main.tf.json'), 'utf8'));
  const used = [
    ...new Set(
      Object.values(root.module).map(({ source }) => join(folder, source)),
    ),
  ];
  // A line that no instance here has a value of would be taken out of nothing.
  const there = new Set(
    plan.resources.flatMap(({ unit, type, name, values }) =>
      Object.keys(values)
        .filter(property => values[property] !== null)
        .map(property =>
          [join(folder, root.module[unit].source), type, name, property].join(
            ' ',
          ),
        ),
    ),
  );
  const lines = sample(
    used.flatMap(module => linesOf(module, guarded, there)),
    count,
    seed,
  );
  // What is found anyway, and waived, notices no line.
  const before = keysOf(judge(plan, rules));
  const rows = [];
  for (const line of lines)
    rows.push(await judgeLine(line, { root, folder, rules, before }));
  return rows;
}

/**
 * The lines of a module that are worth taking out.
 *
 * @param there - `folder type name property` of what has a value in the plan
 */
export function linesOf(module, guarded, there) {
  return readdirSync(module)
    .filter(name => name.endsWith('.tf'))
    .flatMap(name => {
      let type;
      let label;
      return readFileSync(join(module, name), 'utf8')
        .split('\n')
        .flatMap((text, index) => {
          const resource = RESOURCE.exec(text);
          if (resource) [, type, label] = resource;
          if (text === '}') type = undefined;
          const [, property] = LINE.exec(text) ?? [];
          return guarded.has(`${type} ${property}`) &&
            there.has([module, type, label, property].join(' '))
            ? [{ module, name, index, text: text.trim() }]
            : [];
        });
    });
}

async function judgeLine(
  { module, name, index, text },
  { root, folder, rules, before },
) {
  const weakened = join(CACHE, 'mutant', 'module');
  const at = join(CACHE, 'mutant', 'root');
  rmSync(join(CACHE, 'mutant'), { recursive: true, force: true });
  cpSync(module, weakened, { recursive: true });
  const lines = readFileSync(join(module, name), 'utf8').split('\n');
  lines.splice(index, 1);
  writeFileSync(join(weakened, name), lines.join('\n'));
  cpSync(folder, at, { recursive: true });
  const moved = Object.fromEntries(
    Object.entries(root.module).map(([call, { source, ...rest }]) => {
      const target =
        join(folder, source) === module ? weakened : join(folder, source);
      return [call, { source: relative(at, target), ...rest }];
    }),
  );
  writeFileSync(
    join(at, 'main.tf.json'),
    JSON.stringify({ ...root, module: moved }),
  );
  const row = {
    where: `${relative(INFRA, module)}/${name}:${index + 1}`,
    line: text,
  };
  const providers = await startProviders({ linked: true });
  try {
    const { plan, problems } = await planFolder(at, providers);
    if (!plan)
      return { ...row, verdict: 'refused', by: problems[0].slice(0, 80) };
    const found = judge(planOf(plan), rules).find(
      one => !before.has(keyOf(one)),
    );
    return found
      ? { ...row, verdict: 'guarded', by: found.rule.id }
      : { ...row, verdict: 'UNNOTICED' };
  } finally {
    await providers.stop();
  }
}

/** A seeded shuffle's first `count`. */
function sample(list, count, seed) {
  let state = seed;
  const random = () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
  return list
    .map(one => [random(), one])
    .sort(([a], [b]) => a - b)
    .slice(0, count)
    .map(([, one]) => one);
}
