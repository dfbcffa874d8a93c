import { renderInTestApp } from '@backstage/frontend-test-utils';
import type { PromoteDifferences } from '@careplane/backstage-plugin-release-common';
import { screen, within } from '@testing-library/react';
import { Differences } from './Differences';

const found: PromoteDifferences = {
  mode: 'stack',
  configuration: [
    { field: 'environment', added: ['TOPIC_ARN'], removed: ['QUEUE_URL'] },
    { field: 'memory', from: '128 MB', to: '256 MB' },
    { field: 'deadLetterQueue', from: '', to: 'arn:aws:sqs:x:1:dlq' },
  ],
  untold: ['role'],
  infrastructure: [
    { action: 'Modify', resource: 'Table', type: 'AWS::DynamoDB::Table' },
  ],
};

describe('what a promote changes beside the artifact', () => {
  it('tells what a rollback brings back from what it leaves', async () => {
    renderInTestApp(<Differences differences={found} kind="lambda-alias" />);
    const code = within(
      await screen.findByRole('region', { name: 'Code and configuration' }),
    );
    expect(code.getAllByRole('listitem').map(item => item.textContent)).toEqual(
      [
        'Environment variables: new: TOPIC_ARN; gone: QUEUE_URL',
        'Memory: 128 MB → 256 MB',
        'Dead-letter queue: none → arn:aws:sqs:x:1:dlq',
      ],
    );
    expect(code.getByText('The change set will tell: Role.')).toBeVisible();
    expect(code.getByText(/back in seconds/)).toBeVisible();
    const rest = within(screen.getByRole('region', { name: 'Infrastructure' }));
    expect(rest.getByRole('listitem')).toHaveTextContent(
      'Changed: Table (AWS::DynamoDB::Table)',
    );
    expect(rest.getByText(/A rollback leaves this as it is/)).toBeVisible();
  });

  it('says that an old version which leaves the template stays in Lambda', async () => {
    renderInTestApp(
      <Differences
        differences={{
          ...found,
          infrastructure: [
            {
              action: 'Remove',
              resource: 'ReleaseVersionResource0123456789ab',
              type: 'AWS::Lambda::Version',
            },
          ],
        }}
        kind="lambda-alias"
      />,
    );
    const rest = within(
      await screen.findByRole('region', { name: 'Infrastructure' }),
    );
    expect(rest.getByRole('listitem')).toHaveTextContent(
      'the version stays in Lambda where the template retains it',
    );
  });

  it('says that only code differs, and that ECS takes one deployment to go back', async () => {
    renderInTestApp(
      <Differences
        differences={{
          mode: 'copy',
          configuration: [],
          untold: [],
          infrastructure: [],
        }}
        kind="ecs-service"
      />,
    );
    expect(await screen.findByText('Only the code differs.')).toBeVisible();
    expect(screen.getByText(/in one ECS deployment/)).toBeVisible();
    expect(screen.getByText(/the artifact is copied/)).toBeVisible();
  });

  it('what is missing is never shown as no difference', async () => {
    renderInTestApp(
      <Differences
        differences={{
          mode: 'stack',
          configuration: [],
          untold: [],
          infrastructure: [],
          missing: 'Not read yet.',
        }}
        kind="lambda-alias"
      />,
    );
    expect(await screen.findByText('Not read yet.')).toBeVisible();
    expect(screen.queryByText('Only the code differs.')).toBeNull();
    expect(screen.queryByText(/No other resource/)).toBeNull();
  });
});
