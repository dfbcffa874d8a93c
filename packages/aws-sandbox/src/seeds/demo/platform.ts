import type { Sandbox } from '../../core';
import { installCanaryDeadline } from './canaryDeadline';
import {
  ACCOUNTS,
  ARTIFACT_BUCKET,
  DELIVERY_ACCOUNT,
  session,
  type StageName,
} from './stages';

/** What the platform team made before any service: cluster, buckets, secrets. */
export async function createPlatform(
  sandbox: Sandbox,
  sonarToken: string,
): Promise<void> {
  for (const stage of Object.keys(ACCOUNTS) as StageName[]) {
    const as = session(stage, 'platform', 'terraform');
    await sandbox.call(
      'ecs',
      'CreateCluster',
      {
        clusterName: 'careplane',
        settings: [{ name: 'containerInsights', value: 'enabled' }],
      },
      as,
    );
    await sandbox.call(
      's3',
      'CreateBucket',
      { Bucket: `careplane-access-logs-${as.account}` },
      as,
    );
    await installCanaryDeadline(sandbox, as);
    if (as.account !== DELIVERY_ACCOUNT) continue;
    await sandbox.call('s3', 'CreateBucket', { Bucket: ARTIFACT_BUCKET }, as);
    await sandbox.call(
      'secretsmanager',
      'CreateSecret',
      {
        Name: 'careplane/sonarqube',
        Description: 'Token of the pipelines',
        SecretString: JSON.stringify({ token: sonarToken }),
      },
      as,
    );
  }
}
