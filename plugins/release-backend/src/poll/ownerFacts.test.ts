import type { Ownership } from '@careplane/backstage-plugin-release-common';
import type { OwnerSigns } from '@careplane/backstage-plugin-release-node';
import { ARN, STAGE } from '../__testUtils__/harness';
import { iso } from '../engine/model';
import type { TargetFacts } from './facts';
import { ownerFacts } from './ownerFacts';

const NOW = Date.parse('2026-01-10T12:00:00.000Z');
const MINUTE = 60_000;
const target = {
  arn: ARN,
  kind: 'lambda-alias' as const,
  component: 'claims-api',
  stackName: 'svc-claims-api',
  stage: STAGE,
};
const nobody: OwnerSigns = { tags: {}, writers: [], unread: [] };
const short = { ...nobody, readBackTo: '2026-01-01T00:00:00.000Z' };

/** What is known after a reading, of what was known `minutes` before it. */
async function after(
  signs: OwnerSigns,
  known?: Ownership,
  minutes = 61,
): Promise<Ownership | undefined> {
  const facts: TargetFacts = {
    observed: { exists: true },
    ownership: known && {
      ...known,
      checkedAt: iso(NOW - minutes * MINUTE),
    },
  };
  const port = { signs: async () => signs };
  return ownerFacts(target, facts, facts, port, NOW);
}

describe('who owns a target', () => {
  it('is asked again after five minutes while the trail was not read to its end, else after an hour', async () => {
    const unknown = await after(short);
    expect(unknown?.tool).toBe('unknown');
    expect((await after(nobody, unknown, 4))?.tool).toBe('unknown');
    expect((await after(nobody, unknown, 6))?.tool).toBe('none');
    const none = await after(nobody);
    const terraform: OwnerSigns = {
      ...nobody,
      writers: [{ tool: 'terraform', at: iso(NOW) }],
    };
    expect((await after(terraform, none, 59))?.tool).toBe('none');
    expect((await after(terraform, none, 61))?.tool).toBe('terraform');
  });

  it('stays nobody where the trail was read back to the last answer, and is not known across a gap', async () => {
    const none = await after(nobody);
    const minutesAgo = (minutes: number) => ({
      ...nobody,
      readBackTo: iso(NOW - minutes * MINUTE),
    });
    expect((await after(minutesAgo(300), none, 120))?.tool).toBe('none');
    expect((await after(minutesAgo(60), none, 120))?.tool).toBe('unknown');
  });

  it('stays what it was while a question is refused, and names the question', async () => {
    const none = await after(nobody);
    const refused = { ...nobody, unread: ['cloudtrail:LookupEvents'] };
    const kept = await after(refused, none);
    expect(kept).toMatchObject({ tool: 'none', unread: refused.unread });
    // That was no answer: it closes no gap, and is asked again soon.
    expect((await after(short, kept, 6))?.tool).toBe('unknown');
    const tagged = await after({ ...nobody, tags: { terraform: 'true' } });
    expect((await after(short, tagged))?.tool).toBe('terraform');
  });
});
