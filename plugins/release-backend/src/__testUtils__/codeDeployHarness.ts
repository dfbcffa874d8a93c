import { createHash } from 'node:crypto';
import { startSandbox } from '@careplane/aws-sandbox';
import type { Strategy } from '@careplane/backstage-plugin-release-common';
import type { Knex } from 'knex';
import type { RolloutRecord } from '../engine/model';
import { DriversHarness } from './DriversHarness';
import { Harness, OLD, STAGE } from './harness';
import { ZIPS } from './lambdaRelease';

export const GROUP = `arn:aws:codedeploy:us-east-1:${STAGE.accountId}:deploymentgroup:claims-api/live`;
export const CANARY: Strategy = {
  type: 'canary',
  steps: [{ weight: 0.1, bakeSeconds: 300 }],
};
export const where = {
  applicationName: 'claims-api',
  deploymentGroupName: 'live',
};
const hashOf = (version: keyof typeof ZIPS) =>
  createHash('sha256')
    .update(Buffer.from(ZIPS[version], 'base64'))
    .digest('base64');

/** A Lambda alias with a deployment group. */
export class CodeDeployHarness extends DriversHarness {
  static async start(knex: Knex): Promise<CodeDeployHarness> {
    await Harness.create(knex);
    const made = new CodeDeployHarness(await startSandbox(), knex);
    await made.#prepare();
    return made;
  }

  async #prepare(): Promise<void> {
    const lambda = (operation: string, input: object) =>
      this.call('lambda', operation, { FunctionName: 'claims-api', ...input });
    await lambda('CreateFunction', {
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: `arn:aws:iam::${STAGE.accountId}:role/claims-api`,
      Code: { ZipFile: Buffer.from(ZIPS['1.0.0'], 'base64') },
    });
    await this.pass(5_000);
    await lambda('PublishVersion', {});
    await lambda('CreateAlias', { Name: 'live', FunctionVersion: '1' });
    for (const version of ['1.1.0', '1.2.0'] as const) {
      await this.pass(5_000);
      await lambda('UpdateFunctionCode', {
        ZipFile: Buffer.from(ZIPS[version], 'base64'),
      });
      await this.pass(5_000);
      await lambda('PublishVersion', {});
    }
    await this.call('codedeploy', 'CreateApplication', {
      applicationName: 'claims-api',
      computePlatform: 'Lambda',
    });
    await this.call('cloudwatch', 'PutMetricAlarm', {
      AlarmName: 'claims-api-alias-errors',
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 1,
      TreatMissingData: 'notBreaching',
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    });
    await this.call('codedeploy', 'CreateDeploymentGroup', {
      ...where,
      serviceRoleArn: `arn:aws:iam::${STAGE.accountId}:role/svc-claims-api-codedeploy`,
      alarmConfiguration: {
        enabled: true,
        alarms: [{ name: 'claims-api-alias-errors' }],
      },
    });
    await this.pass(5_000);
    this.sandbox.requests.clear();
  }

  /** A promote of version 2 whose stack has published it. */
  open(patch: Partial<RolloutRecord> = {}): Promise<string> {
    return this.h.open({
      state: 'PREFLIGHT',
      deploymentGroup: GROUP,
      candidate: { id: '2', contentHash: hashOf('1.1.0'), version: '1.1.0' },
      from: { ...OLD, contentHash: hashOf('1.0.0') },
      strategy: CANARY,
      ...patch,
    });
  }

  /** A rollback to version 1 or another. */
  openRollback(id = '1', from = '1'): Promise<string> {
    const of = (version: string) => ({
      id: version,
      contentHash: hashOf(`1.${Number(version) - 1}.0` as keyof typeof ZIPS),
    });
    return this.open({
      kind: 'rollback',
      candidate: undefined,
      from: of(from),
      to: { revisionId: id, contentHash: of(id).contentHash },
      returnTo: of(id),
      strategy: { type: 'all-at-once', steps: [] },
    });
  }

  async alias(): Promise<[string, Record<string, number>]> {
    const found = await this.call<{
      FunctionVersion: string;
      RoutingConfig?: { AdditionalVersionWeights?: Record<string, number> };
    }>('lambda', 'GetAlias', { FunctionName: 'claims-api', Name: 'live' });
    return [
      found.FunctionVersion,
      found.RoutingConfig?.AdditionalVersionWeights ?? {},
    ];
  }

  /** Writes over the wire: Careplane's, since CodeDeploy calls within. */
  writes(): string[] {
    return this.sandbox.requests
      .since(0)
      .map(one => one.operation)
      .filter(name => /^(UpdateAlias|Create|Stop)/.test(name));
  }

  async deployments(): Promise<string[]> {
    const { deployments } = await this.call<{ deployments: string[] }>(
      'codedeploy',
      'ListDeployments',
      where,
    );
    return deployments;
  }

  /** Somebody else's deployment, in the console. */
  async stranger(from: string, to: string, hooks = ''): Promise<string> {
    const { deploymentId } = await this.call<{ deploymentId: string }>(
      'codedeploy',
      'CreateDeployment',
      {
        ...where,
        deploymentConfigName:
          'CodeDeployDefault.LambdaCanary10Percent15Minutes',
        revision: {
          revisionType: 'String',
          string: {
            content: `version: 0.0\nResources:\n  - f:\n      Type: AWS::Lambda::Function\n      Properties: { Name: claims-api, Alias: live, CurrentVersion: '${from}', TargetVersion: '${to}' }\n${hooks}`,
          },
        },
      },
    );
    await this.pass(2_000);
    return deploymentId;
  }
}
