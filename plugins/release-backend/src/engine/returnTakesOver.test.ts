import { decideAlarm, sendBack } from './decideAlarms';
import { stillWaits } from './decidePause';
import type { IntentRecord, RolloutRecord } from './model';
import { stopForExternalChange } from './resume';

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
