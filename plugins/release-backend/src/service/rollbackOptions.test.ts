import type { HistoryEntry } from '@careplane/backstage-plugin-release-common';
import { optionsOf, refusalOf } from './rollbackOptions';

/** Revisions in the order in which they received all traffic. */
function history(...ids: string[]): HistoryEntry[] {
  return ids.map((id, index) => ({
    revision: { id, version: `1.${id}.0`, contentHash: id },
    from: `2026-11-0${index + 1}T00:00:00Z`,
    to: index < ids.length - 1 ? `2026-11-0${index + 2}T00:00:00Z` : undefined,
    source: 'careplane',
  }));
}

const options = (...ids: string[]) =>
  optionsOf(history(...ids), undefined, ids[ids.length - 1]).map(one =>
    one.rolledAwayAt ? `${one.revision.id} away` : one.revision.id,
  );

describe('rollback options', () => {
  it('are all that ran after moves forward, newest first', () => {
    expect(options('3', '4', '6')).toEqual(['4', '3']);
  });

  it('put what was rolled away from last', () => {
    expect(options('3', '4', '6', '4')).toEqual(['3', '6 away']);
    expect(options('3', '4', '6', '4', '3')).toEqual(['4 away', '6 away']);
  });

  it('offer it again once it came by a move forward and was left by one', () => {
    expect(options('4', '6', '4', '6')).toEqual(['4']);
    expect(options('4', '6', '4', '6', '7')).toEqual(['6', '4']);
  });

  it('count a move forward over it as no pardon', () => {
    expect(options('4', '6', '4', '7')).toEqual(['4', '6 away']);
  });

  it('refuse what was rolled away from with what to do, and nothing else', () => {
    const [older, away] = optionsOf(
      history('3', '4', '6', '4'),
      undefined,
      '4',
    );
    const prod = { title: 'Prod' };
    expect(refusalOf(older, prod, false)).toBeUndefined();
    expect(refusalOf(undefined, prod, false)).toBeUndefined();
    expect(refusalOf(away, prod, false)).toBe(
      'Prod was rolled away from 1.6.0 at 2026-11-04T00:00:00Z, so a rollback does not go there. To go forward to it again: lift the hold, and promote it, which asks its gates and approval.',
    );
    expect(refusalOf(away, { title: 'Dev' }, true)).toContain(
      'retry the pipeline',
    );
  });
});
