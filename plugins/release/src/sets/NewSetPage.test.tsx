import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { permissions, releaseSet, target } from '../__testUtils__/fixtures';
import { fakeApi, renderPart } from '../__testUtils__/render';
import { NewSetPage } from './NewSetPage';
import { SetPage } from './SetPage';

const item = (name: string, qa: number, prod: number) => ({
  entityRef: `component:default/${name}`,
  title: name,
  system: 'care-navigation',
  targets: [target('qa', qa), target('prod', prod)],
});
const overview = {
  items: [
    item('claims-api', 43, 41),
    item('intake-worker', 43, 41),
    item('same-everywhere', 41, 41),
  ],
  attention: [],
};
const can = { blockers: [], warnings: [], approvalsNeeded: 1 };

function api(blockers: string[] = []) {
  return fakeApi({
    getOverview: async () => overview,
    previewSet: jest.fn(async request => ({
      members: request.members.map(({ entityRef, order }) => ({
        ...can,
        entityRef,
        order,
        blockers,
      })),
    })),
  });
}

const open = (with_ = api()) => {
  renderPart(<NewSetPage />, with_, {
    path: '/releases/together',
    entry: '/releases/together?stage=prod',
  });
  return with_;
};

describe('several services together', () => {
  it('offers what differs from the stage before, and starts it in the chosen turns', async () => {
    const release = open();
    await userEvent.click(
      await screen.findByRole('checkbox', { name: 'claims-api' }),
    );
    await userEvent.click(
      screen.getByRole('checkbox', { name: 'intake-worker' }),
    );
    expect(screen.queryByText('same-everywhere')).toBeNull();
    await userEvent.click(
      screen.getByRole('button', { name: /Turn of intake-worker/ }),
    );
    await userEvent.click(await screen.findByRole('option', { name: '2' }));
    const submit = () =>
      screen.getByRole('button', { name: 'Promote 2 services to Prod' });
    await waitFor(() => expect(submit()).not.toHaveAttribute('aria-disabled'));
    await userEvent.click(submit());
    expect(release.startSet).toHaveBeenCalledWith(
      expect.objectContaining({
        stage: 'prod',
        kind: 'promote',
        members: [
          expect.objectContaining({
            entityRef: 'component:default/claims-api',
            order: 1,
          }),
          expect.objectContaining({
            entityRef: 'component:default/intake-worker',
            order: 2,
          }),
        ],
      }),
    );
    await waitFor(() =>
      expect(screen.getByLabelText('address')).toHaveTextContent(
        '/releases/sets/s-1',
      ),
    );
  });

  it('says beside each service why it cannot go, and then starts nothing', async () => {
    open(api(['Quality gate: it failed.']));
    await userEvent.click(
      await screen.findByRole('checkbox', { name: 'claims-api' }),
    );
    expect(
      await screen.findByText('Quality gate: it failed.'),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('button', { name: 'Promote 1 service to Prod' }),
    ).toHaveAttribute('aria-disabled', 'true');
  });

  it('says to whom may not promote on this stage who may', async () => {
    open(
      fakeApi({
        ...api(),
        getPermissions: async () => permissions(['dev', 'qa']),
      }),
    );
    await userEvent.click(
      await screen.findByRole('checkbox', { name: 'claims-api' }),
    );
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Why not: Promote 1 service to Prod',
      }),
    );
    const why = await screen.findByRole('dialog');
    expect(why).toHaveTextContent('You lack the grant "promote" on Prod.');
    expect(why).toHaveTextContent('release-managers');
  });

  it('shows where a set stands and stops what has not had its turn', async () => {
    const actOnSet = jest.fn(async () => releaseSet());
    actOnSet.mockRejectedValueOnce(new Error('You may not on prod.'));
    const release = fakeApi({ actOnSet });
    renderPart(<SetPage />, release, {
      path: '/releases/sets/:id',
      entry: '/releases/sets/s-1',
    });
    expect(await screen.findByText('Running')).toBeInTheDocument();
    expect(
      screen.getByRole('link', { name: 'claims-api' }),
    ).toBeInTheDocument();
    const stop = screen.getByRole('button', { name: 'Move nothing more' });
    await userEvent.click(stop);
    expect(await screen.findByRole('alert')).toHaveTextContent('on Prod.');
    await userEvent.click(stop);
    expect(release.actOnSet).toHaveBeenCalledWith('s-1', 'stop');
  });
});
