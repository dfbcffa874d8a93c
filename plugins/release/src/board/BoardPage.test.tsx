import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { rollout, target } from '../__testUtils__/fixtures';
import { fakeApi, renderPart } from '../__testUtils__/render';
import { ReleaseHome } from '../home/HomeBlocks';
import { BoardPage } from './BoardPage';

const overview = {
  items: [
    {
      entityRef: 'component:default/claims-api',
      title: 'claims-api',
      owner: 'group:default/navigation',
      targets: [target('dev', 43), target('prod', 41)],
    },
    {
      entityRef: 'component:default/triage-rules',
      title: 'triage-rules',
      owner: 'group:default/virtual-care',
      targets: [target('prod', 9, { health: 'changed-outside' })],
    },
  ],
  attention: [
    {
      kind: 'approval' as const,
      entityRef: 'component:default/claims-api',
      stage: 'prod',
      rolloutId: 'r-1',
      sentence: '1.42.0 waits for approval.',
    },
    {
      kind: 'approval' as const,
      entityRef: 'component:default/triage-rules',
      stage: 'prod',
      rolloutId: 'r-mine',
      sentence: 'my own request.',
    },
  ],
};
const waiting = rollout({
  state: 'AWAITING_APPROVAL',
  requestedBy: 'user:default/sofia.rossi',
});
const ownRequest = rollout({ id: 'r-mine', state: 'AWAITING_APPROVAL' });

function api() {
  return fakeApi({
    getOverview: async () => overview,
    getRollouts: async () => ({ items: [waiting, ownRequest] }),
  });
}

describe('the releases board', () => {
  it('shows services by stage and filters them through the address', async () => {
    renderPart(<BoardPage />, api(), {
      path: '/releases',
      entry: '/releases?state=changed-outside',
    });
    const table = await screen.findByRole('table');
    expect(within(table).getByText('triage-rules')).toBeInTheDocument();
    expect(within(table).getByText('Changed outside')).toBeInTheDocument();
    expect(within(table).queryByText('claims-api')).toBeNull();

    await userEvent.type(
      screen.getByRole('searchbox', { name: /Filter by name/ }),
      'nothing',
    );
    await userEvent.click(
      await screen.findByRole('button', { name: 'Clear filters' }),
    );
    await waitFor(() =>
      expect(screen.getByText('2 services')).toBeInTheDocument(),
    );
  });

  it('has what needs attention first, then the others by name', async () => {
    const one = (name: string, ...targets: ReturnType<typeof target>[]) => ({
      entityRef: `component:default/${name}`,
      title: name,
      targets,
    });
    const items = [
      one('web', target('prod', 4)),
      one('alerts', target('prod', 4)),
      one('queue', target('prod', 4, { health: 'changed-outside' })),
      one('moving', target('prod', 4, { activeRolloutId: 'r-1' })),
      one('intake', target('prod', 4, { health: 'unknown' })),
    ];
    renderPart(
      <BoardPage />,
      fakeApi({ getOverview: async () => ({ items, attention: [] }) }),
      { path: '/releases', entry: '/releases' },
    );
    const table = await screen.findByRole('table');
    expect(
      within(table)
        .getAllByRole('rowheader')
        .map(cell => cell.textContent),
    ).toEqual(['intake', 'queue', 'moving', 'alerts', 'web']);
  });

  it('lists what waits for me apart from what I asked for myself', async () => {
    renderPart(<BoardPage />, api(), { path: '/releases', entry: '/releases' });
    const section = await screen.findByRole('region', {
      name: 'Waiting for me',
    });
    const links = await within(section).findAllByRole('link');
    expect(links.map(link => link.getAttribute('href'))).toEqual([
      '/releases/rollouts/r-1',
      '/releases/rollouts/r-mine',
    ]);
    expect(
      within(section).getByRole('heading', { name: 'I asked' }),
    ).toBeInTheDocument();
  });

  it('tells on Home only what this person can do something about', async () => {
    renderPart(<ReleaseHome />, api());
    expect(
      await screen.findByRole('heading', { name: 'Needs you (1)' }),
    ).toBeInTheDocument();
    expect(screen.getByText(/1\.42\.0 waits for approval/)).toBeInTheDocument();
    expect(screen.queryByText(/my own request/)).toBeNull();
  });

  it('does not say on Home that nothing needs anybody before all was read', async () => {
    const items = [
      {
        entityRef: 'component:default/claims-api',
        title: 'claims-api',
        targets: [
          target('dev', 43),
          {
            ...target('prod', 41, { health: 'unknown', current: undefined }),
            state: 'empty' as const,
            asOf: undefined,
          },
        ],
      },
    ];
    renderPart(
      <ReleaseHome />,
      fakeApi({ getOverview: async () => ({ items, attention: [] }) }),
    );
    expect(
      await screen.findByText(/reading AWS for the first time/),
    ).toBeInTheDocument();
    expect(screen.queryByText('Nothing needs you.')).toBeNull();
    expect(await screen.findByText('not read yet')).toBeInTheDocument();
    expect(screen.queryByText('Unknown')).toBeNull();
  });

  it('does not say on Home that nothing needs anybody before a service is known', async () => {
    renderPart(
      <ReleaseHome />,
      fakeApi({ getOverview: async () => ({ items: [], attention: [] }) }),
    );
    expect(
      await screen.findByText(/No service is known yet/),
    ).toBeInTheDocument();
    expect(screen.getByText(/still being read/)).toBeInTheDocument();
    expect(screen.queryByText('Nothing needs you.')).toBeNull();
  });
});
