import fc from 'fast-check';
import type { RolloutRecord } from '../engine/model';
import { seenNow } from '../poll/seen';
import type { Period } from '../store/TargetStore';
import { SoakFacts, soakGate } from './soak';
import { disturbances, soakPeriods } from './soakFacts';
import { isWaivable, waiversOf, withWaivers } from './waivers';

const HOUR = 3_600_000;
const NOON = Date.parse('2026-11-20T12:00:00.000Z');
const at = (hours: number) => NOON + hours * HOUR;
const isoAt = (hours: number) => new Date(at(hours)).toISOString();

const sure = (from: number, to?: number, asOf = 0) => ({
  from: at(from),
  to: to === undefined ? undefined : at(to),
  sureFrom: at(from),
  sureTo: at(to ?? asOf),
});
const gate = (facts: Partial<SoakFacts>) =>
  soakGate(
    { needed: 24 * HOUR, periods: [], disturbed: [], now: NOON, ...facts },
    'QA',
  );

describe('a soak (SC-K8)', () => {
  it('passes when the release has run there for long enough', () => {
    expect(gate({ periods: [sure(-26)] })).toEqual({
      id: 'soak',
      title: 'Soak',
      state: 'pass',
      summary: 'Has run on QA undisturbed for 1 d 2 h; 1 d is asked.',
    });
  });

  it('says until when it is shut', () => {
    const shut = gate({ periods: [sure(-2)] });
    expect(shut).toMatchObject({
      state: 'fail',
      summary:
        'Runs on QA undisturbed since 2026-11-20 10:00 UTC; 1 d is asked, so until 2026-11-21 10:00 UTC.',
      wait: { since: isoAt(-2), until: isoAt(22) },
    });
  });

  it('counts the longest period, not the last, and not their sum', () => {
    const long = [sure(-80, -50), sure(-3)];
    expect(gate({ periods: long }).state).toBe('pass');
    const many = [sure(-80, -60), sure(-50, -30), sure(-20, -1)];
    expect(gate({ periods: many })).toMatchObject({
      state: 'fail',
      summary:
        'Ran on QA undisturbed for 20 h; 1 d is asked. It has to run there again.',
    });
  });

  it('begins anew after traffic was shared, and stands still meanwhile', () => {
    const during = { from: at(-20), to: at(-10) };
    expect(gate({ periods: [sure(-30)], disturbed: [during] })).toMatchObject({
      state: 'fail',
      wait: { since: isoAt(-10) },
    });
    const longBefore = [sure(-60)];
    expect(gate({ periods: longBefore, disturbed: [during] }).state).toBe(
      'pass',
    );
    expect(
      gate({ periods: [sure(-30)], disturbed: [{ from: at(-20) }] }),
    ).toMatchObject({
      state: 'fail',
      summary: expect.stringMatching(/^Traffic on QA is shared or being moved/),
    });
  });

  it('says unknown, and never pass, where since-when is not known', () => {
    const [period] = [sure(-30)];
    const unseen = { ...period, sureFrom: undefined };
    expect(gate({ periods: [unseen] }).state).toBe('unknown');
    expect(gate({ periods: [{ ...period, sureFrom: at(-2) }] })).toMatchObject({
      state: 'unknown',
      summary: expect.stringMatching(
        /^Runs on QA undisturbed since 2026-11-20 10:00 UTC at least, and what was before is not known/,
      ),
      wait: { until: isoAt(22) },
    });
    expect(gate({ periods: undefined }).state).toBe('unknown');
    const unended = { ...sure(-60, -10), sureTo: undefined };
    expect(gate({ periods: [unended] }).state).toBe('unknown');
  });

  it('counts to the last reading of the stage, and says when that was', () => {
    const unread = { ...sure(-30), sureTo: at(-28) };
    expect(gate({ periods: [unread] })).toMatchObject({
      state: 'unknown',
      summary: expect.stringContaining(
        'QA has not been read since 2026-11-19 08:00 UTC',
      ),
    });
    // What cannot have been long enough is no question.
    expect(gate({ periods: [{ ...sure(-2), sureTo: at(-1) }] }).state).toBe(
      'fail',
    );
  });

  it('says that a release has not run there at all', () => {
    expect(gate({}).summary).toBe(
      'Has not run on QA; 1 d undisturbed is asked.',
    );
  });

  it('is waived for what it said: not for a soak that began anew', () => {
    const shut = gate({ periods: [sure(-2)] });
    expect(isWaivable(shut)).toBe(true);
    const waivers = waiversOf(
      [{ gate: 'soak', reason: 'the fix of an outage' }],
      [shut],
      'user:default/sofia.rossi',
      isoAt(0),
    );
    const hourLater = gate({ periods: [sure(-2, undefined, 1)], now: at(1) });
    expect(withWaivers([hourLater], waivers)[0].state).toBe('waived');
    const unread = gate({ periods: [sure(-2, undefined, 1)], now: at(40) });
    expect([unread.state, unread.summary === shut.summary]).toEqual([
      'unknown',
      false,
    ]);
    expect(withWaivers([unread], waivers)[0].state).toBe('waived');
    const shared = gate({
      periods: [sure(-2, undefined, 2)],
      disturbed: [{ from: at(0.5), to: at(1) }],
      now: at(2),
    });
    expect(withWaivers([shared], waivers)[0].state).toBe('fail');
    const anew = gate({
      periods: [sure(-2, -1.5), sure(0.5, undefined, 1)],
      now: at(1),
    });
    expect(withWaivers([anew], waivers)[0].state).toBe('fail');
  });

  const MINUTES = 120;
  const minutes = fc.integer({ min: 0, max: MINUTES });
  const span = fc.tuple(minutes, minutes).map(([a, b]) => ({
    from: Math.min(a, b) * 60_000,
    to: Math.max(a, b) * 60_000,
  }));
  const world = fc.record({
    needed: fc.integer({ min: 1, max: MINUTES }).map(n => n * 60_000),
    spans: fc.array(span, { maxLength: 4 }),
    disturbed: fc.array(span, { maxLength: 4 }),
  });

  it('passes exactly where every minute of some long enough time was quiet', () => {
    fc.assert(
      fc.property(world, ({ needed, spans, disturbed }) => {
        const inside = (minute: number, { from, to }: (typeof spans)[number]) =>
          from <= minute * 60_000 && (minute + 1) * 60_000 <= to;
        const longest = Math.max(
          0,
          ...spans.map(period => {
            let [best, run] = [0, 0];
            for (let minute = 0; minute < MINUTES; minute++) {
              const quiet =
                inside(minute, period) &&
                !disturbed.some(one => inside(minute, one));
              run = quiet ? run + 1 : 0;
              best = Math.max(best, run);
            }
            return best;
          }),
        );
        // Those of no length begin the count anew, and no minute has them.
        const cuts = disturbed.filter(one => one.from < one.to);
        const { state } = soakGate(
          {
            needed,
            periods: spans.map(one => ({
              ...one,
              sureFrom: one.from,
              sureTo: one.to,
            })),
            disturbed: cuts,
            now: MINUTES * 60_000,
          },
          'QA',
        );
        expect(state).toBe(longest * 60_000 >= needed ? 'pass' : 'fail');
      }),
    );
  });

  it('never passes because less is known, and never shuts because time passes', () => {
    const doubt = fc.array(
      fc.record({ begin: fc.boolean(), late: minutes, early: minutes }),
      { minLength: 4, maxLength: 4 },
    );
    fc.assert(
      fc.property(world, doubt, (facts, doubts) => {
        const periods = facts.spans.map(one => ({
          ...one,
          sureFrom: one.from,
          sureTo: one.to,
        }));
        const now = MINUTES * 60_000;
        const full = soakGate({ ...facts, periods, now }, 'QA').state;
        const less = periods.map((one, index) => ({
          ...one,
          sureFrom: doubts[index].begin
            ? one.sureFrom + doubts[index].late * 60_000
            : undefined,
          sureTo: one.sureTo - doubts[index].early * 60_000,
        }));
        const doubted = soakGate({ ...facts, periods: less, now }, 'QA').state;
        expect([full, 'unknown']).toContain(doubted);
        const later = soakGate({ ...facts, periods, now: now * 3 }, 'QA').state;
        expect(later).toBe(full);
      }),
    );
  });
});

