import type {
  PublisherPort,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';
import { iso } from '../engine/model';
import { publishModeOf, TargetFacts } from './facts';

const KEPT_MS = 10 * 60_000;

/** Read where no stack publishes to the target, and kept for ten minutes. */
export async function publishFacts(
  target: TargetRef,
  facts: TargetFacts,
  port: PublisherPort | undefined,
  now: number,
): Promise<TargetFacts['publish']> {
  if (!port?.facts || publishModeOf(target, facts) === 'stack') {
    return undefined;
  }
  const known = facts.publish;
  if (known && now - Date.parse(known.checkedAt) < KEPT_MS) return known;
  try {
    return { ...(await port.facts(target)), checkedAt: iso(now) };
  } catch {
    // Unknown is not what it was: the preview says that it was not read.
    return undefined;
  }
}
