import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type {
  AuditQuery,
  EvidenceRecord,
} from '@careplane/backstage-plugin-release-common';
import { evidence } from '../__testUtils__/fixtures';
import { fakeApi, renderPart } from '../__testUtils__/render';
import { AuditPage } from './AuditPage';
import { csvHeader, csvLines } from './sentence';

const checkedAt = '2026-11-23T14:05:11Z';

describe('the audit page', () => {
  it('asks what the address says, has one line a rollout, and opens its records on demand', async () => {
    const observed = evidence(7);
    const requested: EvidenceRecord = {
      ...evidence(5),
      kind: 'promote-requested',
      at: '2026-11-23T14:03:00Z',
      facts: { kind: 'promote', toVersion: '1.42.0' },
    };
    const live: EvidenceRecord = {
      ...evidence(9),
      kind: 'rollout-succeeded',
      actor: 'careplane-auto',
      at: '2026-11-23T14:08:00Z',
      facts: {
        ...observed.facts,
        kind: 'promote',
        state: 'SUCCEEDED',
        api: null,
        requestId: null,
        outcome: null,
      },
    };
    const api = fakeApi({
      queryAudit: jest.fn(async ({ rolloutId }: AuditQuery = {}) => ({
        records: rolloutId ? [live, observed, requested] : [live, observed],
        chain: { verified: true, checkedAt },
      })),
    });
    renderPart(<AuditPage />, api, {
      path: '/audit',
      entry: '/audit?stage=prod&from=2026-11-23&to=2026-11-23',
    });

    expect(await screen.findByText(/^2 records/)).toHaveTextContent(
      /record chain verified .* ✓/,
    );
    expect(api.queryAudit).toHaveBeenCalledWith(
      expect.objectContaining({
        stage: 'prod',
        from: new Date('2026-11-23T00:00:00.000').toISOString(),
        to: new Date('2026-11-23T23:59:59.999').toISOString(),
      }),
    );
    const row = await screen.findByRole('button', {
      name: 'claims-api · Prod · Promote 1.41.0 (version 41) → 1.42.0 (version 42)',
    });
    expect(screen.getAllByRole('row')).toHaveLength(2);
    // One row says who asked, who approved, with which request, what came out.
    const whole = row.closest('tr');
    expect(whole).toHaveTextContent(
      /daniel.okafor.*sofia.rossi.*lambda:UpdateAlias req-123.*Live/,
    );
    expect(within(whole!).getByTitle(/2026-11-23 14:08:00 UTC/)).toBeVisible();
    await userEvent.click(row);
    expect(row).toHaveAttribute('aria-expanded', 'true');
    expect(
      await screen.findByText('3 records of this rollout'),
    ).toBeInTheDocument();
    const kinds = within(screen.getByRole('list')).getAllByRole('button');
    expect(kinds.map(button => button.textContent)).toEqual([
      'Promote requested',
      'AWS write lambda:UpdateAlias',
      'Live',
    ]);
    await userEvent.click(kinds[1]);
    expect(
      screen.getByRole('button', { name: /Copy Record hash/ }),
    ).toBeInTheDocument();
  });

  it('says of a refused attempt what was refused, apart from the rollout that it was made on', async () => {
    const refused: EvidenceRecord = {
      ...evidence(9),
      kind: 'denied',
      actor: 'user:default/maya.lindqvist',
      facts: { act: 'promote', asked: 'complete' },
    };
    const api = fakeApi({
      queryAudit: jest.fn(async () => ({
        records: [refused, evidence(7)],
        chain: { verified: true, checkedAt },
      })),
    });
    renderPart(<AuditPage />, api, { path: '/audit', entry: '/audit' });
    const row = await screen.findByRole('button', {
      name: 'claims-api · Prod · Denied: complete a rollout',
    });
    expect(row.closest('tr')).toHaveTextContent(/Nothing was changed$/);
    expect(screen.getAllByRole('row')).toHaveLength(3);

    await userEvent.click(
      screen.getByRole('button', { name: 'Who changed Prod today' }),
    );
    expect(
      screen.getByLabelText('Without refused attempts and rehearsals'),
    ).toBeChecked();
    expect(api.queryAudit).toHaveBeenLastCalledWith(
      expect.objectContaining({ stage: 'prod', changes: true }),
    );
  });

  describe('downloading', () => {
    const saved: Blob[] = [];
    const click = jest.spyOn(HTMLAnchorElement.prototype, 'click');
    beforeEach(() => {
      saved.length = 0;
      click.mockReset();
      URL.createObjectURL = jest.fn(blob => {
        saved.push(blob as Blob);
        return 'blob:audit';
      });
      URL.revokeObjectURL = jest.fn();
    });
    const page = (first: number, size = 6_000) =>
      Array.from({ length: size }, (_, index) => evidence(first - index));
    const shown = {
      queryAudit: async () => ({
        records: page(12_000, 1),
        next: 11_999,
        chain: { verified: true, checkedAt },
      }),
    };

    it('holds every record that fits, however many', async () => {
      const exportAudit = jest.fn(async function* all() {
        yield page(12_000);
        yield page(6_000);
      });
      const api = fakeApi({ ...shown, exportAudit });
      renderPart(<AuditPage />, api, {
        path: '/audit',
        entry: '/audit?stage=prod',
      });
      await userEvent.click(
        await screen.findByRole('button', { name: 'Download CSV' }),
      );
      await waitFor(() => expect(saved).toHaveLength(1));
      expect(exportAudit).toHaveBeenCalledWith(
        expect.objectContaining({ stage: 'prod' }),
        expect.anything(),
      );
      expect((await saved[0].text()).split('\r\n')).toHaveLength(12_001);

      await userEvent.click(
        await screen.findByRole('button', { name: 'Download JSON' }),
      );
      await waitFor(() => expect(saved).toHaveLength(2));
      const whole = JSON.parse(await saved[1].text());
      expect(whole).toMatchObject({ query: { stage: 'prod' }, complete: true });
      expect(whole.records).toHaveLength(12_000);
      expect(screen.queryByRole('alert')).toBeNull();
    });

    it('saves nothing where the backend broke off, and says so', async () => {
      const api = fakeApi({
        ...shown,
        async *exportAudit() {
          yield page(12_000, 2);
          throw new Error('The export broke off and is not complete.');
        },
      });
      renderPart(<AuditPage />, api, { path: '/audit', entry: '/audit' });
      await userEvent.click(
        await screen.findByRole('button', { name: 'Download CSV' }),
      );
      expect(await screen.findByRole('alert')).toHaveTextContent(
        /broke off.*Nothing was saved/,
      );
      expect(click).not.toHaveBeenCalled();
    });
  });

  it('puts filters into the address, short names completed', async () => {
    const api = fakeApi();
    renderPart(<AuditPage />, api, { path: '/audit', entry: '/audit' });
    await userEvent.type(
      await screen.findByRole('textbox', { name: 'Person' }),
      'maya.chen',
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Apply filters' }),
    );
    await waitFor(() =>
      expect(api.queryAudit).toHaveBeenCalledWith(
        expect.objectContaining({ actor: 'user:default/maya.chen' }),
      ),
    );
    expect(screen.getByLabelText('address')).toHaveTextContent(
      '/audit?actor=user%3Adefault%2Fmaya.chen',
    );
  });

  it('folds the filters away where there is no room, and says how many are set', async () => {
    renderPart(<AuditPage />, fakeApi(), {
      path: '/audit',
      entry: '/audit?stage=prod&changes=true&utm=x',
    });
    const fold = await screen.findByRole('button', { name: 'Filters (2 set)' });
    const form = screen.getByRole('form', { name: 'Filters' });
    expect(fold).toHaveAttribute('aria-controls', form.id);
    expect(fold).toHaveAttribute('aria-expanded', 'false');
    expect(form).toHaveAttribute('data-open', 'false');
    await userEvent.click(fold);
    expect(fold).toHaveAttribute('aria-expanded', 'true');
    expect(form).toHaveAttribute('data-open', 'true');
    await userEvent.click(
      screen.getByRole('button', { name: 'Clear filters' }),
    );
    expect(screen.getByRole('button', { name: 'Filters' })).toBeVisible();
  });

  it('says whether an absence can be trusted, and shouts when the chain is broken', async () => {
    const first = renderPart(<AuditPage />, fakeApi(), {
      path: '/audit',
      entry: '/audit',
    });
    expect(
      await screen.findByText(/complete and verified/),
    ).toBeInTheDocument();
    first.unmount();

    const broken = fakeApi({
      queryAudit: async () => ({
        records: [],
        chain: { verified: false, checkedAt, firstBadPosition: 12 },
      }),
    });
    renderPart(<AuditPage />, broken, { path: '/audit', entry: '/audit' });
    const alert = await screen.findByRole('alert');
    expect(within(alert).getByText(/First bad position: 12/)).toBeVisible();
    expect(screen.getByText(/absence proves nothing/)).toBeInTheDocument();
  });

  it('exports text that a spreadsheet cannot take for a formula', () => {
    const csv =
      csvHeader +
      csvLines([{ ...evidence(7), actor: '=cmd()', kind: 'a "b"' }]);
    expect(csv).toContain(`"'=cmd()"`);
    expect(csv).toContain('"a ""b"""');
    expect(csv.split('\r\n')).toHaveLength(2);
  });
});
