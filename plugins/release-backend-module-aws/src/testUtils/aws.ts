import { ConfigReader } from '@backstage/config';
import {
  createEndpointGuard,
  DefaultAwsAccounts,
  DefaultAwsBudgets,
  DefaultAwsClients,
} from '@careplane/aws-node';
import type {
  TargetRef,
  WriteContext,
} from '@careplane/backstage-plugin-release-node';

export const QA = '222222222222';
export const DELIVERY = '111111111111';
export const BUCKET = 'careplane-artifacts-111111111111';

/** Accounts and clients as the backend makes them, from config. */
export function testAws() {
  const accounts = DefaultAwsAccounts.fromConfig(
    new ConfigReader({
      aws: {
        mainAccount: { accessKeyId: DELIVERY, secretAccessKey: 'x' },
        accountDefaults: { roleName: 'careplane-read', region: 'us-east-1' },
        accounts: [{ accountId: DELIVERY }, { accountId: QA }],
        delivery: {
          accountId: DELIVERY,
          region: 'us-east-1',
          artifactBucket: BUCKET,
        },
      },
    }),
  );
  const clients = new DefaultAwsClients(
    accounts,
    new DefaultAwsBudgets({ minimumShare: 1, maxWaitMs: 20_000 }),
    { version: '0', guard: createEndpointGuard({ local: true, env: {} }) },
  );
  return { accounts, clients };
}

/** SDK client options of somebody who is not Careplane. */
export const asAccount = (accountId: string) => ({
  region: 'us-east-1',
  credentials: { accessKeyId: accountId, secretAccessKey: 'x' },
});

export const target = (
  arn: string,
  kind: TargetRef['kind'],
  component = 'claims-api',
): TargetRef => ({
  arn,
  kind,
  component,
  stackName: `svc-${component}`,
  stage: {
    name: 'qa',
    title: 'QA',
    accountId: QA,
    region: 'us-east-1',
    approvals: 0,
  },
});

export const write: WriteContext = {
  actor: 'user:default/daniel.okafor',
  startedBy: 'user:default/daniel.okafor',
  rolloutId: '0b1e7c6a-1111-4222-8333-444444444444',
};
