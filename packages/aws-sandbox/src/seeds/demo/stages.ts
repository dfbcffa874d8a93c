import type { CallAs } from '../../core';

export const REGION = 'us-east-1';

/** The demo's accounts, in the order of its stages. Delivery lives in dev's. */
export const ACCOUNTS = {
  dev: '111111111111',
  qa: '222222222222',
  prod: '333333333333',
} as const;

export type StageName = keyof typeof ACCOUNTS;

export const DELIVERY_ACCOUNT = ACCOUNTS.dev;
export const ARTIFACT_BUCKET = `careplane-artifacts-${DELIVERY_ACCOUNT}`;

/** Network inputs that service stacks declare, as each account's platform made them. */
export function stageParameters(stage: StageName): Record<string, string> {
  const suffix = { dev: '0d', qa: '0a', prod: '0f' }[stage].padEnd(17, '1');
  return {
    ClusterName: 'careplane',
    VpcId: `vpc-${suffix}`,
    VpcCidr: '10.0.0.0/8',
    SubnetIds: `subnet-${suffix},subnet-${suffix.slice(0, -1)}2`,
    CertificateArn: `arn:aws:acm:${REGION}:${ACCOUNTS[stage]}:certificate/00000000-0000-4000-8000-000000000000`,
    AccessLogBucket: `careplane-access-logs-${ACCOUNTS[stage]}`,
  };
}

/** Somebody's session in an account, as CloudTrail would name it. */
export function session(
  stage: StageName,
  role: string,
  sessionName: string,
): CallAs {
  const account = ACCOUNTS[stage];
  return {
    account,
    region: REGION,
    principal: {
      arn: `arn:aws:sts::${account}:assumed-role/${role}/${sessionName}`,
      accessKeyId: account,
      sessionName,
    },
  };
}
