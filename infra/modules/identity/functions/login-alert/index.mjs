import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mailOf, readSignIn } from './sign-in.mjs';

/**
 * Mails about sign-ins to the console, refused second factors and every use of
 * root.
 *
 * @param event - EventBridge's "AWS Console Sign In via CloudTrail" or "AWS API
 *   Call via CloudTrail"
 * @returns `{outcome: mailed|left, kind?}`, which is logged too
 * @throws what SNS throws, so that the event comes again
 */
export const handler = async (event, _context, options = {}) => {
  const environment = options.environment ?? process.env;
  const signIn = readSignIn(event);
  if (signIn) {
    const { subject, text } = mailOf(signIn);
    await new SNSClient().send(
      new PublishCommand({
        TopicArn: environment.MAIL_TOPIC_ARN,
        Subject: subject,
        Message: text,
        MessageAttributes: {
          kind: { DataType: 'String', StringValue: signIn.kind },
        },
      }),
    );
  }
  const report = signIn
    ? { outcome: 'mailed', kind: signIn.kind, account: signIn.account }
    : { outcome: 'left' };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  return report;
};
