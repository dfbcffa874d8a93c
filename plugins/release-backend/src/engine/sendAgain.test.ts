import { TestDatabases } from '@backstage/backend-test-utils';
import { timeout } from '../__testUtils__/FakeAws';
import { Harness } from '../__testUtils__/harness';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
jest.setTimeout(60_000);

/** A canary of which one write, the first where not said, did not reach AWS. */
async function withLostWrite(api: string, nth = 1) {
  const h = await Harness.create(await databases.init('SQLITE_3'));
  let lost = false;
  let calls = 0;
  h.aws.onCall = (when, call) => {
    if (when !== 'before' || call !== api || lost) return;
    calls += 1;
    lost = calls === nth;
    if (lost) throw timeout();
  };
  const id = await h.open();
  const worker = h.worker();
  for (let i = 0; i < 60 && !lost; i++) await h.run(id, { worker, ticks: 1 });
  expect(lost).toBe(true);
  return { h, id, worker };
}

const STEPS: Record<string, RegExp> = {
  shift: /^shift-/,
  executeChangeSet: /^execute-change-set$/,
};

async function outcomeOf(h: Harness, id: string, api: string) {
  const intents = await h.stores.intents.of(id);
  return intents.filter(({ step }) => STEPS[api].test(step)).at(-1)?.outcome;
}

describe('a forward write that did not arrive', () => {
  it.each(['shift', 'executeChangeSet'])(
    'is not sent again while a gate is shut: %s (INV-31)',
    async api => {
      const { h, id, worker } = await withLostWrite(api);
      h.gates = [{ ...h.gates[0], state: 'fail' }];
      const record = await h.run(id, { worker });
      expect(record.state).toBe('BLOCKED');
      expect(h.aws.writes.filter(write => write.api === api)).toEqual([]);
      expect(await outcomeOf(h, id, api)).toBe('not-executed');
    },
  );

  it.each([
    ['has no data', 'insufficient-data' as const],
    ['does not exist', 'missing' as const],
  ])('is not sent again while an alarm %s (INV-31)', async (_, state) => {
    const { h, id, worker } = await withLostWrite('shift');
    h.aws.alarms = [{ name: 'errors', state }];
    const record = await h.run(id, { worker });
    expect(record.state).toBe('BLOCKED');
    expect(h.aws.shifts()).toEqual([]);
    expect(await outcomeOf(h, id, 'shift')).toBe('not-executed');
  });

  it('goes back instead of on where an alarm went off meanwhile', async () => {
    const { h, id, worker } = await withLostWrite('shift', 2);
    h.aws.alarms = [{ name: 'errors', state: 'alarm' }];
    await h.run(id, { worker, ticks: 4 });
    h.aws.alarms = [];
    const record = await h.run(id, { worker });
    expect(record.state).toBe('ROLLED_BACK');
    expect(h.aws.shifts()).toEqual(['1+2@0.1', '1']);
  });

  it('is sent again where the gates are open and the alarms at rest', async () => {
    const { h, id, worker } = await withLostWrite('shift');
    expect((await h.run(id, { worker })).state).toBe('SUCCEEDED');
    expect(h.aws.shifts()).toEqual(['1+2@0.1', '1+2@0.5', '2']);
  });
});
