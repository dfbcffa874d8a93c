import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { AwsAccounts, AwsClients } from '@careplane/aws-node';
import type {
  TargetRef,
  WriteContext,
} from '@careplane/backstage-plugin-release-node';
import { allow, releaseSession } from '../lib/sessions';
import { placeOf, stackArnOf } from './StackReader';

/** Sessions that may change one stack, through CloudFormation's own role. */
export class StackSessions {
  constructor(
    private readonly options: {
      clients: AwsClients;
      accounts: AwsAccounts;
      serviceRole?: string;
    },
  ) {}

  client(target: TargetRef, context: WriteContext): CloudFormationClient {
    const { clients, accounts } = this.options;
    const { partition } = accounts.get(target.stage.accountId);
    const role = this.serviceRoleArn(target);
    const { artifactBucket } = accounts.delivery();
    const policy = allow(
      {
        actions: [
          'cloudformation:CreateChangeSet',
          'cloudformation:DescribeChangeSet',
          'cloudformation:ExecuteChangeSet',
          'cloudformation:SetStackPolicy',
          'cloudformation:UpdateStack',
        ],
        resources: [stackArnOf(target, partition)],
      },
      ...(role ? [{ actions: ['iam:PassRole'], resources: [role] }] : []),
      ...(artifactBucket
        ? [
            {
              actions: ['s3:GetObject'],
              resources: [
                `arn:${partition}:s3:::${artifactBucket}/releases/${target.component}/*`,
              ],
            },
          ]
        : []),
    );
    return clients.write(
      CloudFormationClient,
      placeOf(target),
      releaseSession(context, policy),
    );
  }

  /** The role that CloudFormation acts with in the target's account. */
  serviceRoleArn(target: TargetRef): string | undefined {
    const { serviceRole, accounts } = this.options;
    if (!serviceRole) return undefined;
    const { accountId } = target.stage;
    const { partition } = accounts.get(accountId);
    return `arn:${partition}:iam::${accountId}:role/${serviceRole}`;
  }
}
