import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { rollout } from '../__testUtils__/fixtures';
import { fakeApi, renderPart } from '../__testUtils__/render';
import { RolloutPage } from './RolloutPage';

const AT = {
  path: '/releases/rollouts/:id',
  entry: '/releases/rollouts/r-1',
};

describe('the rollout page', () => {
  it('says the truth about users, and each act by its effect', async () => {
    const api = fakeApi();
    renderPart(<RolloutPage />, api, AT);
    expect(
      await screen.findByRole('heading', {
        name: '10 % of Prod traffic is on 1.42.0',
      }),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('img', {
        name: 'Observed: 10 % of traffic on 1.42.0, 90 % on 1.41.0',
      }),
    ).toBeInTheDocument();
    const running = screen
      .getAllByRole('listitem')
      .find(item => item.getAttribute('aria-current') === 'step');
    expect(running).toHaveTextContent('Watch for 5 min');

    const calls = screen.getByRole('region', { name: 'AWS calls' });
    expect(within(calls).getByText('aws-req-1')).toBeInTheDocument();
    expect(within(calls).getByText('Unresolved')).toBeInTheDocument();

    expect(
      screen.getByRole('button', { name: 'Send all traffic to 1.42.0' }),
    ).toBeEnabled();
    expect(
      screen.getByRole('button', { name: 'Return 100 % to 1.41.0' }),
    ).toBeEnabled();
    await userEvent.click(
      screen.getByRole('button', { name: 'Raise to 50 % now' }),
    );
    expect(api.act).not.toHaveBeenCalled();
    await userEvent.type(
      screen.getByRole('textbox', { name: /Why go on/ }),
      'Checked by hand',
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Raise to 50 % now' }),
    );
    expect(api.act).toHaveBeenCalledWith(
      'r-1',
      expect.objectContaining({ act: 'advance', comment: 'Checked by hand' }),
    );
  }, 20_000);

  it('calls the stage by its title in what the engine says of steps and of CodeDeploy', async () => {
    const api = fakeApi({
      getRollout: async () =>
        rollout({
          codeDeploy: {
            group: 'claims-api',
            config: 'canary',
            ended: 'CodeDeploy took prod back: an alarm.',
          },
          steps: [
            {
              id: 'deploy',
              title: 'Shift prod',
              state: 'failed',
              detail: 'prod has moved since this was asked for.',
            },
          ],
        }),
    });
    renderPart(<RolloutPage />, api, AT);
    expect(
      await screen.findByText('CodeDeploy took Prod back: an alarm.'),
    ).toBeInTheDocument();
    expect(screen.getByText('Shift Prod')).toBeInTheDocument();
    expect(
      screen.getByText('Prod has moved since this was asked for.'),
    ).toBeInTheDocument();
  });

  it('says by its title on which stage an act was refused', async () => {
    const api = fakeApi({
      act: async () => {
        throw new Error('You may not promote on prod. release-managers may.');
      },
    });
    renderPart(<RolloutPage />, api, AT);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Return 100 % to 1.41.0' }),
    );
    expect(
      await screen.findByText(/You may not promote on Prod\./),
    ).toBeInTheDocument();
  });

  it('binds an approval to the plan that was read, and asks why one declines', async () => {
    const waiting = rollout({
      state: 'AWAITING_APPROVAL',
      planHash: 'plan-hash-1',
      requestedWeight: undefined,
      acts: {
        ...rollout().acts,
        advance: { allowed: false },
        complete: { allowed: false },
        'send-back': { allowed: false },
        approve: { allowed: true },
        decline: { allowed: true },
      },
    });
    const api = fakeApi({ getRollout: async () => waiting });
    renderPart(<RolloutPage />, api, AT);

    await userEvent.click(
      await screen.findByRole('button', { name: 'Decline' }),
    );
    expect(await screen.findByText(/Say why you decline/)).toBeInTheDocument();
    expect(api.act).not.toHaveBeenCalled();

    await userEvent.click(
      screen.getByRole('button', { name: 'Approve 1.42.0 for Prod' }),
    );
    await waitFor(() =>
      expect(api.act).toHaveBeenCalledWith('r-1', {
        act: 'approve',
        comment: undefined,
        planHash: 'plan-hash-1',
      }),
    );
  });

  it('offers the choices after an outside change, and nothing else', async () => {
    const changed = rollout({
      state: 'EXTERNAL_CHANGE',
      headline: 'prod was changed outside Careplane',
      acts: {
        ...rollout().acts,
        advance: { allowed: false },
        complete: { allowed: false },
        'send-back': { allowed: true },
        adopt: { allowed: true },
        abandon: { allowed: true },
      },
    });
    renderPart(
      <RolloutPage />,
      fakeApi({ getRollout: async () => changed }),
      AT,
    );
    expect(
      await screen.findByRole('button', {
        name: 'Keep what runs now and record it',
      }),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('button', { name: 'Return 100 % to 1.41.0' }),
    ).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /^Raise to/ })).toBeNull();
  });

  it('shows the figures of a paused canary, and who must decide until when', async () => {
    const paused = rollout({
      state: 'PAUSED',
      problem: 'Too few calls.',
      pausedUntil: '2999-01-01T00:00:00Z',
      judgement: {
        verdict: 'inconclusive',
        summary: '42 more calls are needed.',
        from: '2026-11-23T09:00:00Z',
        to: '2026-11-23T09:10:00Z',
        candidate: { calls: 10, errors: 1 },
        stable: { calls: 90, errors: 0 },
        callsNeeded: 42,
      },
      alarms: [
        { name: 'claims-api-errors', state: 'ok' },
        { name: 'claims-api-slow', state: 'insufficient-data' },
      ],
    });
    renderPart(
      <RolloutPage />,
      fakeApi({ getRollout: async () => paused }),
      AT,
    );
    expect(await screen.findByText('Inconclusive')).toBeInTheDocument();
    expect(screen.getByText(/42 more calls/)).toBeInTheDocument();
    expect(
      within(
        screen.getByRole('region', {
          name: 'Calls and errors of both versions',
        }),
      ).getByRole('row', { name: '1.42.0 10 1' }),
    ).toBeInTheDocument();
    expect(
      within(screen.getByRole('list', { name: 'Alarms' })).getByText('No data'),
    ).toBeInTheDocument();
    expect(screen.getByText(/if nobody decides/)).toBeInTheDocument();
    expect(
      screen.getByRole('button', { name: 'Return 100 % to 1.41.0' }),
    ).toBeEnabled();
  });

  it('before a full minute it names no window, and once live it needs nothing', async () => {
    const judged = rollout({
      judgement: {
        verdict: 'inconclusive',
        summary: '52 more calls are needed.',
        from: '2026-11-23T09:01:00Z',
        to: '2026-11-23T09:00:00Z',
        candidate: { calls: 0, errors: 0 },
        stable: { calls: 0, errors: 0 },
        callsNeeded: 52,
      },
    });
    const { unmount } = renderPart(
      <RolloutPage />,
      fakeApi({ getRollout: async () => judged }),
      AT,
    );
    expect(await screen.findByText(/No full minute yet/)).toBeInTheDocument();
    expect(screen.getByText(/52 more calls/)).toBeInTheDocument();
    unmount();
    renderPart(
      <RolloutPage />,
      fakeApi({ getRollout: async () => ({ ...judged, state: 'SUCCEEDED' }) }),
      AT,
    );
    expect(await screen.findByText(/No full minute yet/)).toBeInTheDocument();
    expect(screen.queryByText(/52 more calls/)).toBeNull();
  });

  it('a deployment that waits in AWS: until when, what AWS does then, and both answers (INV-26)', async () => {
    const waiting = rollout({
      state: 'VERIFYING',
      headline: 'prod is moving to 1.42.0. It waits for somebody in AWS',
      pause: {
        hookId: 'hook-1',
        by: 'ecs',
        expiresAt: '2999-01-01T00:00:00Z',
        timeoutAction: 'ROLLBACK',
      },
      acts: {
        ...rollout().acts,
        advance: { allowed: false },
        complete: { allowed: false },
        continue: { allowed: true },
      },
    });
    const api = fakeApi({ getRollout: async () => waiting });
    renderPart(<RolloutPage />, api, AT);
    expect(
      await screen.findByText(/AWS goes back in .* if nobody answers/),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('button', { name: 'Return 100 % to 1.41.0' }),
    ).toBeEnabled();
    await userEvent.click(
      screen.getByRole('button', {
        name: 'Let the deployment of 1.42.0 go on',
      }),
    );
    await waitFor(() =>
      expect(api.act).toHaveBeenCalledWith(
        'r-1',
        expect.objectContaining({ act: 'continue', hookId: 'hook-1' }),
      ),
    );
  });

  it('offers no act when the rollout has ended', async () => {
    const done = rollout({
      state: 'SUCCEEDED',
      headline: 'All of prod traffic is on 1.42.0',
    });
    renderPart(<RolloutPage />, fakeApi({ getRollout: async () => done }), AT);
    await screen.findByRole('heading', {
      name: 'All of Prod traffic is on 1.42.0',
    });
    expect(screen.queryByRole('button', { name: /traffic|Return/ })).toBeNull();
  });
});
