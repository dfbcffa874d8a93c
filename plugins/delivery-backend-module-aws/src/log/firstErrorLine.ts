/** CodeBuild's own prefix: `[Container] 2026/11/20 12:00:00.123456 `. */
const CONTAINER = /^\[Container\] \S+ \S+ /;
/** BuildKit's prefix: `#12 4.213 `. */
const BUILDKIT = /^#\d+ (?:\d+\.\d+ )?/;
/** Timestamps that some tools write before each line. */
const STAMP = /^\d{4}-\d{2}-\d{2}[T ][\d:.,]+Z?\s+/;

/** Lines that hold the words of an error and are none. */
const HARMLESS = [
  /\b(?:0|no) (?:errors?|failures?|failed)\b/i,
  /\b(?:errors?|failures?|failed)\s*[:=]\s*0\b/i,
  /^(?:npm )?(?:warn|warning)\b/i,
  /^(?:Entering|Running command|Phase (?:complete|context)|Registering|Selecting|Expanded)/,
  /^(?:> |\$ |\+ )/,
  /^\s*(?:✓|√|PASS\b|ok\b)/,
  /●\s+(?:Console|Cannot log after)/,
];

/** Lines that a tool writes where it says what is wrong. */
const TELLING = [
  // TypeScript, with and without --pretty.
  /\.[cm]?[jt]sx?(?:\(\d+,\d+\)|:\d+:\d+)(?: -|:) error TS\d+/,
  /^error TS\d+/,
  // Jest names the test; vitest and mocha likewise.
  /^\s*●\s+\S/,
  /^\s*(?:×|✕|✖|not ok)\s+\S/,
  // pytest: the assertion, or the summary line.
  /^E\s{2,}\S/,
  /^(?:FAILED|ERROR) \S+\.py\b/,
  /^Traceback \(most recent call last\)/,
  // Java: compiler, Gradle's tests, Maven.
  /^\S+\.(?:java|kt|kts|scala):\d+: error:/,
  /^e: (?:file:)?\S+/,
  /^\S.* > .+ FAILED$/,
  /^\[ERROR\] (?!.*To see the full stack trace|.*Re-run Maven)\S/,
  // npm, yarn, pnpm.
  /^npm (?:ERR!|error) (?!A complete log|code ELIFECYCLE|errno)\S/,
  /^(?:➤ )?YN\d{4}: .*(?:error|failed|cannot)/i,
  /^ ?ERR_PNPM_/,
  // ESLint: `  12:3  error  message  rule`.
  /^\s+\d+:\d+\s+error\s+\S/,
  // Docker.
  /^ERROR: (?:failed to (?:solve|build)|process ")/,
  /^(?:Step \d+\/\d+ : )?The command '.*' returned a non-zero code/,
  /^(?:Cannot connect to the Docker daemon|denied: |unauthorized: )/,
  // AWS, SonarQube, CloudFormation, shells, git, Go.
  /An error occurred \(\w+\) when calling the \w+ operation/,
  /QUALITY GATE STATUS: FAILED/,
  /\b(?:CREATE|UPDATE|ROLLBACK)_FAILED\b/,
  /^fatal: /,
  /: (?:command not found|not found|No such file or directory|Permission denied)$/,
  /^panic: /,
  /^\S+\.go:\d+:\d+: /,
  /^--- FAIL: /,
  // A thrown error of most languages: `TypeError: …`, `java.lang.Foo: …`.
  /^(?:Uncaught |Caused by: |Exception in thread "[^"]*" )?(?:[a-z]\w*\.)*[A-Z]\w*(?:Error|Exception|Failure)\b(?: \[\w+\])?(?::|$)/,
];

const FAINT = [
  /\b(?:error|fatal|exception|panic)\b/i,
  /\b(?:failed|failure|FAIL)\b/i,
];

/** CodeBuild's last words, which name the command and not the reason. */
const LAST_RESORT =
  /^(?:Command did not execute successfully|Phase context status code: \S+_ERROR)/;

/** A line without the prefixes that builders put before it. */
export function bareLine(line: string): string {
  return line.replace(CONTAINER, '').replace(BUILDKIT, '').replace(STAMP, '');
}

/**
 * Finds the line that says best why a build failed: the first that a known tool
 * writes at an error, else the first with the words of one, else the builder's
 * own. Gradle's "What went wrong" leads to the line after it.
 *
 * @returns its index, or -1.
 */
export function firstErrorIndex(lines: string[]): number {
  const bare = lines.map(bareLine);
  const candidate = (line: string) =>
    line.trim() !== '' && !HARMLESS.some(pattern => pattern.test(line));

  const telling = bare.findIndex((line, index) => {
    if (!candidate(line)) return false;
    if (bare[index - 1]?.startsWith('* What went wrong:')) return true;
    return TELLING.some(pattern => pattern.test(line));
  });
  if (telling >= 0) return telling;

  const faint = bare.findIndex(
    line =>
      candidate(line) &&
      !LAST_RESORT.test(line) &&
      FAINT.some(pattern => pattern.test(line)),
  );
  if (faint >= 0) return faint;
  return bare.findIndex(line => LAST_RESORT.test(line));
}
