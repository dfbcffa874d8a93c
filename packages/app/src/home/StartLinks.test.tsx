import { mockApis, renderInTestApp } from '@backstage/frontend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { screen, waitFor } from '@testing-library/react';
import { StartLinks } from './StartLinks';

describe('where to start', () => {
  it('offers only the catalog to who may not', async () => {
    renderInTestApp(<StartLinks />, {
      apis: [mockApis.permission({ authorize: AuthorizeResult.DENY })],
    });
    expect(await screen.findByRole('heading')).toHaveTextContent('Start');
    await waitFor(() =>
      expect(screen.queryByRole('link', { name: /^New/ })).toBeNull(),
    );
    expect(
      screen.getByRole('link', { name: 'Browse the catalog' }),
    ).toBeVisible();
  });
});
