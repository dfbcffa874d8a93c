import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  CreateTopicCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import {
  PATIENT,
  PLANTED,
  TOKEN,
} from '../../../../../scripts/functions/planted.mjs';
import {
  eventually,
  startSandbox,
} from '../../../../../scripts/functions/sandbox.mjs';
import { isNews, isSigned, readAnalysis } from './webhook.mjs';

const analysis = (status, key = 'claims-api') => ({
  analysedAt: '2026-11-30T03:00:00+0000',
  project: { key, name: PATIENT, url: 'https://elsewhere.example' },
  branch: { name: 'main', isMain: true },
  qualityGate: {
    name: 'Sonar way',
    status,
    conditions: [
      {
        metric: 'new_coverage',
        operator: 'LESS_THAN',
        value: '12',
        status: status === 'OK' ? 'OK' : 'ERROR',
      },
    ],
  },
  properties: { note: PATIENT },
});

const sign = (body, secret) =>
  createHmac('sha256', secret).update(body).digest('hex');

describe("SonarQube's webhook", () => {
  let sandbox;
  let queueUrl;
  let secret;

  before(async () => {
    sandbox = await startSandbox();
    const sqs = sandbox.client(SQSClient);
    const sns = sandbox.client(SNSClient);
    const { TopicArn } = await sns.send(
      new CreateTopicCommand({ Name: 'gates' }),
    );
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({ QueueName: 'mailbox' }),
    );
    queueUrl = QueueUrl;
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'sqs',
        Endpoint: Attributes.QueueArn,
      }),
    );
    await sandbox.client(DynamoDBClient).send(
      new CreateTableCommand({
        TableName: 'gates',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    const { ARN } = await sandbox.client(SecretsManagerClient).send(
      new CreateSecretCommand({
        Name: 'webhook',
        SecretString: JSON.stringify({ kind: 'generated', value: TOKEN }),
      }),
    );
    secret = ARN;
    await sandbox.deploy('gate-relay', import.meta.dirname, {
      WEBHOOK_SECRET: secret,
      SONAR_URL: 'https://sonar.example',
      TABLE: 'gates',
      TOPIC_ARN: TopicArn,
    });
  });
  after(() => sandbox?.stop());

  async function deliver(value, { key = TOKEN, changes = {} } = {}) {
    const body = typeof value === 'string' ? value : JSON.stringify(value);
    const { payload, log } = await sandbox.invoke('gate-relay', {
      headers: { 'X-Sonar-Webhook-HMAC-SHA256': sign(body, key) },
      body,
      ...changes,
    });
    for (const planted of PLANTED) assert.ok(!log.includes(planted), log);
    return [payload.statusCode, JSON.parse(payload.body).outcome];
  }

  const mails = async () => {
    const sqs = sandbox.client(SQSClient);
    const found = [];
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: queueUrl }),
      );
      if (Messages.length === 0) return found;
      found.push(JSON.parse(Messages[0].Body));
      await sqs.send(
        new DeleteMessageCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: Messages[0].ReceiptHandle,
        }),
      );
    }
  };
  const mail = () => eventually(async () => (await mails())[0]);

  it('mails a red gate, says nothing while it stays red, and mails that it is green again', async () => {
    assert.deepEqual(await deliver(analysis('ERROR')), [200, 'told']);
    const red = await mail();
    assert.equal(red.Subject, 'Quality gate FAILS: claims-api (main)');
    assert.ok(red.Message.includes('Not met: new_coverage\n'));
    assert.ok(
      red.Message.includes(
        'Look: https://sonar.example/dashboard?id=claims-api&branch=main\n',
      ),
      red.Message,
    );
    for (const planted of PLANTED) assert.ok(!red.Message.includes(planted));
    assert.deepEqual(await deliver(analysis('ERROR')), [200, 'no-change']);
    assert.deepEqual(await deliver(analysis('OK')), [200, 'told']);
    assert.match((await mail()).Subject, /^Quality gate passes/);
  });

  it('tells a mail again that did not leave', async () => {
    await sandbox.control('faults', {
      service: 'sns',
      operation: 'Publish',
      kind: 'deny',
      count: 1,
    });
    const body = JSON.stringify(analysis('ERROR', 'other'));
    const { failed } = await sandbox.invoke('gate-relay', {
      headers: { 'x-sonar-webhook-hmac-sha256': sign(body, TOKEN) },
      body,
    });
    assert.equal(failed, true);
    assert.deepEqual(await deliver(body), [200, 'told']);
  });

  it('takes the secret before the last rotation as well, and no third', async () => {
    await sandbox.client(SecretsManagerClient).send(
      new PutSecretValueCommand({
        SecretId: secret,
        SecretString: JSON.stringify({ kind: 'generated', value: `${TOKEN}2` }),
      }),
    );
    const green = analysis('OK', 'fresh');
    assert.deepEqual(await deliver(green), [200, 'no-change']);
    const newer = { key: `${TOKEN}2` };
    assert.deepEqual(await deliver(green, newer), [200, 'no-change']);
    assert.deepEqual(await deliver(green, { key: 'x' }), [401, 'not-signed']);
  });

  it('refuses what is not signed, was changed on its way, or is no analysis', async () => {
    const value = analysis('ERROR');
    const unsigned = { changes: { headers: {} } };
    assert.deepEqual(await deliver(value, unsigned), [401, 'not-signed']);
    const changed = { changes: { body: JSON.stringify(analysis('OK')) } };
    assert.deepEqual(await deliver(value, changed), [401, 'not-signed']);
    assert.deepEqual(await deliver('{'), [400, 'not-readable']);
    assert.deepEqual(await deliver({ project: {} }), [400, 'not-readable']);
  });
});

describe('a signature', () => {
  it('is over the bytes, and a wrong form is no match', () => {
    const body = Buffer.from('{"a":"ü"}');
    assert.ok(isSigned(body, sign(body, 'k'), ['other', 'k']));
    for (const wrong of [
      undefined,
      '',
      'zz',
      sign(body, 'x'),
      `${sign(body, 'k')}00`,
    ]) {
      assert.equal(isSigned(body, wrong, ['k']), false);
    }
  });
});

describe('an analysis', () => {
  it('is news when it changes the gate, or begins red', () => {
    const cases = [
      [undefined, 'OK', false],
      [undefined, 'ERROR', true],
      ['OK', 'ERROR', true],
      ['ERROR', 'OK', true],
      ['ERROR', 'ERROR', false],
    ];
    for (const [earlier, later, expected] of cases) {
      assert.equal(isNews(earlier, later), expected);
    }
  });

  it('repeats no branch and no key that has not the form of one', () => {
    const odd = { ...analysis('OK'), branch: { name: PATIENT } };
    const { branch } = readAnalysis(JSON.stringify(odd), 'https://s.example');
    assert.equal(branch, 'main');
    const bad = JSON.stringify(analysis('OK', 'a b'));
    assert.throws(() => readAnalysis(bad, 'https://s.example'), TypeError);
  });
});
