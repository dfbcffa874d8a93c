import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import { parseArnOf } from '@careplane/aws-common';
import type {
  DeploymentGroup,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';
import { placeOf } from '../stack/StackReader';
import { shiftOf } from './appSpec';
import { AppSpecs, UnreadAppSpec } from './AppSpecs';
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

/** What is known of earlier deployments, and what is not. */
export interface PastKnown {
  /** Those that ended well, oldest first. */
  deployed: PastDeployment[];
  /** Which of them could not be told, and why, one sentence each. */
  unread: string[];
}

/** Tells what CodeDeploy brought to targets before Careplane did. */
export class PastDeployments {
  constructor(
    private readonly reader: DeploymentReader,
    private readonly specs: AppSpecs,
    private readonly groupOf: (
      target: TargetRef,
    ) => Promise<DeploymentGroup | undefined>,
  ) {}

  /**
   * Deployments of the target's group that ended well; none without a group.
   * One that took another back is among them.
   */
  async of(target: TargetRef): Promise<PastKnown> {
    const group = await this.groupOf(target);
    if (!group) return { deployed: [], unread: [] };
    const place = placeOf(target);
    const found = await this.reader.list(
      place,
      { ...at(group.arn), includeOnlyStatuses: ['Succeeded'] },
      { most: MOST },
    );
    const deployed: PastDeployment[] = [];
    const unread: UnreadAppSpec[] = [];
    for (const info of found) {
      try {
        const past = pastOf(info, target, await this.specs.of(place, info));
        if (past) deployed.push(past);
      } catch (error) {
        if (!(error instanceof UnreadAppSpec)) throw error;
        unread.push(error);
      }
    }
    deployed.sort((a, b) => a.ended.localeCompare(b.ended));
    return { deployed, unread: sentencesOf(unread) };
  }
}

/** For each bucket and reason, how many are missing. */
function sentencesOf(unread: UnreadAppSpec[]): string[] {
  const counts = new Map<string, number>();
  for (const { message } of unread) {
    counts.set(message, (counts.get(message) ?? 0) + 1);
  }
  return [...counts].map(([message, count]) =>
    count === 1
      ? `1 deployment of CodeDeploy is not in this history. ${message}.`
      : `${count} deployments of CodeDeploy are not in this history. ${message}.`,
  );
}

function pastOf(
  { createTime, completeTime }: DeploymentInfo,
  target: TargetRef,
  appSpec: string | undefined,
): PastDeployment | undefined {
  if (!createTime || !completeTime) return undefined;
  const times = {
    began: createTime.toISOString(),
    ended: completeTime.toISOString(),
  };
  if (target.kind === 'ecs-service') {
    const definition = taskDefinitionOf(appSpec);
    // A family without its number says nothing of what ran.
    return definition?.startsWith('arn:')
      ? { revision: definition, ...times }
      : undefined;
  }
  const { functionName, alias } = parseArnOf(target.arn, 'lambda-alias');
  const shift = shiftOf(appSpec);
  const isOurs = shift?.functionName === functionName && shift.alias === alias;
  return isOurs && shift.to
    ? { revision: shift.to, replaced: shift.from, ...times }
    : undefined;
}
