import { renderInTestApp } from '@backstage/frontend-test-utils';
import { screen, waitFor } from '@testing-library/react';
import { Shell } from './Shell';

function renderShell(local: boolean, page: JSX.Element) {
  return renderInTestApp(
    <Shell nav={<nav aria-label="Main" />}>{page}</Shell>,
    {
      config: { careplane: { local } },
    },
  );
}

describe('the frame of every page', () => {
  it('says on every page of a local demo that AWS is the sandbox', async () => {
    const first = renderShell(true, <p>page</p>);
    expect(
      await screen.findByRole('complementary', { name: 'Local demo' }),
    ).toHaveTextContent('AWS is the sandbox on this machine');
    first.unmount();

    renderShell(false, <p>page</p>);
    expect(await screen.findByText('page')).toBeInTheDocument();
    expect(screen.queryByText(/sandbox/)).toBeNull();
  });

  it('has exactly one main landmark, whether the page brings one or not', async () => {
    const first = renderShell(false, <p>no main of its own</p>);
    expect(await screen.findByRole('main')).toHaveTextContent('no main');
    first.unmount();

    renderShell(false, <main>its own main</main>);
    await waitFor(() => expect(screen.getAllByRole('main')).toHaveLength(1));
    expect(screen.getByRole('main').tagName).toBe('MAIN');
    expect(
      screen.getByRole('link', { name: 'Skip to content' }),
    ).toHaveAttribute('href', '#content');
  });
});
