import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startSandbox } from '@careplane/aws-sandbox';
import type { Part } from './lib/part';

const ACCOUNT = '123456789012';
const ROLE = `arn:aws:iam::${ACCOUNT}:role/proof`;
const SCRIPT = join(__dirname, '../prove-aws.mjs');

function start(args: string[]): { child: ChildProcess; said: () => string } {
  const { AWS_PROFILE, AWS_SESSION_TOKEN, ...env } = process.env;
  const child = spawn(process.execPath, [SCRIPT, ...args], {
    env: {
      ...env,
      AWS_ACCESS_KEY_ID: ACCOUNT,
      AWS_SECRET_ACCESS_KEY: 'sandbox',
    },
  });
  let said = '';
  child.stdout?.on('data', text => (said += text));
  child.stderr?.on('data', text => (said += text));
  return { child, said: () => said };
}

const part: Part = {
  claim:
    'prove:aws asks for the account, answers all its questions, and leaves nothing behind, also when it is interrupted',

  async prove(proof) {
    const bare = start([]);
    const [code] = await once(bare.child, 'exit');
    proof.check(
      'without an account it says so, and fails',
      code !== 0 && bare.said().includes('No account is given'),
    );
    const sandbox = await startSandbox();
    proof.onEnd(() => sandbox.close());
    const args = [
      `--disposable-account=${ACCOUNT}`,
      `--role=${ROLE}`,
      `--endpoint=${sandbox.url}`,
    ];
    const left = async () => {
      const { Functions } = await sandbox.call<{ Functions: object[] }>(
        'lambda',
        'ListFunctions',
        {},
        { account: ACCOUNT },
      );
      return Functions.length;
    };
    const other = start([
      `--disposable-account=999999999999`,
      ...args.slice(1),
    ]);
    const [otherCode] = await once(other.child, 'exit');
    if (other.said().includes('The AWS CLI is not on this machine')) {
      proof.lacks('an AWS CLI');
      return;
    }
    proof.check(
      'it does nothing in an account that was not named',
      otherCode !== 0 &&
        other.said().includes('Nothing was done') &&
        (await left()) === 0,
    );

    const stopped = start(args);
    const gone = once(stopped.child, 'exit');
    while ((await left()) === 0 && stopped.child.exitCode === null) {
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    stopped.child.kill('SIGINT');
    await gone;
    proof.check(
      'interrupted, it removes what it made',
      stopped.said().includes('Stopped by') && (await left()) === 0,
      stopped.said().split('\n').slice(-3).join(' ').trim(),
    );
    if (proof.quick) return;

    const whole = start(args);
    const [wholeCode] = await once(whole.child, 'exit');
    process.stdout.write(whole.said());
    proof.check(
      'it has all answers, and the sandbox the same ones',
      wholeCode === 0 && (await left()) === 0,
      `ended with ${wholeCode}`,
    );
  },
};

export default part;
