// Rewrites Terragrunt's expressions into Terraform's. Both are HCL, so only the
// roots of references change: `values` and `local` become locals of the composed
// root, an output of a dependency becomes that of the module it stands for.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Changes every string of a value, recursively. */
export function mapStrings(value, change) {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map(one => mapStrings(one, change));
  if (value && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, mapStrings(one, change)]),
    );
  }
  return value;
}

const READ =
  /read_terragrunt_config\(find_in_parent_folders\("([\w.-]+)"\)\)\.locals/g;

/**
 * @param names - what each root stands for: `values`, `local`, `files` (a file's
 *   name → the local that holds its locals) and `dependencies` (label → module)
 * @param report - takes a problem
 */
export function rewrite(value, names, report) {
  const change = expression =>
    expression
      .replace(READ, (_, file) => names.file(file, report))
      // Paths are told apart in paths.mjs; to Terraform they mean nothing.
      .replace(/get_repo_root\(\)/g, '"."')
      .replace(/(^|[^.\w"-])local\.(?!cp_)(\w+)/g, `$1local.${names.local}.$2`)
      .replace(/(^|[^.\w"-])values\.(?=\w)/g, `$1local.${names.values}.`)
      .replace(
        /(^|[^.\w"-])dependency\.([\w-]+)\.outputs\.(\w+)/g,
        (_, before, label, output) =>
          `${before}${names.dependency(label, output, report)}`,
      );
  return mapStrings(value, text => mapInterpolations(text, change));
}

/** Changes what stands between `${` and its own `}`. */
function mapInterpolations(text, change) {
  let result = '';
  let at = 0;
  for (;;) {
    const start = text.indexOf('${', at);
    if (start < 0) return result + text.slice(at);
    let depth = 1;
    let end = start + 2;
    for (; end < text.length && depth > 0; end += 1) {
      if (text[end] === '{') depth += 1;
      if (text[end] === '}') depth -= 1;
    }
    result += `${text.slice(at, start + 2)}${change(
      text.slice(start + 2, end - 1),
    )}}`;
    at = end;
  }
}

/** A local's name within the composed root. */
export function localName(...parts) {
  return `cp_${parts.join('__').replace(/[^\w]+/g, '_')}`;
}

/** The file of that name in `folder` or the nearest folder above it. */
export function findAbove(folder, name) {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    const file = join(at, name);
    if (existsSync(file)) return file;
  }
  return undefined;
}
