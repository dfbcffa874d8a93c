import { randomUUID } from 'node:crypto';
import { AwsError, type Sandbox } from '../../core';
import {
  PENDING,
  CURRENT,
  requireSecret,
  secretsOf,
  type SecretRecord,
} from './model';
import { drop, holderOf } from './versions';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];
const RUN = 'secretsmanager.rotate';
const DUE = 'secretsmanager.rotation-due';
const DAY_MS = 86_400_000;

interface Rotation {
  account: string;
  name: string;
}

export function handleRotations(sandbox: Sandbox) {
  sandbox.jobs.handle<Rotation & { token: string }>(RUN, async run => {
    await rotate(sandbox, run);
  });
  sandbox.jobs.handle<Rotation & { token: string }>(DUE, async due => {
    const record = secretsOf(sandbox, due.account).get(due.name);
    if (!record?.rotation) return;
    begin(sandbox, due.account, record, due.token);
  });
}

/** Whether an earlier rotation has left a version that never became current. */
export function unfinished(record: SecretRecord): string | undefined {
  const pending = holderOf(record, PENDING);
  return pending && pending !== holderOf(record, CURRENT) ? pending : undefined;
}

/** Labels a version without value as pending and has the function fill it. */
export function begin(
  sandbox: Sandbox,
  account: string,
  record: SecretRecord,
  token: string,
) {
  const now = sandbox.clock.now();
  const again = unfinished(record);
  const id = again ?? token;
  if (!again) {
    const before = holderOf(record, PENDING);
    if (before) drop(record, PENDING, before);
    record.versions[id] = { stages: [PENDING], created: now.toISOString() };
  }
  plan(sandbox, account, record);
  secretsOf(sandbox, account).set(record.name, record);
  sandbox.jobs.schedule(RUN, now, { account, name: record.name, token: id });
}

/** When the next rotation falls due; only `AutomaticallyAfterDays` is planned. */
export function plan(sandbox: Sandbox, account: string, record: SecretRecord) {
  const { rotation } = record;
  if (!rotation) return;
  if (rotation.job) sandbox.jobs.cancel(rotation.job);
  if (rotation.afterDays === undefined) return;
  const next = new Date(
    sandbox.clock.now().getTime() + rotation.afterDays * DAY_MS,
  );
  rotation.next = next.toISOString();
  rotation.job = sandbox.jobs.schedule(DUE, next, {
    account,
    name: record.name,
    token: randomUUID(),
  });
}

/** The four steps, one invocation each; the first that fails ends it. */
async function rotate(
  sandbox: Sandbox,
  run: Rotation & { token: string },
): Promise<void> {
  for (const Step of STEPS) {
    const record = secretsOf(sandbox, run.account).get(run.name);
    if (!record?.rotation) return;
    const failure = await invoke(sandbox, record, {
      Step,
      SecretId: record.arn,
      ClientRequestToken: run.token,
    });
    if (failure) {
      sandbox.log.warn(`Rotating ${run.name} failed in ${Step}: ${failure}`);
      return;
    }
  }
  const record = requireSecret(sandbox, run.account, run.name);
  if (!record.rotation || holderOf(record, CURRENT) !== run.token) return;
  record.rotation.lastRotated = sandbox.clock.now().toISOString();
  secretsOf(sandbox, run.account).set(record.name, record);
}

async function invoke(
  sandbox: Sandbox,
  record: SecretRecord,
  event: object,
): Promise<string | undefined> {
  const { lambdaArn = '' } = record.rotation ?? {};
  try {
    const answer = await sandbox.call<{ FunctionError?: string }>(
      'lambda',
      'Invoke',
      { FunctionName: lambdaArn, Payload: Buffer.from(JSON.stringify(event)) },
      { account: lambdaArn.split(':')[4] },
    );
    return answer.FunctionError && 'the function failed';
  } catch (error) {
    return error instanceof AwsError ? error.code : String(error);
  }
}
