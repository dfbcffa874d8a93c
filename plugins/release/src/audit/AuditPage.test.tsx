import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { evidence } from '../__testUtils__/fixtures';
import { fakeApi, renderPart } from '../__testUtils__/render';
import { AuditPage } from './AuditPage';
import { toCsv } from './sentence';

const checkedAt = '2026-11-23T14:05:11Z';

describe('the audit page', () => {
  it('asks what the address says and opens a record with its call and hashes', async () => {
    const api = fakeApi({
      queryAudit: jest.fn(async () => ({
        records: [evidence(7)],
        chain: { verified: true, checkedAt },
      })),
    });
    renderPart(<AuditPage />, api, {
      path: '/audit',
      entry: '/audit?stage=prod&from=2026-11-23&to=2026-11-23',
    });

    expect(await screen.findByText(/^1 record/)).toHaveTextContent(
      /record chain verified .* ✓/,
    );
    expect(api.queryAudit).toHaveBeenCalledWith(
      expect.objectContaining({
        stage: 'prod',
        from: '2026-11-23T00:00:00.000Z',
        to: '2026-11-23T23:59:59.999Z',
      }),
    );
    expect(screen.getByText('2026-11-23 14:05:11')).toBeInTheDocument();
    const row = screen.getByRole('button', {
      name: /claims-api · prod · aws-write-observed 1\.41\.0 \(version 41\) → 1\.42\.0 \(version 42\)/,
    });
    // One row says who asked, who approved, with which request, what came out.
    const whole = row.closest('tr');
    expect(whole).toHaveTextContent(/daniel.okafor.*sofia.rossi.*done/);
    expect(whole).toHaveTextContent('lambda:UpdateAlias req-123');
    await userEvent.click(row);
    expect(row).toHaveAttribute('aria-expanded', 'true');
    expect(screen.getAllByText(/req-123/).length).toBeGreaterThan(1);
    expect(
      screen.getByRole('button', { name: /Copy Record hash/ }),
    ).toBeInTheDocument();
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
    const csv = toCsv([{ ...evidence(7), actor: '=cmd()', kind: 'a "b"' }]);
    expect(csv).toContain(`"'=cmd()"`);
    expect(csv).toContain('"a ""b"""');
    expect(csv.split('\r\n')).toHaveLength(2);
  });
});
