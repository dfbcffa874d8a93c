import { expect, test } from '@playwright/test';
import { as, DANIEL, inOrder, PROD, service, SOFIA } from './portal/people';
import { serviceDefinition, updateStack } from './portal/sandbox';

inOrder();

test('a Fargate image is promoted by digest, rolled back, and stays where it is', async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const daniel = await (await browser.newContext()).newPage();
  await as(daniel, DANIEL);
  await daniel.goto(service('eligibility-web'));
  // It came to QA before anybody tested the stage.
  await daniel.getByRole('button', { name: 'Run the tests of QA' }).click();
  await expect(daniel.getByText('Tests passed')).toBeVisible({
    timeout: 90_000,
  });
  await daniel.getByRole('button', { name: 'Promote 5.4.0 to Prod…' }).click();
  await daniel.getByRole('button', { name: /Request approval/ }).click();
  await expect(daniel.getByText('Waiting for approval').first()).toBeVisible({
    timeout: 60_000,
  });
  const sofia = await (await browser.newContext()).newPage();
  await as(sofia, SOFIA);
  await sofia.goto(new URL(daniel.url()).pathname);
  await sofia.getByRole('button', { name: /Approve 5.4.0 for Prod/ }).click();
  await expect(
    daniel.getByRole('heading', { name: /All of Prod traffic is on 5.4.0/ }),
  ).toBeVisible({ timeout: 90_000 });

  await daniel.goto(service('eligibility-web'));
  await daniel.getByRole('button', { name: 'Roll back Prod…' }).click();
  await daniel.getByRole('button', { name: 'Roll back Prod to 5.3.0' }).click();
  await expect(
    daniel.getByRole('heading', {
      name: /All of Prod traffic is back on 5.3.0/,
    }),
  ).toBeVisible({ timeout: 90_000 });

  await daniel.goto(service('eligibility-web'));
  await expect(daniel.getByText(/Prod held at 5.3.0/i)).toBeVisible();
  const held = await serviceDefinition(PROD, 'eligibility-web');
  const stack = 'svc-eligibility-web';
  const certificate = `arn:aws:acm:us-east-1:${PROD}:certificate/another`;
  expect(await updateStack(PROD, stack, { CertificateArn: certificate })).toBe(
    'UPDATE_COMPLETE',
  );
  expect(await serviceDefinition(PROD, 'eligibility-web')).toBe(held);
  expect(await updateStack(PROD, stack, { LiveTaskDefinition: 'latest' })).toBe(
    'UPDATE_ROLLBACK_COMPLETE',
  );
  expect(await serviceDefinition(PROD, 'eligibility-web')).toBe(held);
});
