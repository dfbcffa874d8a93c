// Sources and paths are known without running anything, or refused.

/**
 * The text that a path expression stands for.
 *
 * @param known - `values` and `locals` that are text, and the `repository`
 * @returns {string|undefined} undefined, and a report, where it cannot be told
 */
export function staticText(expression, known, report) {
  if (typeof expression !== 'string') {
    report(`a path is text, this is ${JSON.stringify(expression)}`);
    return '';
  }
  let failed = false;
  const text = expression.replace(/\$\{([^}]+)\}/g, (whole, inner) => {
    const call = inner.trim();
    if (call === 'get_repo_root()') return known.repository;
    const [, from, name] = /^(values|local)\.(\w+)$/.exec(call) ?? [];
    const found =
      from === 'values' ? known.values?.[name] : known.locals?.[name];
    if (typeof found !== 'string') {
      failed = true;
      return whole;
    }
    return found.includes('${') ? staticText(found, known, report) : found;
  });
  if (failed || text === undefined) {
    report(`the path ${expression} cannot be told without running Terragrunt`);
    return undefined;
  }
  return text;
}
