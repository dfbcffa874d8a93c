import { screen } from '@testing-library/react';
import { show } from '../__testUtils__/show';
import { FailingBuilds } from './FailingBuilds';

const item = {
  entityRef: 'component:default/intake-worker',
  title: 'Intake worker',
  pipelineArn: 'arn:intake',
  pipelineName: 'intake-worker',
  stage: 'Build',
  revisionSummary: 'Accept forms in Spanish',
};

describe('failing builds on Home', () => {
  it('name the service, the stage and the commit, and lead to the cause', async () => {
    await show(<FailingBuilds />, {
      failing: {
        items: [item],
        unknown: [{ entityRef: 'component:default/b', title: 'Claims API' }],
      },
    });
    expect(
      await screen.findByRole('heading', { name: 'Failing builds (1)' }),
    ).toBeVisible();
    expect(screen.getByRole('listitem')).toHaveTextContent(
      'Intake worker failed in Build – Accept forms in Spanish',
    );
    expect(
      screen.getByRole('link', { name: 'Why did Intake worker fail?' }),
    ).toBeVisible();
    expect(screen.getByText('Not known now: Claims API.')).toBeVisible();
  });

  it('count nothing before the first reading', async () => {
    await show(<FailingBuilds />, {
      failing: {
        items: [],
        unknown: [
          {
            entityRef: 'component:default/b',
            title: 'Claims API',
            pending: true,
          },
        ],
      },
    });
    expect(
      await screen.findByRole('heading', { name: 'Failing builds' }),
    ).toBeVisible();
    expect(screen.getByText(/for the first time/)).toBeVisible();
    expect(screen.queryByText(/Not known now/)).not.toBeInTheDocument();
  });

  it('are silent where all is known and nothing fails', async () => {
    const { api } = await show(<FailingBuilds />, {});
    expect(api.getFailingPipelines).toHaveBeenCalledTimes(1);
    expect(screen.queryByRole('heading')).not.toBeInTheDocument();
  });
});
