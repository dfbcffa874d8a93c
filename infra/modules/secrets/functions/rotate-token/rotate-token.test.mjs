import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { TOKEN } from '../../../../../scripts/functions/planted.mjs';
import {
  eventually,
  startSandbox,
} from '../../../../../scripts/functions/sandbox.mjs';
import { handler } from './index.mjs';

describe('rotation of tokens', () => {
  let sandbox;
  let secrets;
  let rotator;
  let sonarqube;

  before(async () => {
    sandbox = await startSandbox();
    secrets = sandbox.client(SecretsManagerClient);
    rotator = await sandbox.deploy('rotate-token', import.meta.dirname);
    sonarqube = await startSonarQube();
  });
  after(async () => {
    await sandbox?.stop();
    await sonarqube?.stop();
  });

  const read = async (SecretId, VersionStage = 'AWSCURRENT') => {
    const { SecretString } = await secrets.send(
      new GetSecretValueCommand({ SecretId, VersionStage }),
    );
    return JSON.parse(SecretString);
  };

  const create = async value => {
    const { ARN } = await secrets.send(
      new CreateSecretCommand({
        Name: `careplane/${randomUUID()}`,
        SecretString: JSON.stringify(value),
      }),
    );
    return ARN;
  };

  const rotateIt = async (SecretId, since = new Date(0)) => {
    await secrets.send(
      new RotateSecretCommand({
        SecretId,
        RotationLambdaARN: rotator,
        RotationRules: { AutomaticallyAfterDays: 90 },
      }),
    );
    return eventually(async () => {
      const { LastRotatedDate } = await secrets.send(
        new DescribeSecretCommand({ SecretId }),
      );
      return LastRotatedDate > since && LastRotatedDate;
    });
  };

  it('makes a new key every 90 days and keeps the one before readable', async () => {
    const secret = await create({ kind: 'generated', value: TOKEN });
    await rotateIt(secret);
    const { value } = await read(secret);
    assert.match(value, /^[A-Za-z0-9]{64}$/);
    assert.equal((await read(secret, 'AWSPREVIOUS')).value, TOKEN);
    const { LastRotatedDate, NextRotationDate } = await secrets.send(
      new DescribeSecretCommand({ SecretId: secret }),
    );
    const days = (NextRotationDate - LastRotatedDate) / 86_400_000;
    assert.equal(Math.round(days), 90);
  });

  it('replaces a token of SonarQube and ends the one before the last', async () => {
    const url = sonarqube.url;
    sonarqube.tokens.set('careplane', TOKEN);
    const secret = await create({
      kind: 'sonarqube',
      url,
      name: 'careplane',
      value: TOKEN,
    });
    const since = await rotateIt(secret);
    const second = await read(secret);
    assert.match(second.name, /^careplane-[0-9a-f]{8}$/);
    assert.equal(sonarqube.tokens.get(second.name), second.value);
    assert.ok(sonarqube.tokens.has('careplane'), 'whoever holds it may go on');
    await rotateIt(secret, since);
    const third = await read(secret);
    assert.deepEqual(
      [...sonarqube.tokens.keys()],
      [second.name, third.name],
      'the first is revoked',
    );
  });

  it('keeps the current token when SonarQube refuses the new one', async () => {
    const value = { kind: 'sonarqube', url: sonarqube.url, value: 'unknown' };
    const secret = await create(value);
    const { VersionId } = await secrets.send(
      new RotateSecretCommand({
        SecretId: secret,
        RotationLambdaARN: `${rotator}-absent`,
      }),
    );
    await assert.rejects(
      handler(
        {
          Step: 'createSecret',
          SecretId: secret,
          ClientRequestToken: VersionId,
        },
        {},
        { secrets },
      ),
      { message: 'createSecret: SonarQube answered 401' },
    );
    assert.deepEqual(await read(secret), value);
  });

  for (const [what, value, message] of [
    ['a kind that it does not know', { kind: 'other' }, /kind of the secret/],
    [
      'an address without TLS',
      { kind: 'sonarqube', url: 'http://sonar.example', value: 'x' },
      /not https/,
    ],
  ]) {
    it(`refuses ${what}`, async () => {
      const secret = await create(value);
      const { VersionId } = await secrets.send(
        new RotateSecretCommand({
          SecretId: secret,
          RotationLambdaARN: `${rotator}-absent`,
        }),
      );
      const event = {
        Step: 'createSecret',
        SecretId: secret,
        ClientRequestToken: VersionId,
      };
      await assert.rejects(handler(event, {}, { secrets }), message);
    });
  }

  it('refuses a step that is none, and a secret that is not rotated', async () => {
    const secret = await create({ kind: 'generated', value: TOKEN });
    const event = { SecretId: secret, ClientRequestToken: randomUUID() };
    await assert.rejects(handler({ ...event, Step: 'x' }, {}, { secrets }));
    await assert.rejects(
      handler({ ...event, Step: 'createSecret' }, {}, { secrets }),
      /rotation is not enabled/,
    );
  });
});

/** SonarQube's user tokens, by name, behind its own paths. */
async function startSonarQube() {
  const tokens = new Map();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const form = new URLSearchParams(body);
    const bearer = request.headers.authorization?.replace('Bearer ', '');
    const isKnown = [...tokens.values()].includes(bearer);
    const answer = (status, value) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(value && JSON.stringify(value));
    };
    if (request.url === '/api/authentication/validate') {
      answer(200, { valid: isKnown });
    } else if (!isKnown) {
      answer(401);
    } else if (request.url === '/api/user_tokens/generate') {
      const name = form.get('name');
      if (tokens.has(name)) {
        answer(400);
        return;
      }
      tokens.set(name, `squ_${randomUUID()}`);
      answer(200, { name, token: tokens.get(name) });
    } else {
      tokens.delete(form.get('name'));
      answer(204);
    }
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    tokens,
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => new Promise(resolve => server.close(resolve)),
  };
}
