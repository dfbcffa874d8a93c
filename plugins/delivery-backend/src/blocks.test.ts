import { BlockInput, decideBlock } from './blocks';
import type { Snapshot } from './store/SnapshotStore';

const now = new Date('2026-11-20T12:00:00.000Z');
const intervalMs = 30_000;
const ago = (seconds: number) =>
  new Date(now.getTime() - seconds * 1000).toISOString();

function snapshot(fields: Partial<Snapshot>): Snapshot {
  return {
    provider: 'p',
    key: 'k',
    nextPollAt: ago(-30),
    attemptedAt: ago(5),
    failures: 0,
    ...fields,
  };
}

function decide(
  snapshots: BlockInput['snapshots'],
  more: Partial<BlockInput> = {},
) {
  return decideBlock<string>({
    subject: 'Pipelines',
    annotations: ['example.com/a'],
    snapshots,
    now,
    intervalMs,
    ...more,
  });
}

describe('decideBlock', () => {
  it('shows fresh facts as ok, and the lack of any as empty', () => {
    expect(decide([snapshot({ items: ['x'], asOf: ago(5) })])).toEqual(
      expect.objectContaining({ state: 'ok', asOf: ago(5), items: ['x'] }),
    );
    expect(decide([snapshot({ items: [], asOf: ago(5) })]).state).toBe('empty');
  });

  it('calls facts stale once they are older than three intervals', () => {
    const at = (seconds: number) =>
      decide([snapshot({ items: ['x'], asOf: ago(seconds) })]).state;
    expect(at(90)).toBe('ok');
    expect(at(91)).toBe('stale');
  });

  it('tells a source that is not read yet from one that is not configured', () => {
    expect(decide([undefined]).state).toBe('pending');
    expect(decide([snapshot({ attemptedAt: undefined })]).state).toBe(
      'pending',
    );
    expect(decide([])).toEqual(
      expect.objectContaining({
        state: 'not-configured',
        missingAnnotations: ['example.com/a'],
      }),
    );
  });

  it('keeps the last facts beside a refusal, and names what is missing', () => {
    expect(
      decide([
        snapshot({
          items: ['old'],
          asOf: ago(20),
          error: {
            name: 'NotAllowedError',
            message: 'AWS denied it.',
            missingPermission: 'codepipeline:GetPipelineState',
            deniedTo: 'role careplane-read',
          },
        }),
      ]),
    ).toEqual(
      expect.objectContaining({
        state: 'denied',
        missingPermission: 'codepipeline:GetPipelineState',
        deniedTo: 'role careplane-read',
        items: ['old'],
      }),
    );
  });

  it('bears a passing failure for three intervals, then says it', () => {
    const error = { name: 'ServiceUnavailableError', message: 'Throttled.' };
    const fresh = decide([snapshot({ items: ['x'], asOf: ago(40), error })]);
    expect(fresh.state).toBe('ok');
    const old = decide([snapshot({ items: ['x'], asOf: ago(400), error })]);
    expect(old).toEqual(
      expect.objectContaining({ state: 'stale', items: ['x'] }),
    );
    expect(old.message).toContain('Throttled.');
  });

  it('counts a lasting failure, or one without any facts, at once', () => {
    expect(
      decide([
        snapshot({
          items: ['x'],
          asOf: ago(20),
          error: { name: 'NotFoundError', message: 'Gone.' },
        }),
      ]),
    ).toEqual(expect.objectContaining({ state: 'error', message: 'Gone.' }));
    expect(
      decide([
        snapshot({
          error: { name: 'ServiceUnavailableError', message: 'Down' },
        }),
      ]).state,
    ).toBe('error');
  });

  it('shows all resources with the worst state and the oldest age', () => {
    expect(
      decide([
        snapshot({ items: ['a'], asOf: ago(10) }),
        snapshot({ items: ['b'], asOf: ago(200) }),
        undefined,
      ]),
    ).toEqual(
      expect.objectContaining({
        state: 'stale',
        asOf: ago(200),
        items: ['a', 'b'],
      }),
    );
  });

  it('says which annotation is wrong instead of calling it not configured', () => {
    expect(decide([], { annotationError: "'x' is not an ARN." })).toEqual({
      state: 'error',
      message: "'x' is not an ARN.",
      items: [],
    });
  });
});
