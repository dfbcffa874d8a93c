import { expect, test } from '@playwright/test';
import { expectAccessible } from './portal/axe';
import { as, inOrder, MAYA, service } from './portal/people';
import { signInBrowser } from './portal/signIn.mjs';

inOrder();

test('a visitor whose identity provider does not answer reads so, and how to try again', async ({
  page,
}) => {
  let answer = () => {};
  const silent = new Promise<void>(done => {
    answer = done;
  });
  await page.clock.install();
  await page.route('**/api/auth/oidc/refresh**', async route => {
    await silent;
    await route.abort();
  });
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeAttached();
  await page.clock.fastForward(9_000);
  await expect(page.getByRole('status')).toContainText(
    'identity provider has not answered yet',
  );
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
  await expectAccessible(page, 'sign-in that waits', { narrow: true });
  answer();
  const opened = page.waitForEvent('popup');
  await page.getByRole('button', { name: /^Sign in/ }).click();
  await (await opened).close();
  await page.clock.fastForward(1_000);
  await expect(page.getByRole('alert')).toContainText(
    'closed before it had finished',
  );
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
});

test('a visitor signs in as an engineer and finds the estate', async ({
  page,
}) => {
  await page.goto('/');
  await expect(page.getByText('Local demo.')).toBeVisible();
  await expectAccessible(page, 'sign-in');
  await signInBrowser(page, MAYA);
  await expect(
    page.getByText('AWS is the sandbox on this machine'),
  ).toBeVisible();
  await expect(page.getByRole('link', { name: 'visit-api' })).toBeVisible();
  await expectAccessible(page, 'home');

  await page.goto('/releases');
  const board = page.getByRole('table');
  await expect(board.getByRole('row', { name: /triage-rules/ })).toContainText(
    'Changed outside',
  );
  await expectAccessible(page, 'releases board');

  await page.goto('/catalog?filters[kind]=component&filters[user]=all');
  for (const name of [
    'visit-api',
    'triage-rules',
    'video-gateway',
    'claims-api',
    'intake-worker',
    'eligibility-web',
  ]) {
    await expect(
      page.getByRole('link', { name, exact: true }).first(),
    ).toBeVisible();
  }
  await expectAccessible(page, 'catalog');
});

test('everybody sees pipeline, quality gate and images, each with its cause', async ({
  page,
}) => {
  await as(page, MAYA);

  await page.goto(service('intake-worker'));
  await expect(page.getByText('intake-worker failed in Build.')).toBeVisible({
    timeout: 60_000,
  });
  await page.getByRole('button', { name: 'Why did Build fail?' }).click();
  await expect(page.getByText(/form in Spanish/).first()).toBeVisible();
  await expectAccessible(page, 'service with a failed pipeline');

  await page.goto(service('claims-api'));
  await expect(
    page.getByText(/The quality gate of claims-api failed/),
  ).toBeVisible({ timeout: 60_000 });
  await expect(
    page.getByText(/Coverage on new code: [\d.]+ %, needs at least 80 %/),
  ).toBeVisible();
  await expectAccessible(page, 'service with a failed quality gate');

  await page.goto(service('video-gateway'));
  await expect(page.getByText(/2 critical/i).first()).toBeVisible();
  await expectAccessible(page, 'service with critical findings');
});

test('an engineer sees the prod button and reads who may use it', async ({
  page,
}) => {
  await as(page, MAYA);
  await page.goto(service('visit-api'));
  const promote = page.getByRole('button', {
    name: 'Promote 1.5.0 to Prod…',
    exact: true,
  });
  await expect(promote).toHaveAttribute('aria-disabled', 'true');
  await page
    .getByRole('button', { name: /Why not: Promote 1.5.0 to Prod/ })
    .click();
  await expect(page.getByText(/release-managers/).first()).toBeVisible();
  await expectAccessible(page, 'why an engineer may not promote');
});
