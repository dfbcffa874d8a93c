import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { after, before, beforeEach, describe, it } from 'node:test';
import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { generate } from 'selfsigned';
import { PASSWORD } from '../../../../../scripts/functions/planted.mjs';
import {
  eventually,
  startSandbox,
} from '../../../../../scripts/functions/sandbox.mjs';
import { handler } from './index.mjs';

const USER = 'prod-portal';
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

describe('rotation of passwords of Redis', () => {
  let sandbox;
  let secrets;
  let rotator;
  let cache;
  let elasticache;

  before(async () => {
    cache = await startCache();
    sandbox = await startSandbox();
    secrets = sandbox.client(SecretsManagerClient);
    rotator = await sandbox.deploy('rotate-redis', import.meta.dirname, {
      AWS_ENDPOINT_URL_ELASTICACHE: cache.url,
      NODE_EXTRA_CA_CERTS: cache.caFile,
    });
    elasticache = new ElastiCacheClient({
      endpoint: cache.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      maxAttempts: 1,
    });
  });
  after(async () => {
    elasticache?.destroy();
    await sandbox?.stop();
    await cache?.stop();
  });
  beforeEach(() => cache.reset());

  const read = async (SecretId, VersionStage = 'AWSCURRENT') => {
    const { SecretString } = await secrets.send(
      new GetSecretValueCommand({ SecretId, VersionStage }),
    );
    return JSON.parse(SecretString);
  };

  const create = async (changes = {}) => {
    const { ARN } = await secrets.send(
      new CreateSecretCommand({
        Name: `careplane/${randomUUID()}`,
        SecretString: JSON.stringify({
          host: 'localhost',
          port: cache.port,
          username: USER,
          userid: USER,
          password: 'unset',
          value: 'unset',
          ...changes,
        }),
      }),
    );
    return ARN;
  };

  const rotateIt = async (SecretId, since = new Date(0)) => {
    await secrets.send(
      new RotateSecretCommand({
        SecretId,
        RotationLambdaARN: rotator,
        RotationRules: { AutomaticallyAfterDays: 30 },
      }),
    );
    return eventually(async () => {
      const { LastRotatedDate } = await secrets.send(
        new DescribeSecretCommand({ SecretId }),
      );
      return LastRotatedDate > since && LastRotatedDate;
    });
  };

  /** A rotation of which the test runs the steps itself. */
  const begin = async SecretId => {
    const { VersionId } = await secrets.send(
      new RotateSecretCommand({
        SecretId,
        RotationLambdaARN: `${rotator}-absent`,
      }),
    );
    return (Step, options = {}) =>
      handler(
        { Step, SecretId, ClientRequestToken: VersionId },
        {},
        { secrets, elasticache, ca: cache.ca, ...options },
      );
  };

  it('gives a user its first password, then a new one beside the one before', async () => {
    const secret = await create();
    const since = await rotateIt(secret);
    const first = await read(secret);
    assert.match(first.password, /^[A-Za-z0-9]{64}$/);
    assert.equal(
      first.value,
      `rediss://${USER}:${first.password}@localhost:${cache.port}`,
    );
    assert.deepEqual(cache.passwords(), [first.password]);
    const again = await rotateIt(secret, since);
    const second = await read(secret);
    assert.deepEqual(cache.passwords(), [second.password, first.password]);
    await rotateIt(secret, again);
    const third = await read(secret);
    assert.deepEqual(
      cache.passwords(),
      [third.password, second.password],
      'the first logs in no more',
    );
  });

  for (const broken of ['setSecret', 'testSecret']) {
    it(`leaves the current password working when ${broken} fails, and goes on later`, async () => {
      const secret = await create({ password: PASSWORD });
      cache.set([PASSWORD]);
      const step = await begin(secret);
      await step('createSecret');
      if (broken === 'testSecret') {
        await step('setSecret');
        await assert.rejects(step('testSecret', { ca: undefined }), {
          message: /^testSecret: Redis cannot be reached over TLS/,
        });
      } else {
        cache.refuse();
        await assert.rejects(
          step('setSecret'),
          /^Error: setSecret: failed with/,
        );
        cache.accept();
      }
      assert.ok(cache.passwords().includes(PASSWORD));
      assert.equal((await read(secret)).password, PASSWORD);
      for (const name of STEPS) await step(name);
      const { password } = await read(secret);
      assert.deepEqual(cache.passwords(), [password, PASSWORD]);
    });
  }

  it('waits for a user that is being changed', async () => {
    const secret = await create();
    const step = await begin(secret);
    await step('createSecret');
    cache.busy(2);
    await step('setSecret');
    assert.equal(cache.passwords().length, 1);
  });

  it('refuses a pending value that leads to another user', async () => {
    const secret = await create({ password: PASSWORD });
    const step = await begin(secret);
    await step('createSecret');
    const other = await create({ password: PASSWORD, userid: 'somebody-else' });
    const foreign = await begin(other);
    await foreign('createSecret');
    const pending = await read(other, 'AWSPENDING');
    const mixed = {
      send: async command => {
        const wanted =
          command instanceof GetSecretValueCommand &&
          command.input.VersionStage === 'AWSPENDING';
        return wanted
          ? { SecretString: JSON.stringify(pending) }
          : secrets.send(command);
      },
    };
    await assert.rejects(step('setSecret', { secrets: mixed }), {
      message: 'setSecret: the pending value leads to another user or place',
    });
  });

  it('refuses a value that leads nowhere', async () => {
    const secret = await create({ userid: '' });
    const step = await begin(secret);
    await assert.rejects(step('createSecret'), /the value lacks one of/);
  });
});

