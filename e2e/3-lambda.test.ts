import { expect, test } from '@playwright/test';
import { expectAccessible } from './portal/axe';
import { as, DANIEL, inOrder, PROD, service, SOFIA } from './portal/people';
import { aliasVersion, updateStack } from './portal/sandbox';

inOrder();

test('a release goes from dev to qa all at once, and to prod as a canary that is watched and completed', async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const daniel = await (await browser.newContext()).newPage();
  await as(daniel, DANIEL);
  await daniel.goto(service('visit-api'));
  await daniel.getByRole('button', { name: 'Promote 1.6.0 to QA…' }).click();
  await expect(daniel.getByText(/Gates \(10 of 10 pass\)/)).toBeVisible();
  await expectAccessible(daniel, 'promote dialog');
  await daniel
    .getByRole('button', { name: 'Promote 1.6.0 to QA', exact: true })
    .click();
  await expect(
    daniel.getByRole('heading', { name: /All of QA traffic is on 1.6.0/ }),
  ).toBeVisible({ timeout: 60_000 });

  await daniel.goto(service('visit-api'));
  await expect(daniel.getByText('Tests passed')).toBeVisible({
    timeout: 90_000,
  });
  await expectAccessible(daniel, 'stage whose tests passed', { narrow: true });
  await daniel.getByRole('button', { name: 'Promote 1.6.0 to Prod…' }).click();
  await daniel.getByRole('radio', { name: /Canary/ }).check();
  await daniel.getByRole('button', { name: /Request approval/ }).click();
  await expect(daniel.getByText('Waiting for approval').first()).toBeVisible({
    timeout: 60_000,
  });
  await expectAccessible(daniel, 'rollout that waits for approval');
  const rollout = daniel.url();

  const sofia = await (await browser.newContext()).newPage();
  await as(sofia, SOFIA);
  await sofia.goto('/releases');
  await expect(
    sofia.getByRole('heading', { name: 'Waiting for me' }),
  ).toBeVisible();
  await sofia.goto(new URL(rollout).pathname);
  await sofia.getByRole('button', { name: /Approve 1.6.0 for Prod/ }).click();

  const before = await aliasVersion(PROD, 'visit-api');
  await expect(
    daniel.getByRole('heading', { name: /10 % of Prod traffic is on 1.6.0/ }),
  ).toBeVisible({ timeout: 60_000 });
  await expectAccessible(daniel, 'canary under way');
  expect(await aliasVersion(PROD, 'visit-api')).toBe(before);
  await daniel
    .getByRole('textbox', { name: /Why go on before/ })
    .fill('Checked by hand');
  await daniel
    .getByRole('button', { name: /Send all traffic to 1.6.0/ })
    .click();
  await expect(
    daniel.getByRole('heading', { name: /All of Prod traffic is on 1.6.0/ }),
  ).toBeVisible({ timeout: 60_000 });
  await expect.poll(() => aliasVersion(PROD, 'visit-api')).not.toBe(before);
});

test('prod goes back in two clicks, is held, and stays where it is', async ({
  page,
}) => {
  test.setTimeout(180_000);
  await as(page, DANIEL);
  await page.goto(service('visit-api'));
  await expect(page.getByText('1.6.0').first()).toBeVisible();
  const before = await aliasVersion(PROD, 'visit-api');
  await page.getByRole('button', { name: 'Roll back Prod…' }).click();
  await expect(page.getByRole('radio', { name: /1.4.0/ })).toBeChecked();
  await expectAccessible(page, 'rollback dialog');
  await page.getByRole('button', { name: 'Roll back Prod to 1.4.0' }).click();
  await expect(
    page.getByRole('heading', { name: /All of Prod traffic is back on 1.4.0/ }),
  ).toBeVisible({ timeout: 60_000 });
  const after = await aliasVersion(PROD, 'visit-api');
  expect(after).not.toBe(before);

  await page.goto(service('visit-api'));
  await expect(page.getByText(/Prod held at 1.4.0/i)).toBeVisible();
  await expectAccessible(page, 'service with a held target');

  const ended = await updateStack(PROD, 'svc-visit-api', {
    ReleaseVersion: 'by hand',
  });
  expect(ended).toMatch(/^UPDATE_(ROLLBACK_)?COMPLETE$/);
  expect(await aliasVersion(PROD, 'visit-api')).toBe(after);
});
