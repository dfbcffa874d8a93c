import { AwsError, type CallAs, type Sandbox } from '../../core';

/** The services that events can be brought to. */
export type TargetKind = 'sqs' | 'lambda' | 'sns' | 'api';

/** By the form of the ARN; undefined for what the sandbox does not reach. */
export function kindOfTarget(arn: string): TargetKind | undefined {
  if (/^arn:aws:sqs:[^:]*:\d{12}:[^:]+$/.test(arn)) return 'sqs';
  if (/^arn:aws:lambda:[^:]*:\d{12}:function:.+$/.test(arn)) return 'lambda';
  if (/^arn:aws:sns:[^:]*:\d{12}:[^:]+$/.test(arn)) return 'sns';
  if (/^arn:aws:scheduler:::aws-sdk:[a-z0-9]+:[A-Za-z0-9]+$/.test(arn)) {
    return 'api';
  }
  return undefined;
}

/** One delivery to one target. */
export interface Parcel {
  arn: string;
  /** Text of the event. */
  input: string;
  /** The account whose rule, topic or schedule sends it. */
  account: string;
  /** As `events.amazonaws.com`. */
  sender: string;
  roleArn?: string;
}

/** Hands a parcel over once. @throws AwsError of the target's service. */
export async function handOver(
  sandbox: Sandbox,
  parcel: Parcel,
): Promise<void> {
  const { arn, input } = parcel;
  const owner = arn.split(':')[4] || parcel.account;
  const as = callerOf(parcel, owner);
  switch (kindOfTarget(arn)) {
    case 'sqs': {
      const name = arn.split(':')[5];
      await sandbox.call(
        'sqs',
        'SendMessage',
        { QueueUrl: `${sandbox.url}/${owner}/${name}`, MessageBody: input },
        as,
      );
      return;
    }
    case 'lambda':
      await sandbox.call(
        'lambda',
        'Invoke',
        {
          FunctionName: arn,
          InvocationType: 'Event',
          Payload: Buffer.from(input),
        },
        as,
      );
      return;
    case 'sns':
      await sandbox.call(
        'sns',
        'Publish',
        { TopicArn: arn, Message: input },
        as,
      );
      return;
    case 'api': {
      const [service, operation] = arn.split(':').slice(-2);
      const name = operation[0].toUpperCase() + operation.slice(1);
      await sandbox.call(service, name, JSON.parse(input), as);
      return;
    }
    default:
      throw new AwsError(
        'ValidationException',
        `The sandbox brings events to SQS, Lambda and SNS, not to ${arn}`,
      );
  }
}

/** A session of the target's role, else the sending service itself. */
function callerOf({ sender, roleArn }: Parcel, owner: string): CallAs {
  const role = /^arn:aws:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(
    roleArn ?? '',
  );
  if (!role) {
    const arn = `arn:aws:iam::${owner}:root`;
    return {
      account: owner,
      principal: { arn, accessKeyId: owner, invokedBy: sender },
    };
  }
  const sessionName = sender.split('.')[0];
  return {
    account: owner,
    principal: {
      arn: `arn:aws:sts::${role[1]}:assumed-role/${role[2]}/${sessionName}`,
      accessKeyId: role[1],
      sessionName,
      invokedBy: sender,
    },
  };
}
