/**
 * The unstructured filter patterns of CloudWatch Logs: every term must be
 * there, `-term` must not, one of the `?term`s must; quotes keep words together.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function filterMatches(
  pattern: string | undefined,
  message: string,
): boolean {
  const terms = [
    ...(pattern ?? '').matchAll(/([-?]?)(?:"([^"]*)"|(\S+))/g),
  ].map(([, sign, quoted, word]) => ({ sign, text: quoted ?? word }));
  const has = (term: { text: string }) => message.includes(term.text);
  const optional = terms.filter(term => term.sign === '?');
  return (
    terms.filter(term => term.sign === '').every(has) &&
    !terms.filter(term => term.sign === '-').some(has) &&
    (optional.length === 0 || optional.some(has))
  );
}