describe('what a soak is told from', () => {
  const revision = (id: string) => ({ id, contentHash: `hash-${id}` });
  const period = (more: Partial<Period>): Period => ({
    revision: revision('2'),
    from: isoAt(-30),
    source: 'careplane',
    ...more,
  });
  const two = new Set(['2']);

  it('takes moves of Careplane by their time, and what it did not begin from first sight to last', () => {
    expect(soakPeriods([period({})], two, isoAt(0))).toEqual([sure(-30)]);
    expect(
      soakPeriods(
        [
          period({ source: 'cloudtrail', to: isoAt(-20) }),
          period({ revision: revision('1'), from: isoAt(-20), to: isoAt(-9) }),
          period({ source: 'observed', from: isoAt(-9), to: isoAt(-1) }),
          period({
            source: 'observed',
            from: isoAt(-1),
            revision: revision('3'),
          }),
        ],
        two,
        isoAt(0),
      ),
    ).toEqual([
      { from: at(-30), to: at(-20), sureFrom: undefined, sureTo: at(-20) },
      { from: at(-9), to: at(-1), sureFrom: undefined, sureTo: undefined },
    ]);
    const seen = { from: isoAt(-8), to: isoAt(-2) };
    expect(
      soakPeriods(
        [
          period({ source: 'observed', to: isoAt(-1), seen }),
          period({
            source: 'observed',
            from: isoAt(-1),
            revision: revision('3'),
          }),
        ],
        two,
        isoAt(0),
      ),
    ).toMatchObject([{ sureFrom: at(-8), sureTo: at(-2) }]);
  });

  it('takes out the time in which a rollout or somebody else shared the traffic', () => {
    const step = (state: string, from: number, to?: number) => ({
      state,
      startedAt: isoAt(from),
      endedAt: to === undefined ? undefined : isoAt(to),
    });
    const rollouts = [
      {
        steps: [
          step('GATING', -9, -8),
          step('AWAITING_APPROVAL', -8, -7),
          step('BAKING', -7, -6),
          step('ROLLING_BACK', -6),
        ],
      },
    ] as RolloutRecord[];
    const history = [
      period({ to: isoAt(-10), seen: { shared: [{ from: isoAt(-12) }] } }),
      period({ seen: { shared: [{ from: isoAt(-5), to: isoAt(-4) }] } }),
    ];
    expect(disturbances(history, rollouts)).toEqual([
      { from: at(-7), to: at(-6) },
      { from: at(-6), to: undefined },
      { from: at(-12), to: at(-10) },
      { from: at(-5), to: at(-4) },
    ]);
  });

  it('learns from readings when an untold period was first seen, and when traffic was shared', () => {
    const untold = period({ source: 'observed' });
    const first = seenNow(untold, { shared: false, at: isoAt(0) });
    expect(first).toEqual({ from: isoAt(0) });
    const known = { ...untold, seen: first };
    expect(seenNow(known, { shared: false, at: isoAt(1) })).toBeUndefined();
    const shared = seenNow(known, {
      shared: true,
      at: isoAt(2),
      lastRead: isoAt(1),
    });
    expect(shared).toEqual({ ...first, shared: [{ from: isoAt(1) }] });
    const during = { ...untold, seen: shared };
    expect(seenNow(during, { shared: true, at: isoAt(3) })).toBeUndefined();
    expect(seenNow(during, { shared: false, at: isoAt(4) })).toEqual({
      ...first,
      shared: [{ from: isoAt(1), to: isoAt(4) }],
    });
  });
});
