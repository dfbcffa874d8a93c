import type { Revision } from '@careplane/backstage-plugin-release-common';
import type { ObservedTarget } from '@careplane/backstage-plugin-release-node';
import type { IntentRecord, RolloutRecord, Traffic } from './model';

/** What is compared: revision ids and the weight, to a millionth. */
export function trafficOf(target: {
  stable?: Revision;
  candidate?: { revision: Revision; weight: number };
}): Traffic {
  return {
    stable: target.stable?.id,
    candidate: target.candidate && {
      id: target.candidate.revision.id,
      weight: target.candidate.weight,
    },
  };
}

export function sameTraffic(a: Traffic, b: Traffic): boolean {
  return (
    a.stable === b.stable &&
    a.candidate?.id === b.candidate?.id &&
    Math.abs((a.candidate?.weight ?? 0) - (b.candidate?.weight ?? 0)) < 1e-6
  );
}

/**
 * While provisioned concurrency follows an alias to its new version, AWS itself
 * puts a weight on the old one: no outside change (INV-12c).
 */
export function isFollowing(
  before: string | undefined,
  after: string | undefined,
  observed: Traffic,
): boolean {
  return (
    before !== after &&
    observed.stable === after &&
    observed.candidate?.id === before
  );
}

/**
 * How an observation compares with an intent whose outcome is not known:
 * the rule by which a rollout resumes after a crash.
 */
export function classify(
  intent: IntentRecord,
  observed: ObservedTarget,
): 'after' | 'before' | 'else' {
  const now = trafficOf(observed);
  const after = intent.after.traffic as Traffic;
  const before = intent.before.traffic as Traffic;
  if (sameTraffic(now, after)) return 'after';
  if (sameTraffic(now, before)) return 'before';
  if (!after.candidate && isFollowing(before.stable, after.stable, now)) {
    return 'after';
  }
  return 'else';
}

/**
 * Whether traffic is between the two revisions that CodeDeploy shifts between:
 * its moves, whatever their weight, are no outside change.
 */
export function isDelegatedTraffic(
  record: Pick<RolloutRecord, 'delegate' | 'from' | 'candidate'>,
  { stable, candidate }: Pick<ObservedTarget, 'stable' | 'candidate'>,
): boolean {
  if (!record.delegate || !record.candidate) return false;
  if (stable?.id === record.candidate.id) return !candidate;
  const other = candidate?.revision.id ?? record.candidate.id;
  return stable?.id === record.from?.id && other === record.candidate.id;
}

/** Every traffic that this rollout itself may have brought about. */
export function isOurs(
  record: RolloutRecord,
  intents: IntentRecord[],
  observed: ObservedTarget,
): boolean {
  if (isDelegatedTraffic(record, observed)) return true;
  const now = trafficOf(observed);
  const known: Traffic[] = [
    { stable: record.snapshot?.stable?.id },
    ...intents
      .filter(intent => 'traffic' in intent.after)
      .flatMap(intent => [
        intent.after.traffic as Traffic,
        intent.before.traffic as Traffic,
      ]),
    // What an earlier return brought through CodeDeploy.
    ...intents
      .filter(({ after, outcome }) => after.service && outcome === 'done')
      .map(({ after }) => ({ stable: String(after.toRevision) })),
    ...(record.external ? [trafficOf(record.external)] : []),
  ];
  return known.some(traffic => sameTraffic(traffic, now));
}

/**
 * The part of users, 0 to 1, that gets what the rollout brings: the candidate
 * of a promote, the earlier revision of a rollback. Undefined while ECS
 * exchanges tasks: nobody can tell how many users each of them has.
 */
export function shareOf(
  record: Pick<RolloutRecord, 'kind' | 'candidate' | 'returnTo'>,
  target: Pick<ObservedTarget, 'stable' | 'candidate' | 'deployment'>,
): number | undefined {
  const wanted =
    record.kind === 'rollback' ? record.returnTo?.id : record.candidate?.id;
  if (!wanted) return undefined;
  const { stable, candidate, deployment } = target;
  const steady = ['successful', 'rolled-back'];
  if (deployment && !steady.includes(deployment.status)) return undefined;
  if (stable?.id === wanted) return 1 - (candidate?.weight ?? 0);
  return candidate?.revision.id === wanted ? candidate.weight : 0;
}
