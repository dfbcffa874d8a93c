// `npm run prove:aws`: asks a real, disposable AWS account what documentation
// leaves open, and the sandbox the same, and says where they differ.
//
//   npm run prove:aws -- --disposable-account=<id> --role=<execution role ARN>
//     --region=us-east-1   where; this is the default
//     --endpoint=<url>     another AWS than the real one, such as the sandbox
//     --record             writes the result into docs/extend/real-aws.md
//     --clean              removes what an earlier run left, and ends
//
// The AWS CLI is used as it is signed in. Without an account nothing is done.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cli } from './aws/cli.mjs';
import { pageOf } from './aws/page.mjs';
import { Estate, NOT_ASKED, QUESTIONS } from './aws/questions.mjs';
import { ROOT } from './lib/paths.mjs';
import { run, say, Stop } from './lib/say.mjs';
import { startBareSandbox } from './lib/sandbox.mjs';
import { ensureNode } from './lib/toolchain.mjs';

const PREFIX = 'careplane-proof-';
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const PAGE = 'docs/extend/real-aws.md';
const ACTIONS = [
  'sts:GetCallerIdentity',
  ...[
    'CreateFunction',
    'DeleteFunction',
    'GetFunctionConfiguration',
    'ListFunctions',
    'UpdateFunctionCode',
    'UpdateFunctionConfiguration',
    'PublishVersion',
    'ListVersionsByFunction',
    'CreateAlias',
    'UpdateAlias',
    'PutProvisionedConcurrencyConfig',
    'GetProvisionedConcurrencyConfig',
  ].map(action => `lambda:${action}`),
  'iam:PassRole (the execution role, to lambda.amazonaws.com)',
];

const given = Object.fromEntries(
  process.argv.slice(2).map(word => {
    const [, name, value] = /^--([\w-]+)(?:=(.*))?$/.exec(word) ?? [];
    if (!name) throw new Stop(`What is ${word}?`);
    return [name, value ?? true];
  }),
);

function announce(account) {
  process.stdout.write(`
In account ${account}, ${given.region ?? 'us-east-1'}:

  makes      one Lambda function ${PREFIX}<random> with two aliases; one unit of
             provisioned concurrency for some minutes
  needs      ${ACTIONS.join('\n             ')}
  costs      0.05 US dollars at most: 128 MB of provisioned concurrency for less
             than an hour; nothing is invoked
  removes    the function, with its versions and aliases, at the end, after a
             failure, and after Ctrl-C; what a killed run leaves is removed by
             npm run prove:aws -- --disposable-account=${account} --clean

`);
}

async function ask(cli, role) {
  const estate = new Estate(
    cli,
    `${PREFIX}${randomBytes(4).toString('hex')}`,
    role,
  );
  const answers = new Map();
  let stoppedBy;
  const stop = signal => {
    stoppedBy = signal;
    cli.isStopped = true;
  };
  for (const signal of SIGNALS) process.once(signal, stop);
  try {
    await estate.make();
    for (const { id, ask: question, answer } of QUESTIONS) {
      say(`${id}: ${question}`);
      answers.set(id, await answer(estate));
    }
  } catch (error) {
    if (!stoppedBy) throw error;
    throw new Stop(`Stopped by ${stoppedBy}. Nothing was left.`);
  } finally {
    // The call that was under way has ended: what it made is there by now.
    cli.isStopped = false;
    say(`Removing ${estate.name}`);
    await estate.remove();
    for (const signal of SIGNALS) process.removeListener(signal, stop);
  }
  return answers;
}

async function clean(cli) {
  const { Functions } = await cli.call('lambda', 'list-functions');
  const left = Functions.map(one => one.FunctionName).filter(name =>
    name.startsWith(PREFIX),
  );
  for (const name of left) {
    say(`Removing ${name}`);
    await new Estate(cli, name).remove();
  }
  say(`${left.length} removed`);
}

await run(async () => {
  const account = given['disposable-account'];
  if (!/^\d{12}$/.test(account ?? '')) {
    throw new Stop(
      'No account is given, and nothing was asked. Name one that may be thrown away: npm run prove:aws -- --disposable-account=<12 digits> --role=<execution role ARN>',
    );
  }
  const region = given.region ?? 'us-east-1';
  announce(account);
  const cli = new Cli({ region, endpoint: given.endpoint });
  const { Account } = await cli.call('sts', 'get-caller-identity');
  if (Account !== account) {
    throw new Stop(
      `The AWS CLI is signed in to account ${Account}, and not to ${account}. Nothing was done.`,
    );
  }
  if (given.clean) {
    await clean(cli);
    return;
  }
  const role = given.role;
  if (!/^arn:[\w-]+:iam::\d{12}:role\//.test(role ?? '')) {
    throw new Stop(
      'Name a role that Lambda may assume: --role=arn:aws:iam::<account>:role/<name>. It needs no permission.',
    );
  }
  const real = await ask(cli, role);
  say('The same from the sandbox');
  const sandbox = await startBareSandbox(await ensureNode());
  let ours;
  try {
    ours = await ask(
      new Cli({
        region,
        endpoint: sandbox.url,
        env: { AWS_ACCESS_KEY_ID: account, AWS_SECRET_ACCESS_KEY: 'sandbox' },
      }),
      role,
    );
  } finally {
    sandbox.stop();
  }
  const rows = QUESTIONS.map(({ id, ask: question }) => ({
    id,
    question,
    aws: real.get(id),
    sandbox: ours.get(id),
  }));
  for (const { id, question, aws, sandbox: own } of rows) {
    const verdict = aws === own ? 'same' : `DIFFERS: the sandbox says ${own}`;
    process.stdout.write(`${id}  ${question}\n     ${aws}  (${verdict})\n`);
  }
  for (const [id, why] of NOT_ASKED)
    process.stdout.write(`${id}  not asked: ${why}\n`);
  if (given.record) {
    writeFileSync(
      join(ROOT, PAGE),
      await pageOf(rows, NOT_ASKED, { region, endpoint: given.endpoint }),
    );
  }
  const different = rows.filter(row => row.aws !== row.sandbox);
  if (different.length) {
    throw new Stop(`${different.length} answers differ from the sandbox's.`);
  }
});
