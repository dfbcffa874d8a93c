import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateTopicCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import {
  PASSWORD,
  PLANTED,
} from '../../../../../scripts/functions/planted.mjs';
import {
  eventually,
  startSandbox,
} from '../../../../../scripts/functions/sandbox.mjs';
import { mailOf, readSignIn } from './sign-in.mjs';

const base = {
  eventName: 'ConsoleLogin',
  eventType: 'AwsConsoleSignIn',
  eventTime: '2026-11-30T03:00:00Z',
  recipientAccountId: '333333333333',
  sourceIPAddress: '198.51.100.7',
  userIdentity: { type: 'IAMUser', userName: 'avery' },
  responseElements: { ConsoleLogin: 'Success' },
  additionalEventData: { MFAUsed: 'Yes' },
};
const read = changes => readSignIn({ detail: { ...base, ...changes } });

describe('what a sign-in is', () => {
  for (const [what, changes, kind] of [
    ['a sign-in', {}, 'signed-in'],
    [
      'a wrong password',
      { responseElements: { ConsoleLogin: 'Failure' } },
      'failed',
    ],
    ['one that says nothing of its end', { responseElements: null }, 'failed'],
    ['root', { userIdentity: { type: 'Root' } }, 'root'],
    [
      'root with a wrong password',
      {
        userIdentity: { type: 'Root' },
        responseElements: { ConsoleLogin: 'Failure' },
      },
      'root-failed',
    ],
    [
      'a refused second factor',
      { eventName: 'CheckMfa', responseElements: { CheckMfa: 'Failure' } },
      'mfa-failed',
    ],
    [
      'a second factor that held',
      { eventName: 'CheckMfa', responseElements: { CheckMfa: 'Success' } },
      undefined,
    ],
    [
      "Identity Center's sign-in",
      {
        eventName: 'UserAuthentication',
        responseElements: null,
        serviceEventDetails: { UserAuthentication: 'Success' },
      },
      'signed-in',
    ],
    ["another person's call", { eventName: 'ListBuckets' }, undefined],
    [
      "AWS's own use of root",
      {
        eventName: 'RotateKey',
        eventType: 'AwsServiceEvent',
        userIdentity: { type: 'Root' },
      },
      undefined,
    ],
  ]) {
    it(`${what}: ${kind ?? 'no mail'}`, () => {
      assert.equal(read(changes)?.kind, kind);
    });
  }

  it('names the call that root made', () => {
    const signIn = read({
      eventName: 'CreateAccessKey',
      eventType: 'AwsApiCall',
      userIdentity: { type: 'Root' },
      responseElements: { accessKey: { userName: 'root' } },
    });
    assert.equal(signIn.kind, 'root');
    assert.match(mailOf(signIn).subject, /ROOT was used: CreateAccessKey$/);
  });

  it('says that there was no second factor, and does not guess', () => {
    assert.equal(read({ additionalEventData: { MFAUsed: 'No' } }).mfa, 'NO');
    assert.equal(read({ additionalEventData: {} }).mfa, 'unknown');
  });

  it('repeats nothing that somebody typed into the wrong field', () => {
    const typed = read({
      userIdentity: { type: 'IAMUser', userName: `${PASSWORD} ; rm` },
      sourceIPAddress: '<script>',
    });
    assert.deepEqual([typed.who, typed.from], ['unknown', 'unknown']);
    const hidden = read({
      userIdentity: {
        type: 'IAMUser',
        userName: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      },
    });
    assert.equal(hidden.who, 'a user that does not exist');
  });
});

describe('mails about sign-ins', () => {
  let sandbox;
  let queueUrl;

  before(async () => {
    sandbox = await startSandbox();
    const sqs = sandbox.client(SQSClient);
    const sns = sandbox.client(SNSClient);
    const { TopicArn } = await sns.send(
      new CreateTopicCommand({ Name: 'mails' }),
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
    const functionArn = await sandbox.deploy(
      'login-alert',
      import.meta.dirname,
      {
        MAIL_TOPIC_ARN: TopicArn,
      },
    );
    const events = sandbox.client(EventBridgeClient);
    await events.send(
      new PutRuleCommand({
        Name: 'sign-ins',
        EventPattern: JSON.stringify({
          'detail-type': ['AWS Console Sign In via CloudTrail'],
        }),
      }),
    );
    await events.send(
      new PutTargetsCommand({
        Rule: 'sign-ins',
        Targets: [{ Id: 'function', Arn: functionArn }],
      }),
    );
  });
  after(() => sandbox?.stop());

  it('go from EventBridge to the topic, and the log has no person', async () => {
    await sandbox.client(EventBridgeClient).send(
      new PutEventsCommand({
        Entries: [
          {
            Source: 'signin.test',
            DetailType: 'AWS Console Sign In via CloudTrail',
            Detail: JSON.stringify({
              ...base,
              userAgent: PASSWORD,
              additionalEventData: { MFAUsed: 'No' },
            }),
          },
        ],
      }),
    );
    const mail = await eventually(async () => {
      const { Messages = [] } = await sandbox
        .client(SQSClient)
        .send(new ReceiveMessageCommand({ QueueUrl: queueUrl }));
      return Messages[0] && JSON.parse(Messages[0].Body);
    });
    assert.equal(
      mail.Subject,
      'Sign-in alert 333333333333: Somebody has signed in',
    );
    for (const line of [
      'Who: avery',
      'From: 198.51.100.7',
      'Second factor: NO',
    ]) {
      assert.ok(mail.Message.includes(line), mail.Message);
    }
    assert.equal(mail.MessageAttributes.kind.Value, 'signed-in');
    for (const planted of PLANTED) assert.ok(!mail.Message.includes(planted));
    const { log } = await sandbox.invoke('login-alert', { detail: base });
    for (const hidden of [...PLANTED, 'avery', '198.51.100.7']) {
      assert.ok(!log.includes(hidden), log);
    }
  });
});
