import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { isNews, isSigned, messageOf, readAnalysis } from './webhook.mjs';

const HEADER = 'x-sonar-webhook-hmac-sha256';
const LARGEST = 256 * 1024;

/**
 * SonarQube's webhook: checks its signature and mails when a quality gate has
 * changed.
 *
 * @param event - a load balancer's event, or API Gateway's, payload 2.0
 * @returns `{statusCode, body}`: 200 told or not, 401 signature, 400 body
 * @throws what AWS throws, which is a 5xx: SonarQube shows it with the delivery
 */
export const handler = async (event, _context, options = {}) => {
  const environment = options.environment ?? process.env;
  const body = Buffer.from(
    event.body ?? '',
    event.isBase64Encoded ? 'base64' : 'utf8',
  );
  if (body.length > LARGEST) return answer(400, { outcome: 'too-large' });
  const signature = Object.entries(event.headers ?? {}).find(
    ([name]) => name.toLowerCase() === HEADER,
  )?.[1];
  const secrets = await secretsOf(environment.WEBHOOK_SECRET);
  if (!isSigned(body, signature, secrets)) {
    return answer(401, { outcome: 'not-signed' });
  }
  let analysis;
  try {
    analysis = readAnalysis(body.toString('utf8'), environment.SONAR_URL);
  } catch {
    return answer(400, { outcome: 'not-readable' });
  }
  return answer(200, await relay(analysis, environment));
};

async function relay(analysis, environment) {
  const table = new DynamoDBClient();
  const id = `${analysis.project}#${analysis.branch}`;
  const { Item } = await table.send(
    new GetItemCommand({
      TableName: environment.TABLE,
      Key: { id: { S: id } },
      ConsistentRead: true,
    }),
  );
  const { project, branch, status } = analysis;
  const report = { project, branch, status };
  if (!isNews(Item?.status.S, status))
    return { ...report, outcome: 'no-change' };
  const { subject, text } = messageOf(analysis);
  await new SNSClient().send(
    new PublishCommand({
      TopicArn: environment.TOPIC_ARN,
      Subject: subject,
      Message: text,
      MessageAttributes: {
        project: { DataType: 'String', StringValue: project },
        status: { DataType: 'String', StringValue: status },
      },
    }),
  );
  // Last, so that a mail which did not leave is tried again with the next analysis.
  await table.send(
    new PutItemCommand({
      TableName: environment.TABLE,
      Item: { id: { S: id }, status: { S: status }, at: { S: analysis.at } },
    }),
  );
  return { ...report, outcome: 'told' };
}

/** The current secret and the one before: SonarQube learns the new one later. */
async function secretsOf(SecretId) {
  const client = new SecretsManagerClient();
  const found = [];
  for (const VersionStage of ['AWSCURRENT', 'AWSPREVIOUS']) {
    try {
      const { SecretString } = await client.send(
        new GetSecretValueCommand({ SecretId, VersionStage }),
      );
      found.push(JSON.parse(SecretString).value);
    } catch (error) {
      if (error.name !== 'ResourceNotFoundException' || found.length === 0) {
        throw new Error(`the webhook's secret cannot be read (${error.name})`);
      }
    }
  }
  return found;
}

function answer(statusCode, report) {
  process.stdout.write(`${JSON.stringify({ statusCode, ...report })}\n`);
  return { statusCode, body: JSON.stringify({ outcome: report.outcome }) };
}
