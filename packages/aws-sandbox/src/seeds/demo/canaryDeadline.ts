import { readFile } from 'node:fs/promises';
import { infraPath } from '../../core/paths';
import type { Sandbox } from '../../core';
import { zipOf } from '../../testing';

const NAME = 'careplane-canary-deadline';
const FILES = ['index.mjs', 'judge.mjs'];

/**
 * Makes what the account module of `infra/` makes, with the same code: the
 * function that returns a canary which nobody looked after, and the group of
 * its schedules.
 */
export async function installCanaryDeadline(
  sandbox: Pick<Sandbox, 'call'>,
  as: Parameters<Sandbox['call']>[3],
): Promise<void> {
  const folder = 'modules/careplane-account/functions/canary-deadline';
  const files = await Promise.all(
    FILES.map(async file => [
      file,
      await readFile(infraPath(folder, file), 'utf8'),
    ]),
  );
  await sandbox.call(
    'lambda',
    'CreateFunction',
    {
      FunctionName: NAME,
      Role: `arn:aws:iam::${as.account}:role/${NAME}`,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Timeout: 30,
      Code: { ZipFile: await zipOf(Object.fromEntries(files)) },
    },
    as,
  );
  await sandbox.call(
    'scheduler',
    'CreateScheduleGroup',
    { Name: 'careplane' },
    as,
  );
}
