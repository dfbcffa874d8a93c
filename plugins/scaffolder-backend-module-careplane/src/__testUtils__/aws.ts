import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import {
  DefaultAwsAccounts,
  DefaultAwsBudgets,
  DefaultAwsClients,
} from '@careplane/aws-node';
import { startSandbox } from '@careplane/aws-sandbox';

export const configData = {
  aws: {
    mainAccount: { region: 'us-east-1' },
    accountDefaults: { roleName: 'careplane-read', region: 'us-east-1' },
    accounts: ['111111111111', '222222222222', '333333333333'].map(
      accountId => ({ accountId }),
    ),
    delivery: {
      accountId: '111111111111',
      region: 'us-east-1',
      artifactBucket: 'careplane-artifacts-111111111111',
    },
  },
  sonarqube: { baseUrl: 'http://127.0.0.1:4568' },
  release: {
    stages: [
      {
        name: 'dev',
        accountId: '111111111111',
        region: 'us-east-1',
        parameters: {
          VpcId: 'vpc-0d111111111111111',
          SubnetIds: 'subnet-0d111111111111111,subnet-0d111111111111112',
          CertificateArn: 'arn:aws:acm:us-east-1:111111111111:certificate/1',
          AccessLogBucket: 'careplane-access-logs-111111111111',
        },
      },
      { name: 'prod', accountId: '333333333333', region: 'us-east-1' },
    ],
  },
};

/** What the actions need, by the section `aws` of a config. */
export function awsOf(data: JsonObject) {
  const accounts = DefaultAwsAccounts.fromConfig(new ConfigReader(data));
  const clients = new DefaultAwsClients(
    accounts,
    new DefaultAwsBudgets({ minimumShare: 1, maxWaitMs: 30_000 }),
    { version: 'test', guard: () => {} },
  );
  return { accounts, clients };
}

/** A sandbox of its own, with the environment that an AWS client reads. */
export async function startTestAws() {
  const sandbox = await startSandbox();
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: sandbox.url,
    AWS_ACCESS_KEY_ID: '111111111111',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: 'us-east-1',
  });
  return {
    sandbox,
    aws: awsOf(configData),
    async close() {
      process.env = before;
      await sandbox.close();
    },
  };
}

export const maya = {
  ref: 'user:default/maya.chen',
  entity: {
    apiVersion: 'backstage.io/v1alpha1' as const,
    kind: 'User' as const,
    metadata: { name: 'maya.chen' },
    spec: {
      profile: {
        displayName: 'Maya Chen',
        email: 'maya.chen@telehealth.example',
      },
    },
  },
};
