import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import {
  CancelRotateSecretCommand,
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import pg from 'pg';
import { PASSWORD } from '../../../../../scripts/functions/planted.mjs';
import { startTlsPostgres } from '../../../../../scripts/functions/postgres.mjs';
import {
  eventually,
  startSandbox,
} from '../../../../../scripts/functions/sandbox.mjs';
import { handler } from './index.mjs';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];
const FOLDER = import.meta.dirname;
/** A name that would break a statement which does not quote it. */
const AWKWARD = `app "o'brien"; DROP`;

const database = await startTlsPostgres();

describe('rotation of PostgreSQL credentials', { skip: !database }, () => {
  let sandbox;
  let secrets;
  let rotator;

  before(async () => {
    sandbox = await startSandbox();
    secrets = sandbox.client(SecretsManagerClient);
    rotator = await sandbox.deploy('rotate-postgres', FOLDER, {
      NODE_EXTRA_CA_CERTS: database.caFile,
    });
  });
  after(async () => {
    await sandbox?.stop();
    await database.stop();
  });

  const logsIn = async ({ username, password }, ssl = { ca: database.ca }) => {
    const client = new pg.Client({
      host: '127.0.0.1',
      port: database.port,
      database: 'postgres',
      user: username,
      password,
      ssl,
    });
    try {
      await client.connect();
      return (await client.query('SELECT current_user, session_user')).rows[0];
    } catch (error) {
      assert.ok(['28P01', '28000'].includes(error.code), error);
      return false;
    } finally {
      await client.end();
    }
  };

  const read = async (SecretId, VersionStage = 'AWSCURRENT') => {
    const { SecretString } = await secrets.send(
      new GetSecretValueCommand({ SecretId, VersionStage }),
    );
    return JSON.parse(SecretString);
  };

  /** A user in the database and a secret that leads to it. */
  async function userAndSecret(extra = {}, username = `app${randomUUID()}`) {
    const role = pg.escapeIdentifier(username);
    await database.query(`CREATE ROLE ${role} LOGIN PASSWORD '${PASSWORD}'`);
    const value = {
      engine: 'postgres',
      host: '127.0.0.1',
      port: database.port,
      username,
      password: PASSWORD,
      ...extra,
    };
    const { ARN } = await secrets.send(
      new CreateSecretCommand({
        Name: `careplane/${randomUUID()}`,
        SecretString: JSON.stringify(value),
      }),
    );
    return { secret: ARN, value };
  }

  async function masterSecret() {
    const username = `master${randomUUID()}`;
    await database.query(
      `CREATE ROLE ${pg.escapeIdentifier(
        username,
      )} SUPERUSER LOGIN PASSWORD '${PASSWORD}m'`,
    );
    const { ARN } = await secrets.send(
      new CreateSecretCommand({
        Name: `careplane/${randomUUID()}`,
        // As RDS keeps the secret that it manages.
        SecretString: JSON.stringify({ username, password: `${PASSWORD}m` }),
      }),
    );
    return ARN;
  }

  const pendingVersion = async SecretId => {
    const { VersionIdsToStages } = await secrets.send(
      new DescribeSecretCommand({ SecretId }),
    );
    return Object.keys(VersionIdsToStages).find(id =>
      VersionIdsToStages[id].includes('AWSPENDING'),
    );
  };

  /** A rotation that Secrets Manager has begun and nobody carries out yet. */
  async function begun(secret) {
    await secrets.send(
      new RotateSecretCommand({
        SecretId: secret,
        RotationLambdaARN: `${rotator}-absent`,
        RotationRules: { AutomaticallyAfterDays: 30 },
      }),
    );
    const token = await pendingVersion(secret);
    return Step =>
      handler(
        { Step, SecretId: secret, ClientRequestToken: token },
        {},
        { secrets, ca: database.ca },
      );
  }

  const rotated = (secret, since) =>
    eventually(async () => {
      const { LastRotatedDate } = await secrets.send(
        new DescribeSecretCommand({ SecretId: secret }),
      );
      return LastRotatedDate && LastRotatedDate > since;
    });

  const rotateIt = async secret => {
    const since = new Date(0);
    await secrets.send(
      new RotateSecretCommand({
        SecretId: secret,
        RotationLambdaARN: rotator,
        RotationRules: { AutomaticallyAfterDays: 30 },
      }),
    );
    await rotated(secret, since);
  };

  it('rotates in the sandbox: the old password is refused, the new one works', async () => {
    const { secret, value } = await userAndSecret({}, AWKWARD);
    await rotateIt(secret);
    const current = await read(secret);
    assert.equal(current.username, AWKWARD);
    assert.match(current.password, /^[A-Za-z0-9]{40}$/);
    assert.deepEqual(await logsIn(value), false);
    assert.equal((await logsIn(current)).session_user, AWKWARD);
    assert.deepEqual(await read(secret, 'AWSPREVIOUS'), value);
  });

  it('is due again after 30 days', async () => {
    const { secret } = await userAndSecret();
    await rotateIt(secret);
    const first = await read(secret);
    const { LastRotatedDate, NextRotationDate } = await secrets.send(
      new DescribeSecretCommand({ SecretId: secret }),
    );
    const days = (NextRotationDate - LastRotatedDate) / 86_400_000;
    assert.equal(Math.round(days), 30);
    await sandbox.control('clock', { advanceSeconds: 30 * 86_400 + 60 });
    await rotated(secret, NextRotationDate);
    assert.equal(await logsIn(first), false);
    assert.ok(await logsIn(await read(secret)));
  });

  it('lets two users take turns, both of which log in, and the second acts as the first', async () => {
    const masterarn = await masterSecret();
    const { secret, value } = await userAndSecret({ masterarn });
    await rotateIt(secret);
    const second = await read(secret);
    assert.equal(second.username, `${value.username}_clone`);
    assert.deepEqual(await logsIn(second), {
      current_user: value.username,
      session_user: second.username,
    });
    assert.ok(await logsIn(value), 'a pool that still reads the old one works');
    await secrets.send(new CancelRotateSecretCommand({ SecretId: secret }));
    await rotateIt(secret);
    const third = await read(secret);
    assert.equal(third.username, value.username);
    assert.equal(await logsIn(value), false);
    assert.ok(await logsIn(second));
    assert.ok(await logsIn(third));
  });

  for (const [how, extra] of [
    ['one user', async () => ({})],
    ['two users', async () => ({ masterarn: await masterSecret() })],
  ]) {
    for (const step of STEPS) {
      it(`${how}: a failure in ${step} leaves a current credential that works, and a second attempt completes`, async () => {
        const { secret, value } = await userAndSecret(await extra());
        const run = await begun(secret);
        for (const earlier of STEPS.slice(0, STEPS.indexOf(step))) {
          await run(earlier);
        }
        const heal = await breaks(step, secret);
        await assert.rejects(run(step), error => {
          assert.match(error.message, new RegExp(`^${step}: `));
          return true;
        });
        await heal();
        assert.deepEqual(await read(secret), value);
        assert.ok(await logsIn(value), 'the current credential still works');
        for (const again of STEPS) await run(again);
        const current = await read(secret);
        assert.notEqual(current.password, value.password);
        assert.ok(await logsIn(current));
      });
    }
  }

  /** Makes a step fail where it hurts most; answers what mends it. */
  async function breaks(step, secret) {
    const fault = {
      createSecret: { kind: 'error', operation: 'PutSecretValue', count: 1 },
      finishSecret: {
        kind: 'error',
        operation: 'UpdateSecretVersionStage',
        count: 1,
      },
    }[step];
    if (fault) {
      await sandbox.control('faults', { service: 'secretsmanager', ...fault });
      return async () => {};
    }
    const pending = await read(secret, 'AWSPENDING');
    const role = pg.escapeIdentifier(pending.username);
    if (step === 'testSecret') {
      // As if somebody else had changed it in between.
      await database.query(`ALTER ROLE ${role} PASSWORD '${PASSWORD}'`);
      return async () => {};
    }
    const known = await read(secret);
    const master = known.masterarn
      ? (await read(known.masterarn)).username
      : known.username;
    const refusing = pg.escapeIdentifier(master);
    // In the middle of the step: it logs in, and may not write.
    await database.query(
      `ALTER ROLE ${refusing} SET default_transaction_read_only = on`,
    );
    return () =>
      database.query(
        `ALTER ROLE ${refusing} RESET default_transaction_read_only`,
      );
  }

  it('knows that the stage has moved when only the answer was lost', async () => {
    const { secret, value } = await userAndSecret();
    const run = await begun(secret);
    for (const step of STEPS.slice(0, 3)) await run(step);
    await sandbox.control('faults', {
      service: 'secretsmanager',
      operation: 'UpdateSecretVersionStage',
      kind: 'drop-response',
      count: 1,
    });
    await assert.rejects(run('finishSecret'));
    const current = await read(secret);
    assert.notEqual(current.password, value.password);
    assert.ok(await logsIn(current), 'it was not put back');
    assert.equal((await run('finishSecret')).outcome, 'already-done');
  });

  it('may be run again in every step', async () => {
    const { secret } = await userAndSecret();
    const run = await begun(secret);
    for (const step of STEPS) {
      await run(step);
      const pending = await read(secret, 'AWSPENDING');
      await run(step);
      assert.deepEqual(await read(secret, 'AWSPENDING'), pending);
    }
    assert.ok(await logsIn(await read(secret)));
  });

  it('refuses a server whose certificate it does not know, and changes nothing', async () => {
    const { secret, value } = await userAndSecret();
    const run = await begun(secret);
    await run('createSecret');
    const token = await pendingVersion(secret);
    await assert.rejects(
      handler(
        { Step: 'setSecret', SecretId: secret, ClientRequestToken: token },
        {},
        { secrets },
      ),
      /setSecret: the database cannot be reached over TLS/,
    );
    assert.ok(await logsIn(value));
  });

  it('does not follow a pending value to another host', async () => {
    const { secret } = await userAndSecret();
    const run = await begun(secret);
    const token = await pendingVersion(secret);
    const current = await read(secret);
    await secrets.send(
      new PutSecretValueCommand({
        SecretId: secret,
        ClientRequestToken: token,
        VersionStages: ['AWSPENDING'],
        SecretString: JSON.stringify({ ...current, host: 'elsewhere.example' }),
      }),
    );
    await assert.rejects(run('setSecret'), /another user, host, port/);
  });

  it('hands the server a verifier and never the password', async () => {
    const { secret } = await userAndSecret();
    const statements = [];
    const { query } = pg.Client.prototype;
    pg.Client.prototype.query = function recorded(sql, ...rest) {
      statements.push(String(sql?.text ?? sql));
      return query.call(this, sql, ...rest);
    };
    try {
      const run = await begun(secret);
      for (const step of STEPS) await run(step);
    } finally {
      pg.Client.prototype.query = query;
    }
    const { password } = await read(secret);
    assert.ok(statements.some(sql => sql.includes('SCRAM-SHA-256$')));
    assert.ok(statements.every(sql => !sql.includes(password)));
  });
});
