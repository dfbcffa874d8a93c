import { screen, within } from '@testing-library/react';
import { entityReleases, release } from '../__testUtils__/fixtures';
import { fakeApi, renderPart } from '../__testUtils__/render';
import { ReleasesTable } from './ReleasesTable';

describe('the table of releases', () => {
  it('says on which stages a release is the same by hash, and on which it is not', async () => {
    const base = release(42);
    const proof = (stage: string, contentHash: string, matches: boolean) => ({
      stage,
      revisionId: '42',
      contentHash,
      matches,
    });
    const releases = [
      {
        ...base,
        proof: [proof('dev', 'same', true), proof('qa', 'another=', false)],
      },
      release(41),
    ];
    renderPart(
      <ReleasesTable
        releases={entityReleases({ releases })}
        onChanged={() => {}}
      />,
      fakeApi(),
    );
    const table = await screen.findByRole('table');
    expect(
      within(table).getByRole('columnheader', { name: 'Same by hash on' }),
    ).toBeInTheDocument();
    const [, first, second] = within(table).getAllByRole('row');
    expect(first).toHaveTextContent(/Dev/);
    expect(first).toHaveTextContent(/QA: another artifact/);
    expect(second).not.toHaveTextContent(/another artifact/);
  });
});
