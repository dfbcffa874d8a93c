import fc from 'fast-check';
import { stageTestsGate } from '../gates/stageTests';
import type { StageTestRecord } from '../store/StageTestStore';
import { decideTests, TestReading } from './decideTests';

const AT = Date.parse('2026-01-02T00:00:00Z');
const run = (more: Partial<StageTestRecord> = {}): StageTestRecord => ({
  id: 'run',
  rowVersion: 1,
  entityRef: 'component:default/claims-api',
  component: 'claims-api',
  stage: 'qa',
  targetArn: 'arn',
  where: { accountId: '1', region: 'us-east-1', project: 'claims-api-tests' },
  releaseId: 'r1',
  liveSince: '2026-01-01T23:00:00Z',
  state: 'waiting',
  requestedBy: 'careplane-auto',
  requestedAt: '2026-01-02T00:00:00Z',
  ...more,
});
const running = run({ state: 'running', buildId: 'b' });
const live: TestReading = { stillLive: true, moving: false };

describe("a run of a stage's tests", () => {
  it('starts where the release is live and nothing moves, and waits while something does', () => {
    expect(decideTests(run(), live, AT)).toEqual({ next: 'start' });
    expect(decideTests(run(), { ...live, moving: true }, AT)).toEqual({
      next: 'wait',
    });
  });

  it('is given up where it could not be started for two days, with the last reason', () => {
    expect(
      decideTests(run({ message: 'Throttled.' }), live, AT + 49 * 3_600_000),
    ).toEqual({ next: 'end', state: 'not-run', message: 'Throttled.' });
  });

  it('has no verdict where the build is gone or was broken', () => {
    expect(decideTests(running, live, AT)).toMatchObject({ state: 'not-run' });
    const build = { id: 'b', state: 'broken' as const, summary: 'No source.' };
    expect(decideTests(running, { ...live, build }, AT)).toEqual({
      next: 'end',
      state: 'not-run',
      message: 'No source.',
    });
  });

  it('passes only where the build passed and the release was live all the time', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.boolean(),
        fc.option(fc.constantFrom('running', 'passed', 'failed', 'broken'), {
          nil: undefined,
        }),
        fc.constantFrom('waiting', 'running'),
        (stillLive, moving, state, at) => {
          const decision = decideTests(
            run({ state: at as 'waiting' }),
            {
              stillLive,
              moving,
              build: state && { id: 'b', state: state as 'passed' },
            },
            AT,
          );
          const passed = decision.next === 'end' && decision.state === 'passed';
          expect(passed).toBe(
            at === 'running' && stillLive && state === 'passed',
          );
          expect(decision.next === 'start' && !stillLive).toBe(false);
        },
      ),
    );
  });
});

describe('the gate of the tests of the stage before', () => {
  const of = (...states: StageTestRecord['state'][]) =>
    stageTestsGate({
      title: 'QA',
      runs: states.map(state => run({ state })),
    })?.state;

  it('is not there where nothing tests the stage before', () => {
    expect(stageTestsGate(undefined)).toBeUndefined();
  });

  it('is open only after the newest verdict, where that is a pass', () => {
    expect(of()).toBe('unknown');
    expect(of('passed')).toBe('pass');
    expect(of('failed', 'passed')).toBe('fail');
    expect(of('not-run', 'passed')).toBe('pass');
    expect(of('not-run')).toBe('unknown');
  });

  it('is shut while they run, whatever they said before', () => {
    expect(of('running', 'passed')).toBe('unknown');
    expect(of('waiting', 'passed')).toBe('unknown');
  });
});
