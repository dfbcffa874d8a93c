import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import { parseArnOf } from '@careplane/aws-common';
import type {
  DeploymentGroup,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';
import { placeOf } from '../stack/StackReader';
import { shiftOfRevision } from './appSpec';
import { at } from './context';
import type { DeploymentReader } from './DeploymentReader';
import { taskDefinitionOf } from './ecsAppSpec';

/** So many of the newest are looked at, two calls for each 25. */
const MOST = 100;

/** What a deployment of CodeDeploy brought to a target, and when. */
export interface PastDeployment {
  /** Version of the function, or ARN of the task definition. */
  revision: string;
  /** Lambda: what it took the place of, by its AppSpec. */
  replaced?: string;
  /** ISO 8601. */
  began: string;
  ended: string;
}

/** Tells what CodeDeploy brought to targets before Careplane did. */
export class PastDeployments {
  constructor(
    private readonly reader: DeploymentReader,
    private readonly groupOf: (
      target: TargetRef,
    ) => Promise<DeploymentGroup | undefined>,
  ) {}

  /**
   * Deployments of the target's group that ended well, oldest first; none
   * without a group. One that took another back is among them.
   */
  async of(target: TargetRef): Promise<PastDeployment[]> {
    const group = await this.groupOf(target);
    if (!group) return [];
    const found = await this.reader.list(
      placeOf(target),
      { ...at(group.arn), includeOnlyStatuses: ['Succeeded'] },
      { most: MOST },
    );
    return found
      .flatMap(info => pastOf(info, target) ?? [])
      .sort((a, b) => a.ended.localeCompare(b.ended));
  }
}

function pastOf(
  { revision, createTime, completeTime }: DeploymentInfo,
  target: TargetRef,
): PastDeployment | undefined {
  if (!createTime || !completeTime) return undefined;
  const times = {
    began: createTime.toISOString(),
    ended: completeTime.toISOString(),
  };
  if (target.kind === 'ecs-service') {
    const definition = taskDefinitionOf(revision);
    // A family without its number says nothing of what ran.
    return definition?.startsWith('arn:')
      ? { revision: definition, ...times }
      : undefined;
  }
  const { functionName, alias } = parseArnOf(target.arn, 'lambda-alias');
  const shift = shiftOfRevision(revision);
  const isOurs = shift?.functionName === functionName && shift.alias === alias;
  return isOurs && shift.to
    ? { revision: shift.to, replaced: shift.from, ...times }
    : undefined;
}
