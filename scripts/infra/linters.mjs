// What others' linters say of infra/, where they are installed: checkov and tflint.
// Their exceptions are in infra/policies/linters.json, as waivers are.
import { readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { spawnSync } from 'node:child_process';
import { INFRA } from './cache.mjs';
import { moduleFolders } from './modules.mjs';

const EXCEPTIONS = join(INFRA, 'policies', 'linters.json');
const LONGEST = 64 * 1024 * 1024;

/** A linter's answer as JSON; undefined where it is not on the PATH. */
function ask(command, args, folder) {
  const { error, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: LONGEST,
  });
  if (error?.code === 'ENOENT') return undefined;
  if (error) throw error;
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(
      `${command} gave no JSON: ${(stderr || stdout).slice(0, 400)}`,
    );
  }
}

const slashes = path => path.split(sep).join('/');

/** @returns {{rule: string, address: string, problem: string}[] | undefined} */
function checkov() {
  const answer = ask(
    'checkov',
    [
      ...['--directory', 'modules', '--framework', 'terraform'],
      ...['--output', 'json', '--quiet', '--compact', '--soft-fail'],
      ...['--skip-download', '--skip-path', 'examples'],
    ],
    INFRA,
  );
  if (!answer) return undefined;
  return [answer]
    .flat()
    .flatMap(({ results }) => results?.failed_checks ?? [])
    .map(found => ({
      rule: found.check_id,
      address: `${found.file_path.split('/')[1]}/${found.resource}`,
      problem: found.check_name,
    }));
}

/** As `checkov`, module by module: tflint looks at one folder. */
function tflint() {
  const all = [];
  for (const { folder } of moduleFolders()) {
    const answer = ask('tflint', ['--format', 'json', '--force'], folder);
    if (!answer) return undefined;
    const issues = [...(answer.issues ?? []), ...(answer.errors ?? [])];
    for (const { rule, message, range } of issues) {
      all.push({
        rule: rule?.name ?? 'error',
        address: slashes(relative(INFRA, join(folder, range?.filename ?? ''))),
        problem: message,
      });
    }
  }
  return all;
}

/**
 * Exceptions `{tool, rule, address, reason, approver, expires}`; `address` may end
 * with `*`. @throws Error on one that lacks a field
 */
export function readExceptions(text) {
  return JSON.parse(text).map(one => {
    const needed = ['tool', 'rule', 'address', 'reason', 'approver', 'expires'];
    const missing = needed.filter(key => !one[key]);
    if (missing.length > 0) {
      throw new Error(
        `an exception of a linter lacks ${missing.join(', ')}: ${one.rule}`,
      );
    }
    return one;
  });
}

/** What no exception of today covers, as lines; and exceptions that nothing needs. */
export function judgeFindings(tool, findings, exceptions, today) {
  const own = exceptions.filter(one => one.tool === tool);
  const covers = (one, { rule, address }) =>
    one.rule === rule &&
    (one.address.endsWith('*')
      ? address.startsWith(one.address.slice(0, -1))
      : one.address === address);
  const standing = findings
    .filter(
      found => !own.some(one => one.expires >= today && covers(one, found)),
    )
    .map(({ rule, address, problem }) => `${rule} ${address}: ${problem}`);
  const idle = own
    .filter(one => !findings.some(found => covers(one, found)))
    .map(
      ({ rule, address }) => `${rule} ${address}: nothing needs it any more`,
    );
  return [...standing, ...idle];
}

/**
 * @param report - takes a name and its problems
 * @param say - takes the line that tells of a linter that is not there
 */
export function judgeLinters(report, say = console.log) {
  const today = new Date().toISOString().slice(0, 10);
  const exceptions = readExceptions(readFileSync(EXCEPTIONS, 'utf8'));
  const tools = { checkov, tflint };
  const absent = [];
  for (const [tool, run] of Object.entries(tools)) {
    const findings = run();
    if (!findings) absent.push(tool);
    else
      report(
        `${tool}: nothing but what is excepted (${findings.length} findings)`,
        judgeFindings(tool, findings, exceptions, today),
      );
  }
  if (absent.length > 0) say(`not installed, not asked: ${absent.join(', ')}`);
}
