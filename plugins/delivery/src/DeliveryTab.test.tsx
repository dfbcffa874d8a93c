import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { EntityDelivery } from '@careplane/backstage-plugin-delivery-common';
import axe from 'axe-core';
import { show } from './__testUtils__/show';
import { DeliveryTab } from './DeliveryTab';

const now = new Date().toISOString();
const full: EntityDelivery = {
  entityRef: 'component:default/intake-worker',
  pipelines: {
    state: 'ok',
    asOf: now,
    items: [
      {
        arn: 'arn:aws:codepipeline:us-east-1:111111111111:intake-worker',
        name: 'intake-worker',
        url: 'https://us-east-1.console.aws.amazon.com/p',
        state: 'failed',
        execution: {
          id: 'e-2',
          state: 'failed',
          startedAt: now,
          revision: '0123456789abcdef0123456789abcdef01234567',
        },
        stages: [
          {
            name: 'Build',
            state: 'failed',
            actions: [
              {
                stage: 'Build',
                name: 'Compile',
                category: 'Build',
                provider: 'CodeBuild',
                state: 'failed',
                buildId: 'b:1',
                error: 'exit status 1',
                url: 'https://us-east-1.console.aws.amazon.com/b',
              },
            ],
          },
          { name: 'Deploy', state: 'not-run', actions: [] },
        ],
        recent: [],
      },
    ],
  },
  quality: {
    state: 'stale',
    asOf: now,
    message: 'No answer.',
    items: [
      {
        projectKey: 'intake-worker',
        instance: 'default',
        gate: 'passed',
        conditions: [],
        ratings: { security: 'B' },
        measures: { coverage: 81.5 },
        analysedAt: now,
        url: 'https://sonar.example/dashboard?id=intake-worker',
      },
    ],
  },
  images: {
    state: 'ok',
    asOf: now,
    items: Array.from({ length: 7 }, (_, index) => ({
      repositoryArn: 'arn:aws:ecr:us-east-1:111111111111:repository/web',
      repositoryName: 'web',
      digest: `sha256:${index}`,
      tags: [`1.${index}.0`],
      pushedAt: now,
      scan: 'complete',
      severities: { critical: 1 },
      url: 'https://us-east-1.console.aws.amazon.com/i',
    })),
  },
};

const without: EntityDelivery = {
  entityRef: full.entityRef,
  pipelines: {
    state: 'not-configured',
    missingAnnotations: ['aws.amazon.com/aws-codepipeline-arn'],
    items: [],
  },
  quality: { state: 'denied', message: 'no', items: [] },
  images: { state: 'error', message: 'down', items: [] },
};

/** Contrast needs a browser; the journeys judge it there. */
async function violations() {
  const { violations: found } = await axe.run(document.body, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'],
    rules: { 'color-contrast': { enabled: false } },
  });
  return found.map(one => `${one.id}: ${one.nodes[0].html}`);
}

describe('DeliveryTab', () => {
  it('has no violation of WCAG with facts, an open cause and all images', async () => {
    await show(<DeliveryTab />, {
      delivery: full,
      mayRetry: true,
      cause: async () => ({
        buildId: 'b:1',
        phase: 'BUILD',
        firstErrorLine: 'boom',
        logTail: ['boom'],
        truncated: false,
      }),
    });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Why did Compile fail?' }),
    );
    await screen.findByText('BUILD');
    await userEvent.click(
      screen.getByRole('button', { name: 'Show all 7 images' }),
    );
    expect(screen.getAllByRole('row')).toHaveLength(8);
    expect(await violations()).toEqual([]);
  });

  it('has no violation of WCAG where nothing is known', async () => {
    await show(<DeliveryTab />, { delivery: without });
    expect(await screen.findByText('Not configured.')).toBeVisible();
    expect(await violations()).toEqual([]);
  });
});
