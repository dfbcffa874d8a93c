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
  /^\s*(?:✓|✔|√|PASS\b|ok\b)/,
  /●\s+(?:Console|Cannot log after)/,
];

/** ESLint: `  12:3  error  message  rule`, under the name of the file. */
const ESLINT = /^\s+\d+:\d+\s+error\s+\S/;
/** cfn-lint: `E3012 message`, above the place in the template. */
const CFN_LINT = /^E\d{4} \S/;

/** Lines that name a test that failed; what is wrong stands beneath. */
const TITLES = [
  // Jest; vitest, node:test and mocha in their lists; TAP.
  /^\s*●\s+\S/,
  /^\s*(?:×|✕|✖|not ok)\s+(?!failing tests:|\d+ problems?\b)\S/,
  // vitest above each error.
  /^\s*FAIL\s+\S+\s+(?:>|\[)\s/,
];

/** Lines that a tool writes where it says what is wrong. */
const TELLING = [
  ...TITLES,
  // TypeScript, with and without --pretty.
  /\.[cm]?[jt]sx?(?:\(\d+,\d+\)|:\d+:\d+)(?: -|:) error TS\d+/,
  /^error TS\d+/,
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
  ESLINT,
  // cfn-lint, and its format for other programs.
  CFN_LINT,
  /:\d+:\d+:(?:\d+:\d+:)?E\d{4}:/,
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

/** What stands between the title of a test and its message. */
const BETWEEN =
  /^\s*(?:---|(?:duration_ms|type|location|failureType): .*|error: [|>]-?)?\s*$/;
/** So far beneath its title a message begins. */
const BENEATH = 10;
/** What ends the title of a test without a message. */
const NO_MESSAGE = /^\s*(?:ℹ|test at |Tests?:|Test Suites:|⎯|❯)/;

const isTitle = (line: string) => TITLES.some(title => title.test(line));
const isHarmless = (line: string) =>
  HARMLESS.some(pattern => pattern.test(line));

/** The message beneath the title of a test, where one stands there. */
function messageOf(bare: string[], title: number): number | undefined {
  for (let at = title + 1; at <= title + BENEATH && at < bare.length; at++) {
    const line = bare[at];
    if (BETWEEN.test(line)) continue;
    if (isTitle(line) || isHarmless(line) || NO_MESSAGE.test(line)) break;
    return at;
  }
  return undefined;
}

/** A test by its name alone: no mark, number or time. */
const nameOf = (title: string) =>
  title
    .trim()
    .replace(/^(?:●|×|✕|✖|not ok(?: \d+ -)?|FAIL)\s+/, '')
    .replace(/\s+\(?\d+(?:\.\d+)? ?m?s\)?$/, '');

/** A message without the marks of vitest and TAP. */
const wordsOf = (line: string) =>
  line
    .trim()
    .replace(/^→ /, '')
    .replace(/^error: (['"]?)(.+)\1$/, '$2');

/** The file that ESLint names above, or cfn-lint beneath. */
function fileOf(bare: string[], at: number): string | undefined {
  if (CFN_LINT.test(bare[at])) {
    const beneath = bare[at + 1]?.trim();
    return /:\d+:\d+$/.test(beneath ?? '') ? beneath : undefined;
  }
  if (!ESLINT.test(bare[at])) return undefined;
  const above = bare.slice(0, at).reverse();
  const file = above.find(line => !/^\s+\d+:\d+\s/.test(line))?.trim();
  return /^\S*[\\/.]\S*$/.test(file ?? '') ? file : undefined;
}

/**
 * Finds the line that says best why a build failed: the first that a known tool
 * writes at an error, else the first with the words of one, else the builder's
 * own. Gradle's "What went wrong" leads to the line after it.
 *
 * @returns its index, or -1.
 */
function firstErrorIndex(lines: string[]): number {
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

/** What failed first, in words of the log. */
export interface FirstError {
  line: string;
  /** The test or file that the line is about, where the tool names it apart. */
  of?: string;
}

/**
 * What says best why a build failed. A test's title says only which: the
 * message of the first that has one beneath it is told with it.
 */
export function firstErrorOf(lines: string[]): FirstError | undefined {
  const at = firstErrorIndex(lines);
  if (at < 0) return undefined;
  const bare = lines.map(bareLine);
  if (isTitle(bare[at])) {
    for (let title = at; title < bare.length; title++) {
      if (!isTitle(bare[title]) || isHarmless(bare[title])) continue;
      const message = messageOf(bare, title);
      if (message !== undefined) {
        return { line: wordsOf(bare[message]), of: nameOf(bare[title]) };
      }
    }
  }
  return { line: bare[at].trim(), of: fileOf(bare, at) };
}
