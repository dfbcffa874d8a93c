import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];
const CURRENT = 'AWSCURRENT';
const PENDING = 'AWSPENDING';

/**
 * Runs one step of a rotation. Every step may be run again: Secrets Manager
 * begins anew with the first when one has failed.
 *
 * @param event - `{Step, SecretId, ClientRequestToken}`, as Secrets Manager sends it
 * @param secrets - a SecretsManagerClient
 * @param strategy - `create({current})` answers the next value; `set`, `test` and
 *   `finish` get `{current, pending, previous()}`; `restore`, where there is one,
 *   makes `current` work again after a failed `set`, `test` or `finish`
 * @returns `{secret, step, outcome}`, `outcome` being `done` or `already-done`.
 *   The same is logged as one line, without any value.
 * @throws an Error that names the step; no message holds a value
 */
export async function rotate(event, secrets, strategy) {
  const {
    Step: step,
    SecretId: secret,
    ClientRequestToken: token,
  } = event ?? {};
  if (!STEPS.includes(step))
    throw new TypeError('Step is not a step of a rotation');
  if (!secret || !token) {
    throw new TypeError('SecretId or ClientRequestToken is missing');
  }
  const about = { secret, step };
  const report = outcome => {
    process.stdout.write(`${JSON.stringify({ ...about, outcome })}\n`);
    return { ...about, outcome };
  };
  const stages = await stagesOf(secrets, secret, token);
  if (stages.includes(CURRENT)) return report('already-done');
  if (!stages.includes(PENDING)) {
    throw new Error(
      `${step}: the version is not the pending one of this secret`,
    );
  }
  try {
    return report(await run(step, { secret, token, secrets, strategy }));
  } catch (error) {
    process.stdout.write(
      `${JSON.stringify({
        ...about,
        outcome: 'failed',
        error: reasonOf(error),
      })}\n`,
    );
    throw new Error(`${step}: ${reasonOf(error)}`);
  }
}

async function run(step, { secret, token, secrets, strategy }) {
  const read = which => readValue(secrets, secret, which);
  const pending = await readOptional(read, { id: token, stage: PENDING });
  const current = await read({ stage: CURRENT });
  if (step === 'createSecret') {
    if (pending) return 'already-done';
    const next = await strategy.create({ current, token });
    await secrets.send(
      new PutSecretValueCommand({
        SecretId: secret,
        ClientRequestToken: token,
        SecretString: JSON.stringify(next),
        VersionStages: [PENDING],
      }),
    );
    return 'done';
  }
  if (!pending)
    throw new RotationError('there is no pending value to work with');
  const values = {
    current,
    pending,
    previous: () => readOptional(read, { stage: 'AWSPREVIOUS' }),
  };
  try {
    if (step === 'setSecret') await strategy.set(values);
    if (step === 'testSecret') await strategy.test(values);
    if (step === 'finishSecret') {
      const done = await strategy.prepareFinish?.(values);
      await moveCurrent(secrets, secret, token);
      await done?.();
    }
  } catch (error) {
    // Failing to restore must not hide why it was needed.
    await restore(strategy, values, read).catch(lost => {
      process.stdout.write(
        `${JSON.stringify({
          secret,
          step,
          outcome: 'not-restored',
          error: reasonOf(lost),
        })}\n`,
      );
    });
    throw error;
  }
  return 'done';
}

/** By what is current now: the failed call may have moved the stage after all. */
async function restore(strategy, values, read) {
  if (!strategy.restore) return;
  await strategy.restore({
    ...values,
    current: await read({ stage: CURRENT }),
  });
}

async function stagesOf(secrets, SecretId, token) {
  const described = await secrets.send(new DescribeSecretCommand({ SecretId }));
  if (!described.RotationEnabled) {
    throw new Error('rotation is not enabled for this secret');
  }
  const stages = described.VersionIdsToStages?.[token];
  if (!stages) throw new Error('the secret has no version with this token');
  return stages;
}

async function readValue(secrets, SecretId, { id, stage }) {
  const { SecretString } = await secrets.send(
    new GetSecretValueCommand({ SecretId, VersionId: id, VersionStage: stage }),
  );
  try {
    return JSON.parse(SecretString);
  } catch {
    // The parser's own message would repeat a part of the value.
    throw new RotationError(`the ${stage} value is not JSON`);
  }
}

async function readOptional(read, which) {
  try {
    return await read(which);
  } catch (error) {
    if (error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** Secrets Manager gives AWSPREVIOUS to the version that loses AWSCURRENT. */
async function moveCurrent(secrets, SecretId, token) {
  const { VersionIdsToStages } = await secrets.send(
    new DescribeSecretCommand({ SecretId }),
  );
  const from = Object.keys(VersionIdsToStages).find(id =>
    VersionIdsToStages[id].includes(CURRENT),
  );
  if (from === token) return;
  await secrets.send(
    new UpdateSecretVersionStageCommand({
      SecretId,
      VersionStage: CURRENT,
      MoveToVersionId: token,
      RemoveFromVersionId: from,
    }),
  );
}

/** A failure in our own words, which may be shown and logged. */
export class RotationError extends Error {}

/** Own words, else what kind of error it was: foreign messages may hold values. */
function reasonOf(error) {
  if (error instanceof RotationError) return error.message;
  const kind = error.code ?? error.name ?? 'unknown';
  return `failed with ${kind}`;
}
