import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { entityReleases } from '../__testUtils__/fixtures';
import { fakeApi, renderPart } from '../__testUtils__/render';
import { Ownership } from './Ownership';

describe('Ownership', () => {
  it('says who else writes a target, what would undo a release, and shows the patch', async () => {
    const releases = entityReleases();
    releases.targets[2].target.ownership = {
      tool: 'terraform',
      signs: ['Terraform moved it last (CloudTrail).'],
      unread: [],
      mayPromote: false,
      mayRollBack: true,
      writes: 'Careplane may roll back.',
      undoneBy: 'The next terraform apply writes the value of its code.',
      agreement: {
        summary: 'Let Terraform leave it alone.',
        language: 'hcl',
        text: 'ignore_changes = [function_version]',
      },
    };
    releases.targets[1].target.ownership = {
      tool: 'unknown',
      signs: [],
      unread: ['cloudtrail:LookupEvents'],
      readBackTo: new Date(Date.now() - 3 * 86_400_000).toISOString(),
      mayPromote: false,
      mayRollBack: false,
      writes: 'Careplane only reads this target.',
    };
    renderPart(<Ownership releases={releases} />, fakeApi({}));
    expect(await screen.findByText('Terraform')).toBeInTheDocument();
    expect(screen.getByText(/next terraform apply/)).toBeInTheDocument();
    await userEvent.click(screen.getByText('How the two agree'));
    expect(
      screen.getByRole('region', { name: 'Patch for Prod' }),
    ).toHaveTextContent('ignore_changes = [function_version]');
    expect(screen.getByText('Not known')).toBeInTheDocument();
    expect(
      screen.getByText(/could not read cloudtrail:LookupEvents/),
    ).toBeInTheDocument();
    expect(screen.getByText(/CloudTrail was read back to/)).toHaveTextContent(
      /read back to 3 days ago/,
    );
    // Dev was not told yet: that is said, and not shown as fine.
    expect(screen.getByText('Not told yet.')).toBeInTheDocument();
  });
});
