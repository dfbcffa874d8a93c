import { screen } from '@testing-library/react';
import { fakeApi, renderPart } from '../__testUtils__/render';
import { Gates } from './Gates';

const HOUR = 3_600_000;
const soak = (sinceMs: number) => ({
  id: 'soak',
  title: 'Soak',
  state: 'fail' as const,
  summary: 'Runs on QA undisturbed since then; 1 d is asked.',
  wait: {
    since: new Date(sinceMs).toISOString(),
    until: new Date(sinceMs + 24 * HOUR).toISOString(),
  },
});

describe('gates', () => {
  it('say how much of a wait has passed and when it is over', async () => {
    renderPart(<Gates gates={[soak(Date.now() - 2.5 * HOUR)]} />, fakeApi());
    expect(
      await screen.findByText(/^2 h 30 min of 1 d so far; over at /),
    ).toBeInTheDocument();
    expect(screen.getByText('Fail')).toBeInTheDocument();
  });

  it('call stages by their titles, also in what somebody wrote', async () => {
    const quarantined = {
      id: 'quarantine',
      title: 'Quarantine',
      state: 'fail' as const,
      summary: 'Quarantined by sofia.rossi: Rolled back on prod',
    };
    renderPart(<Gates gates={[quarantined]} />, fakeApi());
    expect(await screen.findByText(/Rolled back on Prod/)).toBeVisible();
  });

  it('say no more of a wait that is over', async () => {
    renderPart(<Gates gates={[soak(Date.now() - 25 * HOUR)]} />, fakeApi());
    expect(await screen.findByText(/Runs on QA undisturbed/)).toBeVisible();
    expect(screen.queryByText(/so far/)).not.toBeInTheDocument();
  });
});