/**
 * A Redis with one user, over TLS, whose passwords ElastiCache's own operations
 * change, in the query form and XML of its API.
 */
async function startCache() {
  let passwords;
  let refusing;
  let busy;
  const reset = () => {
    passwords = [];
    refusing = false;
    busy = 0;
  };
  reset();
  const { cert, private: key } = await generate(
    [{ name: 'commonName', value: 'localhost' }],
    {
      keySize: 2048,
      extensions: [
        { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
      ],
    },
  );
  const redis = createTlsServer({ cert, key }, socket => {
    socket.on('error', () => {});
    socket.on('data', data => {
      const words = String(data)
        .split('\r\n')
        .filter((_, index) => index > 0 && index % 2 === 0);
      const [command, user, password] = words;
      const known =
        command === 'AUTH' && user === USER && passwords.includes(password);
      socket.end(known ? '+OK\r\n' : '-WRONGPASS invalid password\r\n');
    });
  });
  const api = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const form = new URLSearchParams(body);
    const action = form.get('Action');
    if (refusing) {
      response.writeHead(400, { 'content-type': 'text/xml' });
      response.end(
        '<ErrorResponse><Error><Type>Sender</Type><Code>InvalidUserState</Code></Error></ErrorResponse>',
      );
      return;
    }
    if (action === 'ModifyUser') {
      assert.equal(form.get('AuthenticationMode.Type'), 'password');
      passwords = [...form]
        .filter(([name]) => /^AuthenticationMode\.Passwords\./.test(name))
        .map(([, value]) => value);
    }
    const status = busy > 0 ? 'modifying' : 'active';
    busy = Math.max(0, busy - 1);
    const user = `<UserId>${USER}</UserId><Status>${status}</Status>`;
    response.writeHead(200, { 'content-type': 'text/xml' });
    response.end(
      `<${action}Response xmlns="http://elasticache.amazonaws.com/doc/2015-02-02/"><${action}Result>${
        action === 'DescribeUsers'
          ? `<Users><member>${user}</member></Users>`
          : user
      }</${action}Result></${action}Response>`,
    );
  });
  const folder = mkdtempSync(join(tmpdir(), 'careplane-redis-'));
  const caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, cert);
  for (const server of [redis, api]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
  return {
    ca: cert,
    caFile,
    port: redis.address().port,
    url: `http://127.0.0.1:${api.address().port}`,
    reset,
    passwords: () => passwords,
    set: list => {
      passwords = list;
    },
    refuse: () => {
      refusing = true;
    },
    accept: () => {
      refusing = false;
    },
    busy: times => {
      busy = times;
    },
    async stop() {
      api.closeAllConnections();
      api.close();
      redis.close();
      rmSync(folder, { recursive: true });
    },
  };
}
