import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readAlarm } from './alarm.mjs';
import { judge, personFor, quietLeft, retryAfter } from './incident.mjs';
import { runningRelease } from './release.mjs';

const MINUTE = 60_000;
const on = { state: 'ALARM' };
const off = { state: 'OK' };

describe('what an alarm means', () => {
  const open = { status: 'open', opened: 0, queued: true };
  for (const [what, known, alarm, now, verdict] of [
    ['the first', undefined, on, 0, 'open'],
    ['the same once more', open, on, MINUTE, 'leave'],
    ['one that was only half told', { ...open, queued: false }, on, 1, 'open'],
    [
      'one that somebody has taken',
      { ...open, status: 'taken' },
      on,
      1,
      'leave',
    ],
    ['one that is on for 4 hours', open, on, 240 * MINUTE, 'open'],
    ['the all-clear', open, off, MINUTE, 'resolve'],
    ['an all-clear of nothing', undefined, off, 0, 'leave'],
    ['a second all-clear', { ...open, status: 'resolved' }, off, 1, 'leave'],
    [
      'one that is back soon after a call',
      { ...open, status: 'resolved', called: 0 },
      on,
      14 * MINUTE,
      'tell',
    ],
    [
      'one that is back long after a call',
      { ...open, status: 'resolved', called: 0 },
      on,
      15 * MINUTE,
      'open',
    ],
  ]) {
    it(`${what}: ${verdict}`, () => {
      assert.equal(judge(known, alarm, now), verdict);
    });
  }

  it('calls again within what a queue can delay', () => {
    assert.equal(quietLeft({ called: 0 }, 0), 900);
    assert.equal(quietLeft({ called: 0 }, 14 * MINUTE), 60);
  });

  it('goes through the list three times', () => {
    const people = ['a', 'b'];
    const called = [0, 1, 2, 3, 4, 5, 6].map(step => personFor(people, step));
    assert.deepEqual(called, ['a', 'b', 'a', 'b', 'a', 'b', undefined]);
    assert.equal(personFor([], 0), undefined);
  });

  it('waits longer each time Connect throttles, and not for ever', () => {
    const error = { name: 'TooManyRequestsException' };
    const waits = [0, 1, 2, 3, 4, 5].map(tries => retryAfter(error, tries));
    assert.deepEqual(waits, [15, 30, 60, 120, 120, undefined]);
    assert.equal(
      retryAfter({ name: 'InvalidParameterException' }, 0),
      undefined,
    );
  });
});

describe('what of an alarm is told', () => {
  const record = (message, topic = 'x') => ({
    Sns: {
      TopicArn: `arn:aws:sns:us-east-1:222222222222:${topic}`,
      MessageId: 'm-1',
      Message: JSON.stringify(message),
      Timestamp: '2026-11-30T03:00:00.000Z',
    },
  });
  const stages = { 222222222222: 'qa' };

  it('reads a monitor of Datadog', () => {
    const alarm = readAlarm(
      record({
        monitor: '4711',
        alarm: 'claims-latency',
        service: 'claims-api',
        stage: 'prod',
        state: 'OK',
        since: '1796007600000',
      }),
      stages,
    );
    assert.deepEqual(
      { ...alarm, id: '' },
      {
        id: '',
        source: 'Datadog',
        alarm: 'claims-latency',
        service: 'claims-api',
        stage: 'prod',
        state: 'OK',
        since: new Date(1796007600000).toISOString(),
        console: 'https://app.datadoghq.com/monitors/4711',
      },
    );
  });

  it('does not repeat a name that is a sentence', () => {
    const alarm = readAlarm(
      record({ AlarmName: 'Jane Roe is waiting', NewStateValue: 'ALARM' }),
      stages,
    );
    assert.deepEqual(
      [alarm.alarm, alarm.service, alarm.stage, alarm.console],
      ['unknown', 'unknown', 'qa', undefined],
    );
  });

  it('keeps alarms apart whose names it does not repeat', () => {
    const [one, other] = ['Jane Roe', 'John Roe'].map(
      AlarmName => readAlarm(record({ AlarmName }), stages).id,
    );
    assert.notEqual(one, other);
  });

  it('takes insufficient data for an alarm', () => {
    const alarm = readAlarm(
      record({ AlarmName: 'a', NewStateValue: 'INSUFFICIENT_DATA' }),
      stages,
    );
    assert.equal(alarm.state, 'ALARM');
  });
});

describe('the running release', () => {
  const portal = { url: 'https://careplane.example', token: 't' };
  const facts = { service: 'visit-api', stage: 'prod' };
  const answering = body => async () => ({ ok: true, json: async () => body });

  for (const [what, http, expected] of [
    [
      'a target that could not be read',
      answering({ targets: [{ state: 'error', target: { stage: 'prod' } }] }),
      'unknown (Careplane could not read it)',
    ],
    [
      'a stage that it does not know',
      answering({ targets: [] }),
      'unknown (Careplane knows no target on this stage)',
    ],
    [
      'an old reading',
      answering({
        targets: [
          {
            state: 'stale',
            asOf: '2026-11-30T02:00:00Z',
            target: { stage: 'prod', current: { id: '7', version: '1.4.2' } },
          },
        ],
      }),
      '1.4.2 (as of 2026-11-30T02:00:00Z)',
    ],
    [
      'no answer',
      async () => {
        throw new TypeError('fetch failed');
      },
      'unknown (Careplane does not answer)',
    ],
  ]) {
    it(`${what}: ${expected}`, async () => {
      assert.equal(await runningRelease(portal, facts, http), expected);
    });
  }

  it('is unknown without Careplane, and asks nobody', async () => {
    assert.match(await runningRelease(undefined, facts), /^unknown/);
  });
});
