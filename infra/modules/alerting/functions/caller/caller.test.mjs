import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, beforeEach, describe, it } from 'node:test';
import {
  ConnectClient,
  GetContactAttributesCommand,
} from '@aws-sdk/client-connect';
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { AddPermissionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import {
  CreateTopicCommand,
  PublishCommand,
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
  RECORD_NUMBER,
} from '../../../../../scripts/functions/planted.mjs';
import {
  eventually,
  startSandbox,
} from '../../../../../scripts/functions/sandbox.mjs';

const INSTANCE = 'a1b2c3d4-0000-4000-8000-000000000000';

describe('alarms reach people', () => {
  let sandbox;
  let careplane;
  let sns;
  let sqs;
  let topic;
  let mailbox;
  let queue;
  let functionArn;

  before(async () => {
    sandbox = await startSandbox();
    careplane = await startCareplane();
    sns = sandbox.client(SNSClient);
    sqs = sandbox.client(SQSClient);
    queue = await createQueue('calls-due');
    mailbox = await createQueue('mailbox');
    const mails = await createTopic('mails');
    await subscribe(mails, 'sqs', mailbox.arn);
    const dynamodb = sandbox.client(DynamoDBClient);
    await dynamodb.send(
      new CreateTableCommand({
        TableName: 'alerts',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    const people = [
      { name: 'First', phone: '+15550100001' },
      { name: 'Second', phone: '+15550100002' },
    ];
    await dynamodb.send(
      new PutItemCommand({
        TableName: 'alerts',
        Item: {
          id: { S: 'on-call' },
          revision: { N: '1' },
          value: { S: JSON.stringify({ people }) },
        },
      }),
    );
    functionArn = await sandbox.deploy('alert-caller', import.meta.dirname, {
      TABLE: 'alerts',
      CONNECT_INSTANCE_ID: INSTANCE,
      CONTACT_FLOW_ID: randomUUID(),
      SOURCE_PHONE_NUMBER: '+15550100000',
      MAIL_TOPIC_ARN: mails,
      QUEUE_URL: queue.url,
      ACCOUNT_STAGES: JSON.stringify({ [sandbox.account]: 'prod' }),
      PORTAL_URL: careplane.url,
      PORTAL_TOKEN_SECRET: await createSecret(careplane.token),
      CHAT_SECRET: await createSecret(`${careplane.url}/hooks/chat`),
      ESCALATE_SECONDS: '0',
    });
    topic = await createTopic('visit-api-alerts');
    await sandbox.client(LambdaClient).send(
      new AddPermissionCommand({
        FunctionName: functionArn,
        StatementId: 'sns',
        Action: 'lambda:InvokeFunction',
        Principal: 'sns.amazonaws.com',
      }),
    );
    await subscribe(topic, 'lambda', functionArn);
  });
  after(async () => {
    await sandbox?.stop();
    await careplane?.stop();
  });
  beforeEach(() => {
    careplane.answers = true;
  });

  const createTopic = async Name =>
    (await sns.send(new CreateTopicCommand({ Name }))).TopicArn;
  const subscribe = (TopicArn, Protocol, Endpoint) =>
    sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint }));
  const createSecret = async value => {
    const { ARN } = await sandbox.client(SecretsManagerClient).send(
      new CreateSecretCommand({
        Name: randomUUID(),
        SecretString: JSON.stringify({ value }),
      }),
    );
    return ARN;
  };
  async function createQueue(QueueName) {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
    );
    return { url: QueueUrl, arn: Attributes.QueueArn };
  }

  const receive = ({ url }) =>
    eventually(async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 1 }),
      );
      if (Messages.length === 0) return undefined;
      await sqs.send(
        new DeleteMessageCommand({
          QueueUrl: url,
          ReceiptHandle: Messages[0].ReceiptHandle,
        }),
      );
      return Messages[0].Body;
    });
  const nextMail = async () => JSON.parse(await receive(mailbox));
  /** What Lambda's event source does: the next message of the queue, to the function. */
  const nextDue = async () => {
    const answer = await sandbox.invoke('alert-caller', {
      Records: [{ eventSource: 'aws:sqs', body: await receive(queue) }],
    });
    assert.equal(answer.failed, false, JSON.stringify(answer.payload));
    return answer.payload[0];
  };
  const attributesOf = async InitialContactId =>
    (
      await sandbox.client(ConnectClient).send(
        new GetContactAttributesCommand({
          InstanceId: INSTANCE,
          InitialContactId,
        }),
      )
    ).Attributes;

  const alarmOf = (changes = {}) => ({
    AlarmName: `visit-api-errors-${randomUUID().slice(0, 8)}`,
    AlarmDescription: `Requests of ${PATIENT} fail`,
    AWSAccountId: sandbox.account,
    AlarmArn: `arn:aws:cloudwatch:us-east-1:${sandbox.account}:alarm:x`,
    NewStateValue: 'ALARM',
    NewStateReason: `Threshold crossed for ${RECORD_NUMBER}`,
    StateChangeTime: '2026-11-30T03:02:01.000+0000',
    Trigger: { Dimensions: [{ name: 'FunctionName', value: 'visit-api' }] },
    ...changes,
  });
  const publish = (alarm, TopicArn = topic) =>
    sns.send(
      new PublishCommand({
        TopicArn,
        Subject: `ALARM ${RECORD_NUMBER}`,
        Message: typeof alarm === 'string' ? alarm : JSON.stringify(alarm),
      }),
    );
  const chatsOf = ({ AlarmName }) =>
    careplane.chats.filter(text => text.includes(AlarmName));
  const free = text => {
    for (const planted of PLANTED) assert.ok(!text.includes(planted), text);
  };

  it('mails, writes and calls with service, stage, running release, since and link, and no other word of the alarm', async () => {
    const alarm = alarmOf();
    await publish(alarm);
    const mail = await nextMail();
    assert.equal(mail.Subject, 'ALARM: visit-api (prod)');
    const link = `${careplane.url}/catalog/default/component/visit-api/releases`;
    for (const line of [
      `Alarm: ${alarm.AlarmName}`,
      'Service: visit-api',
      'Stage: prod',
      'Running release: 1.4.2, canary 1.4.3 at 10 %',
      'Since: 2026-11-30T03:02:01.000Z',
      `Look and act: ${link}`,
    ]) {
      assert.ok(mail.Message.includes(`${line}\n`), mail.Message);
    }
    free(JSON.stringify(mail));
    const { verdict, contact } = await nextDue();
    assert.equal(verdict, 'called');
    const attributes = await attributesOf(contact);
    assert.deepEqual(
      { ...attributes, incident: 'any' },
      {
        what: 'CloudWatch alarm',
        alarm: alarm.AlarmName,
        service: 'visit-api',
        stage: 'prod',
        release: '1.4.2, canary 1.4.3 at 10 %',
        since: '2026-11-30T03:02:01.000Z',
        link,
        incident: 'any',
        person: 'First',
      },
    );
    const [chat, ...more] = chatsOf(alarm);
    assert.deepEqual(more, []);
    free(chat);
    assert.match(chat, /visit-api \(prod\)/);
    await resolve(alarm);
  });

  /** Ends an incident and takes what it leaves in the queue. */
  async function resolve(alarm) {
    await publish({ ...alarm, NewStateValue: 'OK' });
    assert.match((await nextMail()).Subject, /^OK again/);
    assert.equal((await nextDue()).verdict, 'over');
  }

  it('calls the next person until one takes it, and then nobody', async () => {
    await publish(alarmOf());
    await nextMail();
    const first = await nextDue();
    const second = await nextDue();
    const [{ person: one }, attributes] = [
      await attributesOf(first.contact),
      await attributesOf(second.contact),
    ];
    assert.deepEqual([one, attributes.person], ['First', 'Second']);
    const taken = await sandbox.invoke('alert-caller', {
      Name: 'ContactFlowEvent',
      Details: { ContactData: { Attributes: attributes }, Parameters: {} },
    });
    assert.equal(taken.payload.verdict, 'taken');
    const mail = await nextMail();
    assert.match(mail.Subject, /^Taken: visit-api/);
    assert.match(mail.Message, /Second has taken it/);
    assert.equal((await nextDue()).verdict, 'over');
  });

  it('says when the list is through and nobody has answered', async () => {
    await publish(alarmOf());
    await nextMail();
    for (let step = 0; step < 6; step += 1) {
      assert.equal((await nextDue()).verdict, 'called');
    }
    assert.equal((await nextDue()).verdict, 'unanswered');
    assert.match((await nextMail()).Subject, /^Nobody has answered/);
  });

  it('is one incident however often the same alarm comes', async () => {
    const alarm = alarmOf();
    await publish(alarm);
    await nextMail();
    const repeated = await sandbox.invoke('alert-caller', {
      Records: [
        {
          EventSource: 'aws:sns',
          Sns: {
            TopicArn: topic,
            MessageId: randomUUID(),
            Message: JSON.stringify(alarm),
          },
        },
      ],
    });
    assert.equal(repeated.payload[0].verdict, 'leave');
    free(repeated.log);
    assert.equal((await nextDue()).verdict, 'called');
    await resolve(alarm);
    await publish(alarm);
    assert.match((await nextMail()).Subject, /^ALARM again/);
  });

  it('tries a throttled call again without a word, and the same call is placed once', async () => {
    const alarm = alarmOf();
    await publish(alarm);
    await nextMail();
    await sandbox.control('faults', {
      service: 'connect',
      kind: 'throttle',
      count: 3,
    });
    const again = await nextDue();
    assert.deepEqual([again.verdict, again.step], ['again', 0]);
    await sandbox.control('clock', { advanceSeconds: again.seconds });
    const called = await nextDue();
    assert.deepEqual([called.verdict, called.step], ['called', 0]);
    assert.equal(chatsOf(alarm).length, 1, 'only the alarm itself was told');
  });

  it('mails and goes on to the next person when Connect refuses the number', async () => {
    // What earlier tests have left, and nobody asks for.
    await sandbox.control('clock', { advanceSeconds: 60 });
    await publish(alarmOf());
    await nextMail();
    await sandbox.control('faults', {
      service: 'connect',
      kind: 'validation',
      code: 'DestinationNotAllowedException',
      status: 403,
      count: 1,
    });
    let due = await nextDue();
    while (due.verdict !== 'not-called') due = await nextDue();
    assert.match((await nextMail()).Subject, /^Could not be called/);
  });

  it('mails and writes about a finding that is to be mended, once, and calls nobody', async () => {
    const waiting = async () => {
      const { Attributes } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: queue.url,
          AttributeNames: ['All'],
        }),
      );
      return [
        Attributes.ApproximateNumberOfMessages,
        Attributes.ApproximateNumberOfMessagesDelayed,
      ].map(Number);
    };
    const before = await waiting();
    const finding = {
      Id: `arn:aws:securityhub:us-east-1:${sandbox.account}:security-control/S3.1/finding/1`,
      AwsAccountId: sandbox.account,
      Severity: { Label: 'HIGH' },
      Compliance: { SecurityControlId: 'S3.1' },
      Title: PATIENT,
    };
    const event = {
      source: 'aws.securityhub',
      'detail-type': 'Security Hub Findings - Imported',
      account: sandbox.account,
      region: 'us-east-1',
      detail: { findings: [finding] },
    };
    const bring = async () => {
      const { payload } = await sandbox.invoke('alert-caller', {
        Records: [
          {
            EventSource: 'aws:sns',
            Sns: {
              TopicArn: `arn:aws:sns:us-east-1:${sandbox.account}:alarms`,
              MessageId: randomUUID(),
              Message: JSON.stringify(event),
            },
          },
        ],
      });
      return payload[0];
    };
    const told = await bring();
    assert.deepEqual(
      [told.verdict, told.severity, told.chat],
      ['open', 'HIGH', 'sent'],
    );
    const mail = await nextMail();
    assert.equal(
      mail.Subject,
      'ALARM: Security Hub finding, severity HIGH (prod)',
    );
    free(JSON.stringify(mail));
    assert.equal((await bring()).verdict, 'leave');
    assert.deepEqual(await waiting(), before);
  });

  it('tells of an alarm that it cannot read, and says unknown', async () => {
    const other = await createTopic('other');
    await subscribe(other, 'lambda', functionArn);
    await publish(`${RECORD_NUMBER} is not well`, other);
    const mail = await nextMail();
    assert.equal(mail.Subject, 'ALARM: unknown (prod)');
    assert.match(
      mail.Message,
      /Running release: unknown \(no service or stage\)/,
    );
    free(JSON.stringify(mail));
  });

  it('says that the running release is unknown when Careplane does not tell it', async () => {
    careplane.answers = false;
    await publish(alarmOf());
    assert.match(
      (await nextMail()).Message,
      /Running release: unknown \(Careplane answered 503\)\n/,
    );
  });
});

/** Careplane's answer about one service, and a chat's webhook. */
async function startCareplane() {
  const running = { answers: true, chats: [], token: 'service-token' };
  const current = { id: '7', contentHash: 'x', version: '1.4.2' };
  const revision = { id: '8', contentHash: 'y', version: '1.4.3' };
  const answer = {
    targets: [
      { state: 'ok', target: { stage: 'qa', current: revision } },
      {
        state: 'ok',
        target: {
          stage: 'prod',
          current,
          candidate: { revision, weight: 0.1 },
        },
      },
    ],
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (request.url === '/hooks/chat') {
      running.chats.push(JSON.parse(body).text);
      response.end('ok');
      return;
    }
    const isKnown =
      request.url === '/api/release/entities/component/default/visit-api' &&
      request.headers.authorization === `Bearer ${running.token}`;
    response.statusCode = running.answers ? (isKnown ? 200 : 404) : 503;
    response.end(JSON.stringify(answer));
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  running.url = `http://127.0.0.1:${server.address().port}`;
  running.stop = () => new Promise(resolve => server.close(resolve));
  return running;
}
