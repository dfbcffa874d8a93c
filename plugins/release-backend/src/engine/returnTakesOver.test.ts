import { decideAlarm, sendBack } from './decideAlarms';
import type { Observation } from './decision';
import { stillWaits } from './decidePause';
import type { IntentRecord, RolloutRecord } from './model';
import { stopForExternalChange } from './resume';
import { decideServiceReturn } from './serviceDeployments';

const NOW = Date.parse('2026-11-30T03:00:00.000Z');
const record = {
  id: 'r',
  kind: 'promote',
  state: 'BAKING',
  stage: 'prod',
  returnTo: { id: 'one', contentHash: 'hash-one' },
  wish: { act: 'continue', by: 'user:default/sofia.rossi', hookId: 'h' },
  pause: { hookId: 'h', by: 'codedeploy', timeoutAction: 'ROLLBACK' },
} as RolloutRecord;
const intent = (more: Partial<IntentRecord>) =>
  ({
    seq: 1,
    step: 'continue-1',
    before: {},
    after: {},
    writtenAt: '2026-11-30T02:59:58.000Z',
    sends: 1,
    ...more,
  } as IntentRecord);
const nothing = { intents: [] };

describe('a return that takes over', () => {
  it.each([
    [39, undefined],
    [41, true],
  ])(
    'that CodeDeploy has not ended after %s min is before a person: %s; it is followed all the same',
    (minutes, stuck) => {
      const returns = {
        ...record,
        state: 'ROLLING_BACK',
        stateSince: '2026-11-30T00:00:00.000Z',
        returning: { group: 'g', deploymentId: 'd-1', revisionId: 'one' },
      } as RolloutRecord;
      const decision = decideServiceReturn(
        returns,
        {
          intents: [
            intent({
              step: 'return-deploy-1',
              outcome: 'done',
              writtenAt: new Date(NOW - minutes * 60_000).toISOString(),
            }),
          ],
          target: { exists: true } as Observation['target'],
          delegation: { own: { id: 'd-1', status: 'in-progress' } },
        },
        NOW,
      );
      expect(decision.patch?.stuck).toBe(stuck);
      expect(Boolean(decision.patch?.problem)).toBe(Boolean(stuck));
      expect(decision.waitMs).toBeLessThan(60_000);
    },
  );

  it.each(['shift-1', 'cutover', 'deploy'])(
    'is begun by an alarm after %s, whoever carries that out',
    step => {
      const alarms = [{ name: 'errors', state: 'alarm' as const }];
      const intents = [intent({ step, outcome: 'done' })];
      expect(decideAlarm(record, { intents, alarms }, NOW)?.patch?.state).toBe(
        'ROLLING_BACK',
      );
      expect(decideAlarm(record, { ...nothing, alarms }, NOW)).toBeUndefined();
    },
  );

  it('leaves no wish and no pause of the way forward behind', () => {
    for (const { patch } of [
      sendBack(record, nothing, NOW, 'Alarm errors went off.', 'alarm'),
      stopForExternalChange(record, nothing),
    ]) {
      expect({ ...record, ...patch }).toMatchObject({
        wish: undefined,
        pause: undefined,
      });
    }
  });

  it.each([
    ['done', '2026-11-30T02:59:59.000Z'],
    ['not-executed', undefined],
  ])(
    'waits for no answer that was meant forward: it is %s where accepted at %s',
    (outcome, acceptedAt) => {
      const decision = stillWaits(
        { ...record, state: 'ROLLING_BACK' },
        nothing,
        intent({ acceptedAt }),
        NOW,
        found => ({ completes: intent({ outcome: found }) }),
      );
      expect(decision.completes?.outcome).toBe(outcome);
      expect(decision.waitMs).toBeUndefined();
    },
  );
});
