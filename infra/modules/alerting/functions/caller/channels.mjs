import { createHash } from 'node:crypto';
import {
  ConnectClient,
  StartOutboundVoiceContactCommand,
} from '@aws-sdk/client-connect';
import {
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const CHAT_MS = 5_000;

/** The ways out: calls, mail, chat, and the queue that brings the next step. */
export function openChannels(environment, http = fetch) {
  const connect = new ConnectClient();
  const sns = new SNSClient();
  const sqs = new SQSClient();
  const secrets = new SecretsManagerClient();
  const secret = async id => {
    if (!id) return undefined;
    const { SecretString } = await secrets.send(
      new GetSecretValueCommand({ SecretId: id }),
    );
    return JSON.parse(SecretString).value;
  };
  return {
    /** The service token that Careplane knows; undefined where it cannot be had. */
    portalToken: () =>
      secret(environment.PORTAL_TOKEN_SECRET).catch(() => undefined),

    /** Asks Connect for a call; the same `token` is the same call. */
    async call(person, attributes, token) {
      const { ContactId } = await connect.send(
        new StartOutboundVoiceContactCommand({
          InstanceId: environment.CONNECT_INSTANCE_ID,
          ContactFlowId: environment.CONTACT_FLOW_ID,
          SourcePhoneNumber: environment.SOURCE_PHONE_NUMBER,
          DestinationPhoneNumber: person.phone,
          ClientToken: createHash('sha256')
            .update(token)
            .digest('hex')
            .slice(0, 32),
          Attributes: attributes,
        }),
      );
      return ContactId;
    },

    mail: ({ subject, text }) =>
      sns.send(
        new PublishCommand({
          TopicArn: environment.MAIL_TOPIC_ARN,
          Subject: subject,
          Message: text,
        }),
      ),

    /** Mattermost. @returns whether it took the message */
    async chat({ subject, text }) {
      try {
        const url = await secret(environment.CHAT_SECRET);
        if (!url) return false;
        const response = await http(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ text: `**${subject}**\n${text}` }),
          redirect: 'error',
          signal: AbortSignal.timeout(CHAT_MS),
        });
        return response.ok;
      } catch {
        return false;
      }
    },

    later: (body, seconds) =>
      sqs.send(
        new SendMessageCommand({
          QueueUrl: environment.QUEUE_URL,
          MessageBody: JSON.stringify(body),
          DelaySeconds: seconds,
        }),
      ),
  };
}
