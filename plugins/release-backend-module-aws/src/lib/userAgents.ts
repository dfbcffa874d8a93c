import type { OwnerSigns } from '@careplane/backstage-plugin-release-node';

type Tool = OwnerSigns['writers'][number]['tool'];

/**
 * Which tool made a call, told from CloudTrail's `userAgent` and `invokedBy`.
 * AWS services write their own name there:
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function toolOfAgent(agent: string, isCareplane: boolean): Tool {
  if (isCareplane) return 'careplane';
  if (/cloudformation/i.test(agent)) return 'cloudformation';
  if (/codedeploy/i.test(agent)) return 'codedeploy';
  if (/terraform|opentofu/i.test(agent)) return 'terraform';
  return 'other';
}
