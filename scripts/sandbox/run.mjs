import { Stop } from '../lib/say.mjs';
import { compare, errorCode } from './compare.mjs';

/** How long the sandbox may take to let time pass. */
const PATIENCE_MS = 60_000;

const ACCOUNT = '123456789012';

/** One server that commands are sent to, with what earlier steps kept. */
export function side(url, folder) {
  return {
    url,
    kept: {},
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      AWS_ACCESS_KEY_ID: ACCOUNT,
      AWS_SECRET_ACCESS_KEY: 'any',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_DEFAULT_OUTPUT: 'json',
      AWS_ENDPOINT_URL: url,
      AWS_PAGER: '',
      AWS_MAX_ATTEMPTS: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  };
}

/** Fills in `{{name}}`; undefined when a step that keeps it did not happen. */
function fill(text, kept) {
  let isComplete = true;
  const filled = text.replace(/\{\{(\w+)\}\}/g, (_all, name) => {
    if (kept[name] === undefined) isComplete = false;
    return kept[name];
  });
  return isComplete ? filled : undefined;
}

function pick(value, path) {
  return path
    .split('.')
    .reduce((at, key) => (at === undefined ? at : at?.[key]), value);
}

function keep(side_, step, answer) {
  for (const [name, path] of Object.entries(step.keep ?? {})) {
    side_.kept[name] = answer ? pick(answer.out, path) : undefined;
  }
}

async function ask(judge, side_, command) {
  return judge.ask({
    run: `--endpoint-url ${side_.url} ${command}`,
    env: side_.env,
  });
}

/**
 * Runs the steps of a scenario on both sides.
 *
 * @returns one row per step: operation, command, cli ('' where it is right),
 * moto ('same', 'not in moto' or the differences), more, because, source
 */
export async function runScenario({
  judge,
  file,
  title,
  steps,
  here,
  moto,
  files,
}) {
  const rows = [];
  for (const each of [here, moto]) each.kept = { ...files };
  for (const step of steps) {
    await advance(here.url, step.advance ?? 1, `${title}: ${step.run}`);
    if (!step.run) continue;
    const operation = step.only
      ? undefined
      : (await judge.ask({ operation: step.run })).operation;
    const isOwn = step.run.split(' ')[0] === file.cli;
    const command = fill(step.run, here.kept);
    let answer;
    if (step.only !== 'moto') {
      answer = command
        ? await ask(judge, here, command)
        : { code: 1, out: {}, err: 'an earlier step did not keep a value' };
      keep(here, step, answer.code === 0 ? answer : undefined);
    }
    const other = await onMoto({ judge, file, step, operation, moto });
    keep(moto, step, other?.code === 0 ? other : undefined);
    if (!answer || !operation || !isOwn) {
      if (answer && answer.code !== 0) {
        rows.push({
          operation: `(${step.run.split(' ').slice(0, 2).join(' ')})`,
          command: step.run,
          title,
          cli: problem(step, answer, here.kept),
        });
      }
      continue;
    }
    const row = {
      operation,
      command: step.run,
      title,
      cli: problem(step, answer, here.kept),
    };
    if (!other) rows.push({ ...row, moto: 'not in moto', more: 0 });
    else
      rows.push({
        ...row,
        ...judged(file, step, operation, compare(answer, other)),
      });
  }
  return rows;
}

async function onMoto({ judge, file, step, operation, moto }) {
  if (step.only === 'sandbox') return undefined;
  const command = fill(step.run, moto.kept);
  if (!command) return undefined;
  if (operation) {
    const [cli] = step.run.split(' ');
    const service = { s3api: 's3', deploy: 'codedeploy' }[cli] ?? cli;
    const { implemented } = await judge.ask({
      implemented: [service, operation],
    });
    if (!implemented) return undefined;
  }
  const answer = await ask(judge, moto, command);
  return /has not been implemented|NotImplemented|\(50[01]\)/i.test(answer.err)
    ? undefined
    : answer;
}

/** What the CLI has against the sandbox's answer. */
function problem(step, answer, kept) {
  const code = errorCode(answer);
  if (step.fails) {
    return code === step.fails
      ? ''
      : `expected ${step.fails}, got ${code ?? 'success'}`;
  }
  if (code) return `exit ${answer.code}: ${answer.err.split('\n')[0]}`;
  if (answer.shape.length > 0) return `shape: ${answer.shape.join('; ')}`;
  const wrong = Object.entries(step.expect ?? {}).find(
    ([path, value]) =>
      String(pick(answer.out, path)) !== fill(String(value), kept),
  );
  return wrong
    ? `${wrong[0]} is ${pick(answer.out, wrong[0])}, not ${wrong[1]}`
    : '';
}

/** Each difference needs a reason with a source; a reason needs a difference. */
function judged(file, step, operation, { differences, more }) {
  const rules = [
    ...(step.differs
      ? [{ because: step.differs, source: step.source, members: '.*' }]
      : []),
    ...file.differs.filter(
      rule => !rule.operations || rule.operations.includes(operation),
    ),
  ];
  const used = new Set();
  const open = differences.filter(difference => {
    const rule = rules.find(each =>
      new RegExp(each.members ?? '.*').test(difference),
    );
    if (rule) used.add(rule);
    return !rule;
  });
  for (const rule of used) rule.isUsed = true;
  const because = [...used].map(rule => rule.because).join('; ');
  const stale =
    step.differs && !differences.length ? ['said to differ, and does not'] : [];
  return {
    moto: differences.length === 0 ? 'same' : 'differs',
    more,
    because,
    source: [...used].map(rule => rule.source).join(' '),
    open: [...open, ...stale],
  };
}

async function advance(url, seconds, before) {
  try {
    await fetch(`${url}/_sandbox/clock`, {
      method: 'POST',
      body: JSON.stringify({ advanceSeconds: seconds }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch (error) {
    throw new Stop(
      `The sandbox did not let ${seconds} s pass within ${
        PATIENCE_MS / 1000
      } s (${error.message}), before "${before}".`,
    );
  }
}
