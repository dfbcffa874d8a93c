import type { PastDeployment } from '../codedeploy/PastDeployments';
import type { TargetMove } from '../lib/trailEvents';

export interface PastVersion {
  /** Number of the version. */
  revision: string;
  at: string;
  actor?: string;
  source: 'cloudtrail' | 'codedeploy';
}

/** CodeDeploy notes the end of a deployment a little after its last call. */
const SLACK_MS = 5 * 60_000;

/**
 * What ran on an alias, oldest first: what CloudTrail saw, and what CodeDeploy
 * brought that it did not see. The first deployment tells what was there.
 */
export function aliasHistory(
  trail: readonly TargetMove[],
  deployed: readonly PastDeployment[],
): PastVersion[] {
  const seen: PastVersion[] = trail.map(({ revision, at, actor }) => ({
    revision,
    at,
    actor,
    source: 'cloudtrail',
  }));
  const told = deployed.flatMap(
    ({ revision, replaced, began, ended }, index): PastVersion[] => {
      const until = new Date(Date.parse(ended) + SLACK_MS).toISOString();
      const isSeen = trail.some(
        move =>
          move.revision === revision && move.at >= began && move.at <= until,
      );
      const here = { at: ended, source: 'codedeploy' as const };
      const before = !index && replaced && !trail.some(one => one.at <= began);
      return [
        ...(before ? [{ ...here, revision: replaced, at: began }] : []),
        ...(isSeen ? [] : [{ ...here, revision }]),
      ];
    },
  );
  return [...seen, ...told]
    .sort((a, b) => a.at.localeCompare(b.at))
    .filter((one, i, all) => one.revision !== all[i - 1]?.revision);
}
