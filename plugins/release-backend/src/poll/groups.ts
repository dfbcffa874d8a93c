import type {
  DeploymentPort,
  ObservedTarget,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';
import { iso } from '../engine/model';
import type { TargetFacts } from './facts';

/** A group hardly ever comes or goes, and AWS publishes no rate of asking. */
const LOOK_MS = 60 * 60_000;
/** A service that CodeDeploy deploys has one, or is about to get one. */
const MISSED_MS = 60_000;

/**
 * The deployment group in charge of a target, looked up once an hour, at once
 * where its annotation has changed, and every minute while a service has none.
 */
export async function groupFacts(
  target: TargetRef,
  before: TargetFacts,
  port: DeploymentPort | undefined,
  now: number,
  /** That of an ECS service. */
  controller?: ObservedTarget['controller'],
): Promise<TargetFacts['deploymentGroup']> {
  const shifts = target.kind === 'lambda-alias' || controller === 'code-deploy';
  if (!port || !shifts) return undefined;
  const known = before.deploymentGroup;
  const named = target.deploymentGroup;
  const missed = controller === 'code-deploy' && !known?.arn;
  const keepMs = missed ? MISSED_MS : LOOK_MS;
  const fresh = known && now - Date.parse(known.checkedAt) < keepMs;
  if (fresh && known.named === named) return known;
  try {
    const group = await port.groupOf(target);
    return { arn: group?.arn, checkedAt: iso(now), named };
  } catch {
    // What is not known is not forgotten; the final checks of a rollout ask.
    return known;
  }
}

/** Who moves an idle target's traffic, where a deployment of its group runs. */
export async function deploymentActor(
  target: TargetRef,
  group: string | undefined,
  port: DeploymentPort | undefined,
): Promise<string | undefined> {
  if (!port || !group) return undefined;
  const running = await port.running(target, group).catch(() => undefined);
  return running && `CodeDeploy deployment ${running.id}`;
}
