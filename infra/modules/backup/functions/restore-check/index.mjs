import {
  BackupClient,
  DescribeRestoreJobCommand,
  PutRestoreValidationResultCommand,
} from '@aws-sdk/client-backup';
import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import {
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { checksFor, failingChecks } from './checks.mjs';
import { openRestored } from './database.mjs';
import { readExpectations, readRestore } from './event.mjs';

/**
 * Opens a database that AWS Backup has restored for a test, looks whether what
 * should be in it is, and tells AWS Backup.
 *
 * @param event - "Restore Job State Change" of EventBridge
 * @returns `{job, outcome, failing, restoreMinutes}`, which is logged too;
 *   `outcome` is `SUCCESSFUL`, `FAILED` or `left`
 * @throws what AWS throws, so that the event comes again; without an answer AWS
 *   Backup takes the test for timed out
 */
export const handler = async (event, _context, options = {}) => {
  const environment = options.environment ?? process.env;
  const restore = readRestore(event);
  const report = restore.left
    ? { outcome: 'left', reason: restore.left }
    : await validate(restore, environment, options.ca);
  process.stdout.write(`${JSON.stringify(report)}\n`);
  return report;
};

async function validate({ job, identifier }, environment, ca) {
  const backup = new BackupClient();
  const expected = readExpectations(environment.EXPECTATIONS);
  const [described, place, candidates] = await Promise.all([
    backup.send(new DescribeRestoreJobCommand({ RestoreJobId: job })),
    placeOf(identifier),
    credentialsIn(environment.CREDENTIALS_SECRET),
  ]);
  const copiedAt =
    described.RecoveryPointCreationDate ?? described.CreationDate;
  const failing = await look({ place, candidates, expected, copiedAt, ca });
  const restoreMinutes = Math.ceil(
    (described.CompletionDate - described.CreationDate) / 60_000,
  );
  const outcome = failing.length === 0 ? 'SUCCESSFUL' : 'FAILED';
  const message =
    failing.length === 0
      ? `Restored in ${restoreMinutes} min; every check holds`
      : `Does not hold: ${failing.join('; ')}`;
  await backup.send(
    new PutRestoreValidationResultCommand({
      RestoreJobId: job,
      ValidationStatus: outcome,
      ValidationStatusMessage: message.slice(0, 1_000),
    }),
  );
  return { job, database: identifier, outcome, failing, restoreMinutes };
}

async function look({ place, candidates, expected, copiedAt, ca }) {
  const { client, problem } = await openRestored(
    { ...place, database: expected.database },
    candidates,
    ca,
  );
  if (!client) return [problem];
  try {
    return await failingChecks(client, checksFor(expected, copiedAt));
  } finally {
    await client.end();
  }
}

async function placeOf(identifier) {
  const { DBInstances } = await new RDSClient().send(
    new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier }),
  );
  const { Address, Port } = DBInstances[0].Endpoint;
  return { host: Address, port: Port };
}

/** The current credentials and those before: a copy may be older than a rotation. */
async function credentialsIn(SecretId) {
  const secrets = new SecretsManagerClient();
  const found = [];
  for (const VersionStage of ['AWSCURRENT', 'AWSPREVIOUS']) {
    try {
      const { SecretString } = await secrets.send(
        new GetSecretValueCommand({ SecretId, VersionStage }),
      );
      found.push(JSON.parse(SecretString));
    } catch (error) {
      if (error.name !== 'ResourceNotFoundException' || found.length === 0) {
        throw new Error(`the credentials cannot be read (${error.name})`);
      }
    }
  }
  return found;
}
