import type { Sandbox } from '../../core';
import {
  ACCOUNTS,
  DELIVERY_ACCOUNT,
  REGION,
  session,
  type StageName,
} from './stages';

const RELEASE_QUEUE = 'careplane-release';
const DELIVERY_QUEUE = 'careplane-delivery';

/** What moves a target, or says that one is moving. */
const MOVES = {
  'detail-type': ['AWS API Call via CloudTrail'],
  detail: {
    eventName: [
      'UpdateAlias20150331',
      'UpdateService',
      'CreateStack',
      'UpdateStack',
      'ExecuteChangeSet',
    ],
    errorCode: [{ exists: false }],
  },
};
const STATES = {
  'detail-type': [
    'ECS Deployment State Change',
    'CodeDeploy Deployment State-change Notification',
    'CloudFormation Stack Status Change',
    'CloudWatch Alarm State Change',
  ],
};
const PIPELINES = {
  source: ['aws.codepipeline', 'aws.ecr'],
  'detail-type': [
    'CodePipeline Pipeline Execution State Change',
    'CodePipeline Action Execution State Change',
    'ECR Image Action',
    'ECR Image Scan',
  ],
};

/**
 * Rules in every account that bring changes to the portal's two queues, which
 * lie in the delivery account: `release.events` and `delivery.events` in config.
 */
export async function wireWakeUps(sandbox: Sandbox): Promise<void> {
  const delivery = session('dev', 'platform', 'terraform');
  for (const QueueName of [RELEASE_QUEUE, DELIVERY_QUEUE]) {
    await sandbox.call('sqs', 'CreateQueue', { QueueName }, delivery);
  }
  for (const stage of Object.keys(ACCOUNTS) as StageName[]) {
    await rule(sandbox, stage, 'careplane-moves', MOVES, RELEASE_QUEUE);
    await rule(sandbox, stage, 'careplane-states', STATES, RELEASE_QUEUE);
    if (ACCOUNTS[stage] !== DELIVERY_ACCOUNT) continue;
    await rule(
      sandbox,
      stage,
      'careplane-pipelines',
      PIPELINES,
      DELIVERY_QUEUE,
    );
  }
}

async function rule(
  sandbox: Sandbox,
  stage: StageName,
  Name: string,
  pattern: object,
  queue: string,
): Promise<void> {
  const as = session(stage, 'platform', 'terraform');
  const EventPattern = JSON.stringify(pattern);
  await sandbox.call('eventbridge', 'PutRule', { Name, EventPattern }, as);
  const Arn = `arn:aws:sqs:${REGION}:${DELIVERY_ACCOUNT}:${queue}`;
  const Targets = [{ Id: 'portal', Arn }];
  await sandbox.call('eventbridge', 'PutTargets', { Rule: Name, Targets }, as);
}
