import { parseArnOf } from '@careplane/aws-common';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import { placeOf } from '../stack/StackReader';

/** The group of an ARN, as CodeDeploy's calls name it. */
export function at(group: string) {
  const parsed = parseArnOf(group, 'codedeploy-group');
  return {
    applicationName: parsed.application,
    deploymentGroupName: parsed.group,
  };
}

/** What an error of CodeDeploy is about. */
export const context = (
  target: TargetRef,
  operation: string,
  role?: string,
) => ({
  service: 'codedeploy',
  operation,
  ...placeOf(target),
  resource: `the deployment group of ${target.component}`,
  role,
});
