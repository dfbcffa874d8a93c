import { ConflictError } from '@backstage/errors';
import { formatWeight } from '@careplane/backstage-plugin-release-common';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import { iso, RolloutRecord, Traffic } from '../engine/model';
import type { Carriers } from '../engine/Observer';
import { stopForExternalChange } from '../engine/resume';
import { sameTraffic, trafficOf } from '../engine/traffic';
import { changeOf } from '../engine/transition';
import type { Clock, Stores } from '../store';

/** Where traffic goes, for a sentence. */
export function inWords({ stable, candidate }: Traffic): string {
  const shared = candidate
    ? ` with ${formatWeight(candidate.weight)} on ${candidate.id}`
    : '';
  return `${stable ?? 'nothing'}${shared}`;
}

/**
 * A last look at AWS before a rollout is closed with what somebody else made
 * run: what nobody looked at is adopted by nobody. What is found instead is
 * kept with the rollout, to be decided on.
 *
 * @throws ConflictError where the target runs something else than the person saw.
 */
export async function requireUnchanged(
  record: RolloutRecord,
  target: TargetRef,
  o: { stores: Stores; clock: Clock; carriers: Pick<Carriers, 'driver'> },
): Promise<void> {
  if (record.state !== 'EXTERNAL_CHANGE') return;
  const observed = await o.carriers.driver(target.kind).observe(target);
  const seen = trafficOf(record.external ?? {});
  const now = trafficOf(observed);
  if (sameTraffic(seen, now)) return;
  const at = await o.clock.now();
  const stopped = stopForExternalChange(record, {
    intents: [],
    target: observed,
  });
  const { evidence, ...change } = changeOf(record, stopped, at);
  await o.stores.commit({
    ...change,
    evidence: [
      ...evidence,
      {
        kind: 'outside-change-seen',
        actor: 'unknown',
        stage: record.stage,
        entityRef: record.entityRef,
        targetArn: record.targetArn,
        rolloutId: record.id,
        facts: {
          component: record.component,
          fromRevision: seen.stable ?? null,
          toRevision: now.stable ?? null,
        },
      },
    ],
    at: iso(at),
  });
  throw new ConflictError(
    `${target.stage.title} has changed since you looked: you saw ${inWords(
      seen,
    )}, and ${inWords(
      now,
    )} runs now. Nothing was adopted. Look again, and decide.`,
  );
}
