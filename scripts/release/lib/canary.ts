import { iso } from '../../../plugins/release-backend/src/engine/model';
import type { Stores } from '../../../plugins/release-backend/src/store';
import type { PlainAlias } from './aliases';
import { rolloutOf } from './estate';

const HOUR_MS = 3_600_000;

export const revision = (alias: PlainAlias, version: 1 | 2) => ({
  id: `${version}`,
  contentHash: alias.hashes[version - 1],
  version: `1.${version - 1}.0`,
});

/** A canary at its first weight, as the engine itself leaves it. */
export async function openCanary(
  stores: Stores,
  account: string,
  alias: PlainAlias,
) {
  const now = Date.now();
  const stable = revision(alias, 1);
  const candidate = revision(alias, 2);
  const base = rolloutOf(
    {
      account,
      arn: alias.arn,
      name: alias.name,
      kind: 'lambda-alias',
      live: stable,
    },
    'promote',
    now,
    { type: 'canary', steps: [{ weight: 0.1, bakeSeconds: 3_600 }] },
  );
  const record = {
    ...base,
    state: 'BAKING' as const,
    steps: [{ state: 'BAKING' as const, startedAt: iso(now) }],
    candidate,
    returnTo: stable,
    snapshot: { stable },
    requestedWeight: 0.1,
    observedWeight: 0.1,
    bakeUntil: iso(now + HOUR_MS),
  };
  await stores.commit({
    at: iso(now),
    evidence: [],
    opens: record,
    newIntent: {
      rolloutId: record.id,
      intent: {
        seq: 1,
        step: 'shift-0',
        api: 'lambda:UpdateAlias',
        before: { traffic: { stable: '1' } },
        after: {
          traffic: { stable: '1', candidate: { id: '2', weight: 0.1 } },
        },
        writtenAt: iso(now),
        sends: 1,
        outcome: 'done',
      },
    },
  });
}
