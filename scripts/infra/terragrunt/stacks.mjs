// Lays out what `terragrunt stack generate` would: the units of a live stack,
// nested stacks unfolded, each with its path and values.
import { existsSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { readFile, shown } from './files.mjs';
import { localName, rewrite } from './expressions.mjs';
import { staticText } from './paths.mjs';

export const STACK_FILE = 'terragrunt.stack.hcl';

/**
 * @param folder - of the live stack
 * @param scope - see compose.mjs; takes locals and problems
 * @returns {Promise<object[]>} units: `{name, folder, at, values}`; `at` is
 *   where it would be generated, `values` its values (rewritten) or undefined
 */
export function unitsOf(folder, scope) {
  return unfold(
    folder,
    { at: folder, live: folder, path: [], values: {}, raw: {} },
    scope,
  );
}

async function unfold(folder, context, scope) {
  const file = join(folder, STACK_FILE);
  if (!existsSync(file)) {
    scope.problem(`${shown(folder)} has no ${STACK_FILE}`);
    return [];
  }
  const { body, problems } = await readFile(file, 'stack');
  problems.forEach(scope.problem);
  const prefix = [scope.prefix, ...context.path];
  const names = scope.namesFor(context.live, {
    values: localName(...prefix, 'values'),
    local: localName(...prefix, 'locals'),
  });
  const report = one => scope.problem(`${shown(file)}: ${one}`);
  const locals = body.locals?.[0] ?? {};
  const known = { values: context.raw, locals, repository: scope.repository };
  scope.local(names.local, rewrite(locals, names, report));
  const units = [];
  for (const [kind, blocks] of [
    ['unit', body.unit],
    ['stack', body.stack],
  ]) {
    for (const [label, [block]] of Object.entries(blocks ?? {})) {
      const text = one => staticText(one, known, report);
      const source = normalize(text(block.source));
      const path = text(block.path);
      const at = normalize(
        join(
          context.at,
          block.no_dot_terragrunt_stack ? '' : '.terragrunt-stack',
          path,
        ),
      );
      const raw = rawValues(block.values, known);
      const next = {
        at,
        live: context.live,
        path: [...context.path, label],
        raw,
      };
      const valuesName = localName(scope.prefix, ...next.path, 'values');
      scope.local(valuesName, rewrite(block.values ?? {}, names, report));
      if (!source.startsWith(scope.repository) || !existsSync(source)) {
        report(`${kind} "${label}": there is no ${shown(source)}`);
      } else if (kind === 'unit') {
        units.push({ ...next, label, folder: source });
      } else {
        units.push(...(await unfold(source, next, scope)));
      }
    }
  }
  return units;
}

/** Values that are plain text, so that paths can be made of them further down. */
function rawValues(values, known) {
  return Object.fromEntries(
    Object.entries(values ?? {}).flatMap(([key, value]) => {
      if (typeof value !== 'string') return [];
      const text = staticText(value, known, () => {});
      return text === undefined ? [] : [[key, text]];
    }),
  );
}
