import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  entityReleases,
  permissions,
  preview,
  target,
} from '../__testUtils__/fixtures';
import { fakeApi, renderPart } from '../__testUtils__/render';
import { NowCard } from './NowCard';

describe('the Now card', () => {
  it('shows what runs on each stage and what is unusual about it', async () => {
    const releases = entityReleases();
    releases.targets[0] = { ...target('dev', 43), state: 'stale' };
    releases.targets[1] = target('qa', 42, {
      health: 'shifting',
      candidate: { revision: target('qa', 43).target.current!, weight: 0.1 },
    });
    const api = fakeApi({ getEntityReleases: async () => releases });
    renderPart(<NowCard />, api);

    const dev = await screen.findByRole('region', { name: 'Dev' });
    expect(within(dev).getByText('Unknown')).toBeInTheDocument();
    expect(within(dev).queryByText('Live')).not.toBeInTheDocument();
    expect(
      screen.getByRole('img', {
        name: 'QA: 10 % of traffic on 1.43.0, 90 % on 1.42.0',
      }),
    ).toBeInTheDocument();
    const prod = screen.getByRole('region', { name: 'Prod' });
    expect(within(prod).getByText('Live')).toBeInTheDocument();
    expect(within(prod).getByText('2 behind')).toBeInTheDocument();
  });

  it('preselects an older release to roll back to, never the one that was rolled away from', async () => {
    const releases = entityReleases();
    const prod = target('prod', 41);
    const option = (number: number) => ({
      ready: 'ready' as const,
      source: 'careplane' as const,
      ran: [],
      checks: [],
      revision: target('prod', number).target.current!,
    });
    prod.target.rollbackOptions = [
      { ...option(43), rolledAwayAt: '2026-11-22T09:00:00Z' },
      option(39),
    ];
    releases.targets[2] = prod;
    const api = fakeApi({
      getEntityReleases: async () => releases,
      preview: jest.fn(async () => ({ ...preview, kind: 'rollback' as const })),
    });
    renderPart(<NowCard />, api);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Roll back Prod…' }),
    );
    expect(screen.getAllByRole('radio')).toHaveLength(1);
    expect(screen.getByRole('radio', { name: /1\.39\.0/ })).toBeChecked();
    expect(
      screen.getByRole('heading', { name: 'Rolled away from' }),
    ).toBeInTheDocument();
    expect(
      within(screen.getByRole('dialog')).getByText('1.43.0'),
    ).toBeInTheDocument();
  });

  it('leaves an engineer the prod buttons in sight, and says who may press them', async () => {
    const api = fakeApi({
      getEntityReleases: async () =>
        entityReleases({ permissions: permissions(['dev']) }),
    });
    renderPart(<NowCard />, api);

    const button = await screen.findByRole('button', {
      name: 'Promote 1.42.0 to Prod…',
    });
    expect(button).toHaveAttribute('aria-disabled', 'true');
    expect(button).toHaveAccessibleDescription(
      'You lack the grant "promote" on Prod.',
    );
    await userEvent.click(button);
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();

    await userEvent.click(
      screen.getByRole('button', { name: 'Why not: Promote 1.42.0 to Prod…' }),
    );
    const why = await screen.findByRole('dialog');
    expect(why).toHaveTextContent('You lack the grant "promote" on Prod.');
    expect(why).toHaveTextContent('release-managers');
  });

  it('rolls prod back in two clicks, to the newest revision that is ready', async () => {
    const api = fakeApi({
      preview: jest.fn(async () => ({ ...preview, kind: 'rollback' as const })),
    });
    renderPart(<NowCard />, api);

    await userEvent.click(
      await screen.findByRole('button', { name: 'Roll back Prod…' }),
    );
    const selected = await screen.findByRole('radio', { checked: true });
    expect(selected).toHaveFocus();
    const dialog = screen.getByRole('dialog');
    expect(dialog).toHaveTextContent('ran here for 6 d 4 h');
    expect(dialog).toHaveTextContent('not watched by Careplane');
    expect(dialog).toHaveTextContent('1.40.0');
    expect(dialog).toHaveTextContent('The version is gone.');
    expect(dialog).toHaveTextContent('Afterwards Prod is held');

    await userEvent.click(
      screen.getByRole('button', { name: 'Roll back Prod to 1.39.0' }),
    );
    await waitFor(() =>
      expect(screen.getByLabelText('address')).toHaveTextContent(
        '/releases/rollouts/r-new',
      ),
    );
    expect(api.startRollout).toHaveBeenCalledTimes(1);
    expect(api.startRollout).toHaveBeenCalledWith(
      expect.objectContaining({
        entityRef: 'component:default/claims-api',
        stage: 'prod',
        kind: 'rollback',
        revisionId: '39',
        idempotencyKey: expect.any(String),
      }),
    );
  });

  it('says what a promote does, what blocks it, and sends what was chosen', async () => {
    const blocked = {
      ...preview,
      blockers: ['The gate "Tests in qa" is unknown.'],
    };
    const api = fakeApi({
      preview: jest.fn(async request =>
        request.releaseId === 'release-43' ? blocked : preview,
      ),
    });
    renderPart(<NowCard />, api);

    await userEvent.click(
      await screen.findByRole('button', { name: 'Promote 1.42.0 to Prod…' }),
    );
    const submit = await screen.findByRole('button', {
      name: 'Request approval to send 10 % of Prod to 1.42.0',
    });
    expect(screen.getByText(/1 other person must approve/)).toBeInTheDocument();
    expect(screen.getByText('Gates (1 of 2 pass)')).toBeInTheDocument();
    expect(
      screen.getByRole('radio', { name: /Linear.*No deployment group/ }),
    ).toBeDisabled();

    await userEvent.click(screen.getByRole('radio', { name: /All at once/ }));
    await userEvent.click(
      await screen.findByRole('button', {
        name: 'Request approval to promote 1.42.0 to Prod',
      }),
    );
    expect(submit).toBeDefined();
    await waitFor(() =>
      expect(api.startRollout).toHaveBeenCalledWith(
        expect.objectContaining({
          kind: 'promote',
          releaseId: 'release-42',
          strategy: { type: 'all-at-once', steps: [] },
        }),
      ),
    );
  });

  it('lists the blockers, with stages by their title, and does not start anything while there is one', async () => {
    const api = fakeApi({
      preview: async () => ({ ...preview, blockers: ['prod is frozen.'] }),
    });
    renderPart(<NowCard />, api);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Promote 1.42.0 to Prod…' }),
    );
    expect(await screen.findByText('Prod is frozen.')).toBeInTheDocument();
    const submit = screen.getByRole('button', { name: /^Request approval/ });
    await userEvent.click(submit);
    expect(submit).toBeDisabled();
    expect(api.startRollout).not.toHaveBeenCalled();
  });

  it('says by its title on which stage a rollback was refused', async () => {
    const refused = async () => {
      throw new Error('Another rollout is active on prod of claims-api.');
    };
    renderPart(<NowCard />, fakeApi({ startRollout: refused }));
    await userEvent.click(
      await screen.findByRole('button', { name: 'Roll back Prod…' }),
    );
    await userEvent.click(
      await screen.findByRole('button', { name: 'Roll back Prod to 1.39.0' }),
    );
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'Another rollout is active on Prod of claims-api.',
    );
  });

  it('says what the tests of a stage found, and runs them again', async () => {
    const releases = entityReleases();
    releases.targets[1] = target('qa', 42, {
      tested: true,
      tests: {
        id: 't1',
        stage: 'qa',
        targetArn: target('qa', 42).target.arn,
        releaseId: 'r42',
        state: 'failed',
        requestedBy: 'careplane-auto',
        requestedAt: '2026-11-22T09:00:00Z',
        message: 'The build failed in its tests.',
        url: 'https://console.example/build',
      },
    });
    const api = fakeApi({
      getEntityReleases: async () => releases,
      runTests: jest.fn(async () => {
        throw new Error('These tests are running already.');
      }),
    });
    renderPart(<NowCard />, api);
    const qa = await screen.findByRole('region', { name: 'QA' });
    expect(within(qa).getByText('Tests failed')).toBeInTheDocument();
    expect(
      within(qa).getByText('The build failed in its tests.'),
    ).toBeInTheDocument();
    expect(
      within(qa).getByRole('link', { name: /Log of the tests/ }),
    ).toHaveAttribute('href', 'https://console.example/build');
    await userEvent.click(
      within(qa).getByRole('button', { name: 'Run the tests of QA again' }),
    );
    expect(api.runTests).toHaveBeenCalledWith({
      arn: target('qa', 42).target.arn,
      entityRef: releases.entityRef,
    });
    expect(await within(qa).findByRole('alert')).toHaveTextContent(
      /not started: These tests are running already/,
    );
    expect(
      screen.queryByRole('button', { name: /Run the tests of Prod/ }),
    ).not.toBeInTheDocument();
  });

  it('shows a hold and releases it with a reason', async () => {
    const releases = entityReleases();
    releases.targets[2].target.hold = {
      by: 'user:default/daniel.okafor',
      at: '2026-11-23T03:02:00Z',
      rolloutId: 'r-0',
      reason: 'Somebody else moved prod',
    };
    const liftHold = jest.fn(async () => undefined);
    liftHold.mockRejectedValueOnce(new Error('You may not, on prod.'));
    const api = fakeApi({ getEntityReleases: async () => releases, liftHold });
    renderPart(<NowCard />, api);
    expect(await screen.findByText('Prod held at 1.41.0')).toBeInTheDocument();
    expect(screen.getByText(/Somebody else moved Prod/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Lift hold…' }));
    const submit = await screen.findByRole('button', {
      name: 'Lift the hold on Prod',
    });
    await userEvent.click(submit);
    expect(api.liftHold).not.toHaveBeenCalled();
    await userEvent.type(
      screen.getByRole('textbox', { name: /Why is it safe now/ }),
      'Fixed in 1.42.0',
    );
    await userEvent.click(submit);
    expect(await screen.findByText('You may not, on Prod.')).toBeVisible();
    await userEvent.click(submit);
    await waitFor(() =>
      expect(api.liftHold).toHaveBeenCalledWith({
        arn: releases.targets[2].target.arn,
        reason: 'Fixed in 1.42.0',
        entityRef: releases.entityRef,
      }),
    );
  });

  it('keeps what somebody else made run, once a reason is given', async () => {
    const releases = entityReleases();
    const prod = releases.targets[2].target;
    prod.outsideChange = {
      actor: 'user/console-user',
      to: { id: '40', version: '1.40.0', contentHash: 'abc' },
    };
    const api = fakeApi({ getEntityReleases: async () => releases });
    renderPart(<NowCard />, api);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Keep 1.40.0…' }),
    );
    await userEvent.type(
      screen.getByRole('textbox', { name: /Why is it right/ }),
      'Agreed on the incident call',
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Keep 1.40.0 on Prod' }),
    );
    await waitFor(() =>
      expect(api.adoptOutsideChange).toHaveBeenCalledWith({
        arn: prod.arn,
        reason: 'Agreed on the incident call',
        revisionId: '40',
        entityRef: releases.entityRef,
      }),
    );
  });

  it("says that a target is another component's, and offers nothing on it", async () => {
    const releases = entityReleases();
    const prod = releases.targets[2].target;
    prod.contest = 'The target belongs to component:default/visit-api.';
    prod.hold = {
      by: 'user:default/x',
      at: '2026-11-23T03:02:00Z',
      rolloutId: 'r',
    };
    renderPart(
      <NowCard />,
      fakeApi({ getEntityReleases: async () => releases }),
    );
    expect(
      await screen.findByText(/belongs to component:default\/visit-api/),
    ).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /hold|Prod…/ })).toBeNull();
  });

  it('says which annotations are missing, and what failed when reading fails', async () => {
    const empty = fakeApi({
      getEntityReleases: async () => entityReleases({ targets: [] }),
    });
    const first = renderPart(<NowCard />, empty);
    expect(
      await screen.findByText(/careplane\.dev\/target\.prod/),
    ).toBeInTheDocument();
    first.unmount();

    const broken = fakeApi({
      getEntityReleases: async () => {
        throw new Error('the release backend is down');
      },
    });
    renderPart(<NowCard />, broken);
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent('the release backend is down');
    expect(alert).toHaveTextContent('The rest of the portal works');
  });
});
