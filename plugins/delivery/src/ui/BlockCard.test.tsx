import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type {
  Block,
  EntityDelivery,
  ImageStatus,
} from '@careplane/backstage-plugin-delivery-common';
import { DeliveryTab } from '../DeliveryTab';
import { ImagesCard } from '../images/ImagesCard';
import { QualityCard } from '../quality/QualityCard';
import { nothing, show } from '../__testUtils__/show';

const now = new Date().toISOString();
const image = (fields: Partial<ImageStatus>): ImageStatus => ({
  repositoryArn: 'arn:aws:ecr:us-east-1:111111111111:repository/web',
  repositoryName: 'web',
  digest: `sha256:${'a1b2c3d4'.repeat(8)}`,
  tags: ['1.4.0', 'latest'],
  pushedAt: now,
  sizeBytes: 84_000_000,
  scan: 'complete',
  severities: { critical: 2, high: 0, medium: 7 },
  url: 'https://us-east-1.console.aws.amazon.com/ecr',
  ...fields,
});
const images = (block: Block<ImageStatus>): EntityDelivery => ({
  ...nothing,
  images: block,
});

describe('a block', () => {
  it('says which lines configure it', async () => {
    await show(<QualityCard />, {
      delivery: {
        ...nothing,
        quality: {
          state: 'not-configured',
          missingAnnotations: ['sonarqube.org/project-key'],
          items: [],
        },
      },
    });
    expect(await screen.findByText('Not configured.')).toBeVisible();
    expect(
      screen.getByText('sonarqube.org/project-key: <project key>'),
    ).toBeVisible();
  });

  it('names the permission that is missing, and who lacks it', async () => {
    await show(<ImagesCard />, {
      delivery: images({
        state: 'denied',
        message: 'AWS denied ecr:DescribeImages.',
        missingPermission: 'ecr:DescribeImages',
        deniedTo: 'role careplane-read in account 111111111111',
        items: [],
      }),
    });
    expect(await screen.findByText('ecr:DescribeImages')).toBeVisible();
    expect(
      screen.getByText(
        'Who lacks it: role careplane-read in account 111111111111.',
      ),
    ).toBeVisible();
  });

  it('shows stale facts as last known, and keeps them', async () => {
    await show(<ImagesCard />, {
      delivery: images({
        state: 'stale',
        asOf: '2026-11-20T12:03:00.000Z',
        message: 'The source does not answer.',
        items: [image({})],
      }),
    });
    expect(await screen.findByText(/^Last known .* retrying$/)).toHaveAttribute(
      'title',
      expect.stringContaining('2026-11-20 12:03:00 UTC'),
    );
    expect(screen.getByText('The source does not answer.')).toBeVisible();
    expect(screen.getByRole('table')).toHaveTextContent('1.4.0, latest');
  });

  it('does not blank the others when one source is dead', async () => {
    await show(<DeliveryTab />, {
      delivery: {
        ...nothing,
        pipelines: { state: 'error', message: 'AWS is down.', items: [] },
        quality: {
          state: 'ok',
          asOf: now,
          items: [
            {
              projectKey: 'web',
              instance: 'default',
              gate: 'failed',
              conditions: [
                {
                  metric: 'new_coverage',
                  title: 'Coverage on new code',
                  state: 'error',
                  actual: '71 %',
                  threshold: '80 %',
                  comparator: 'LT',
                },
                {
                  metric: 'x',
                  title: 'Issues',
                  state: 'ok',
                  actual: '0',
                  threshold: '0',
                  comparator: 'GT',
                },
              ],
              ratings: { reliability: 'A', security: 'E' },
              measures: {},
              analysedAt: now,
              url: 'https://sonar.example/dashboard?id=web',
            },
          ],
        },
      },
    });
    expect(await screen.findByText('AWS is down.')).toBeVisible();
    expect(
      screen.getByText(
        'The quality gate of web failed: 1 condition is not met.',
      ),
    ).toBeVisible();
    expect(
      screen
        .getByRole('list', { name: 'Conditions' })
        .textContent?.startsWith(
          'Not metCoverage on new code: 71 %, needs at least 80 %',
        ),
    ).toBe(true);
    expect(screen.getByText('A, very good')).toBeVisible();
    expect(screen.getByText('E, bad')).toBeVisible();
    expect(screen.getAllByText('Not measured').length).toBeGreaterThan(1);
  });

  it('never shows unknown findings as none', async () => {
    await show(<ImagesCard />, {
      delivery: images({
        state: 'ok',
        asOf: now,
        items: [
          image({ scan: 'not-scanned', severities: undefined, tags: [] }),
          image({ digest: 'sha256:b' }),
          image({ digest: 'sha256:c', severities: {} }),
          image({ digest: 'sha256:d', scan: 'failed', severities: undefined }),
        ],
      }),
    });
    const rows = (await screen.findAllByRole('row')).map(
      row => row.textContent,
    );
    expect(rows[1]).toMatch(/^No tag.*a1b2c3d.*84 MBNot scannedUnknown$/);
    expect(rows[2]).toMatch(/Scanned2 critical7 medium$/);
    expect(rows[3]).toMatch(/ScannedNo findings$/);
    expect(rows[4]).toMatch(/Scan failedUnknown$/);
    expect(
      screen.getByText('The vulnerabilities of the newest image are unknown.'),
    ).toBeVisible();
  });

  it('asks the backend once for all cards, refreshes, and tries again', async () => {
    let dead = true;
    const { backend } = await show(<DeliveryTab />, {
      delivery: async () => {
        if (dead) throw new Error('502');
        return images({ state: 'empty', asOf: now, items: [] });
      },
    });
    const again = await screen.findAllByRole('button', { name: 'Try again' });
    expect(again).toHaveLength(3);
    expect(backend.getEntityDelivery).toHaveBeenCalledTimes(1);

    dead = false;
    await userEvent.click(again[0]);
    expect(
      await screen.findByText('The repository holds no image yet.'),
    ).toBeVisible();
    await userEvent.click(
      screen.getByRole('button', { name: 'Refresh Images' }),
    );
    expect(backend.refresh).toHaveBeenCalledWith(
      'component:default/intake-worker',
    );
    expect(await screen.findByText('Asked the source again.')).toBeVisible();
  });
});
