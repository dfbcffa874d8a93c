import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import {
  BackupClient,
  DescribeRestoreJobCommand,
  StartRestoreJobCommand,
} from '@aws-sdk/client-backup';
import { CreateDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  PASSWORD,
  PATIENT,
  PLANTED,
} from '../../../../../scripts/functions/planted.mjs';
import { startTlsPostgres } from '../../../../../scripts/functions/postgres.mjs';
import { startSandbox } from '../../../../../scripts/functions/sandbox.mjs';
import { readExpectations, readRestore } from './event.mjs';

const database = await startTlsPostgres();

describe('a restored database', { skip: !database }, () => {
  let sandbox;
  let secret;

  before(async () => {
    sandbox = await startSandbox();
    await database.query(
      `CREATE ROLE restore_check LOGIN PASSWORD '${PASSWORD}'`,
    );
    await database.query('CREATE SCHEMA care');
    await database.query(
      'CREATE TABLE care."visits of a day" (patient text, at timestamptz)',
    );
    await database.query('CREATE TABLE care.empty (id int)');
    await database.query(
      'INSERT INTO care."visits of a day" VALUES ($1, now())',
      [PATIENT],
    );
    await database.query('GRANT USAGE ON SCHEMA care TO restore_check');
    await database.query(
      'GRANT SELECT ON ALL TABLES IN SCHEMA care TO restore_check',
    );
    const { ARN } = await sandbox.client(SecretsManagerClient).send(
      new CreateSecretCommand({
        Name: 'restore-check',
        SecretString: JSON.stringify({
          username: 'restore_check',
          password: PASSWORD,
        }),
      }),
    );
    secret = ARN;
  });
  after(async () => {
    await sandbox?.stop();
    await database.stop();
  });

  /** Restores for a test and has the function look; what it and AWS Backup say. */
  async function check(expectations, { ca = database.caFile } = {}) {
    const name = `check-${randomUUID()}`;
    const identifier = `awsbackup-restore-test-${randomUUID().slice(0, 8)}`;
    await sandbox.client(RDSClient).send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: identifier,
        DBInstanceClass: 'db.t4g.medium',
        Engine: 'postgres',
        Port: database.port,
      }),
    );
    const backup = sandbox.client(BackupClient);
    const { RestoreJobId } = await backup.send(
      new StartRestoreJobCommand({
        RecoveryPointArn: `arn:aws:rds:us-east-1:${sandbox.account}:snapshot:x`,
        IamRoleArn: `arn:aws:iam::${sandbox.account}:role/backup`,
        Metadata: { DBInstanceIdentifier: identifier },
      }),
    );
    const job = await backup.send(
      new DescribeRestoreJobCommand({ RestoreJobId }),
    );
    await sandbox.deploy(name, import.meta.dirname, {
      CREDENTIALS_SECRET: secret,
      EXPECTATIONS: JSON.stringify({ database: 'postgres', ...expectations }),
      NODE_EXTRA_CA_CERTS: ca,
    });
    const { failed, payload, log } = await sandbox.invoke(name, {
      source: 'aws.backup',
      'detail-type': 'Restore Job State Change',
      detail: {
        restoreJobId: RestoreJobId,
        status: 'COMPLETED',
        resourceType: 'RDS',
        createdResourceArn: job.CreatedResourceArn,
        restoreTestingPlanArn:
          'arn:aws:backup:us-east-1:1:restore-testing-plan:x',
      },
    });
    assert.equal(failed, false, JSON.stringify(payload));
    for (const planted of PLANTED) assert.ok(!log.includes(planted), log);
    const told = await backup.send(
      new DescribeRestoreJobCommand({ RestoreJobId }),
    );
    return {
      ...payload,
      told: [told.ValidationStatus, told.ValidationStatusMessage],
    };
  }

  it('holds when the tables are there, filled and fresh', async () => {
    const { told, failing } = await check({
      tables: ['care.visits of a day'],
      freshest: {
        table: 'care.visits of a day',
        column: 'at',
        withinHours: 24,
      },
    });
    assert.deepEqual(failing, []);
    assert.equal(told[0], 'SUCCESSFUL');
    assert.match(told[1], /^Restored in \d+ min; every check holds$/);
  });

  it('does not hold when a table is empty or missing, and says which', async () => {
    const { told } = await check({ tables: ['care.empty', 'care.lost'] });
    assert.deepEqual(told, [
      'FAILED',
      'Does not hold: care.empty has rows; care.lost has rows (42P01)',
    ]);
  });

  it('does not hold when the newest row is too old', async () => {
    await database.query(
      "CREATE TABLE care.old AS SELECT now() - interval '3 days' AS at",
    );
    await database.query('GRANT SELECT ON care.old TO restore_check');
    const { told } = await check({
      tables: ['care.old'],
      freshest: { table: 'care.old', column: 'at', withinHours: 48 },
    });
    assert.deepEqual(told, [
      'FAILED',
      'Does not hold: care.old is at most 48 h older than the copy',
    ]);
  });

  it('does not hold when the certificate is not trusted', async () => {
    const { told } = await check(
      { tables: ['care.empty'] },
      { ca: import.meta.filename },
    );
    assert.equal(told[0], 'FAILED');
    assert.match(told[1], /cannot be opened over TLS/);
  });

  it('opens with the credentials before the last rotation, which the copy knows', async () => {
    await sandbox.client(SecretsManagerClient).send(
      new PutSecretValueCommand({
        SecretId: secret,
        SecretString: JSON.stringify({
          username: 'restore_check',
          password: 'of the time after the copy',
        }),
      }),
    );
    const { told } = await check({ tables: ['care.visits of a day'] });
    assert.equal(told[0], 'SUCCESSFUL');
  });
});

describe('the event of a restore', () => {
  const detail = {
    restoreJobId: 'j-1',
    status: 'COMPLETED',
    createdResourceArn: 'arn:aws:rds:us-east-1:333333333333:db:restored',
    restoreTestingPlanArn: 'arn:aws:backup:x',
  };
  for (const [what, changes, expected] of [
    ['a test', {}, { job: 'j-1', identifier: 'restored' }],
    [
      'a restore by a person',
      { restoreTestingPlanArn: undefined },
      { left: 'no restore test' },
    ],
    ['one that runs', { status: 'RUNNING' }, { left: 'not completed' }],
    [
      'a bucket',
      { createdResourceArn: 'arn:aws:s3:::b' },
      { left: 'no database' },
    ],
  ]) {
    it(`${what}: ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(
        readRestore({ detail: { ...detail, ...changes } }),
        expected,
      );
    });
  }

  it('is refused when it names no job, and so are expectations without tables', () => {
    assert.throws(() => readRestore({ detail: {} }), TypeError);
    assert.throws(() => readExpectations('{"database": "x"}'), TypeError);
    assert.throws(
      () => readExpectations('{"database": "x", "tables": ["visits"]}'),
      TypeError,
    );
  });
});
