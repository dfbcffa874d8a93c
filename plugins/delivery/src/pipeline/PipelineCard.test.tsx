import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type {
  EntityDelivery,
  PipelineStatus,
} from '@careplane/backstage-plugin-delivery-common';
import { nothing, show } from '../__testUtils__/show';
import { PipelineCard } from './PipelineCard';

const arn = 'arn:aws:codepipeline:us-east-1:111111111111:intake-worker';
const pipeline: PipelineStatus = {
  arn,
  name: 'intake-worker',
  url: 'https://us-east-1.console.aws.amazon.com/p',
  state: 'failed',
  execution: {
    id: 'e-2',
    state: 'failed',
    startedAt: '2026-11-20T12:00:00.000Z',
    durationSeconds: 80,
    revision: '0123456789abcdef0123456789abcdef01234567',
    revisionSummary: 'Fix claim dates',
  },
  stages: [
    {
      name: 'Source',
      state: 'succeeded',
      actions: [
        {
          stage: 'Source',
          name: 'Checkout',
          category: 'Source',
          provider: 'CodeCommit',
          state: 'succeeded',
          durationSeconds: 4,
        },
      ],
    },
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
          buildId: 'intake-worker-build:1',
          error: 'Build terminated with state: FAILED',
          url: 'ftp://files.example/x',
        },
      ],
    },
    {
      name: 'Deploy',
      state: 'not-run',
      transitionDisabledReason: 'freeze until Monday',
      actions: [],
    },
  ],
  recent: [
    { id: 'e-2', state: 'failed' },
    { id: 'e-1', state: 'succeeded' },
  ],
};

const failed: EntityDelivery = {
  ...nothing,
  pipelines: {
    state: 'ok',
    asOf: new Date().toISOString(),
    items: [pipeline],
  },
};

describe('PipelineCard', () => {
  it('lists stages and actions in order, each state as a word', async () => {
    await show(<PipelineCard />, { delivery: failed });
    const stages = await screen.findByRole('list', {
      name: 'Stages of intake-worker',
    });
    expect(screen.getByRole('heading', { level: 2 })).toHaveTextContent(
      'Pipeline',
    );
    expect(screen.getByText('intake-worker failed in Build.')).toBeVisible();
    const items = within(stages)
      .getAllByRole('listitem')
      .filter(item => item.parentElement === stages);
    expect(items.map(item => item.textContent)).toEqual([
      expect.stringMatching(/^SourceSucceeded.*CheckoutCodeCommitSucceeded4 s/),
      expect.stringMatching(/^BuildFailed.*CompileCodeBuildFailed/),
      expect.stringMatching(
        /^DeployNot runTransition disabled: freeze until Monday/,
      ),
    ]);
    expect(screen.getByText('0123456')).toHaveAttribute(
      'title',
      '0123456789abcdef0123456789abcdef01234567',
    );
    expect(screen.getByText('None among the last 100 runs')).toBeVisible();
    // An address that is no web page never becomes a link.
    expect(screen.queryByRole('link', { name: 'Compile' })).toBeNull();
  });

  it('opens a failed action at its cause, and not before it is asked', async () => {
    const { api } = await show(<PipelineCard />, {
      delivery: failed,
      cause: async () => ({
        buildId: 'intake-worker-build:1',
        phase: 'BUILD',
        message: 'Error while executing command: npm test. Reason: exit 1',
        firstErrorLine: 'TypeError: boom',
        firstErrorOf: 'claims › rejects without member',
        logTail: ['> npm test', '  TypeError: boom', 'done'],
        truncated: true,
        commit: 'abcdef0123456789abcdef0123456789abcdef01',
        lastGreen: { executionId: 'e-0', revision: 'fedcba9876543210' },
      }),
    });
    const open = await screen.findByRole('button', {
      name: 'Why did Compile fail?',
    });
    expect(api.getFailureCause).not.toHaveBeenCalled();
    expect(screen.queryByRole('button', { name: /Retry/ })).toBeNull();

    await userEvent.click(open);
    expect(await screen.findByText('TypeError: boom')).toBeVisible();
    expect(screen.getByText('claims › rejects without member')).toBeVisible();
    expect(api.getFailureCause).toHaveBeenCalledWith(
      'component:default/intake-worker',
      { pipelineArn: arn, buildId: 'intake-worker-build:1' },
      expect.anything(),
    );
    expect(
      screen.getByRole('region', {
        name: 'Last 3 lines of the log, redacted',
      }),
    ).toHaveTextContent('→ TypeError: boom');
    expect(screen.getByText('BUILD')).toBeVisible();
    expect(screen.getByText('abcdef0')).toBeVisible();
    expect(screen.getByText('fedcba9')).toBeVisible();
    expect(screen.getByText('Earlier lines are in AWS.')).toBeVisible();
  });

  it('says why a cause cannot be read', async () => {
    await show(<PipelineCard />, {
      delivery: failed,
      cause: () => Promise.reject(new Error('Too many build logs.')),
    });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Why did Compile fail?' }),
    );
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'The cause cannot be read: Too many build logs.',
    );
  });

  it('offers Retry to who may, and asks the release backend for it', async () => {
    const { api, backend } = await show(<PipelineCard />, {
      delivery: failed,
      mayRetry: true,
    });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Retry Build' }),
    );
    expect(api.retry).toHaveBeenCalledWith({
      entityRef: 'component:default/intake-worker',
      pipelineArn: arn,
      stage: 'Build',
      executionId: 'e-2',
    });
    expect(await screen.findByText('Build was started again.')).toBeVisible();
    expect(backend.refresh).toHaveBeenCalled();
  });
});
