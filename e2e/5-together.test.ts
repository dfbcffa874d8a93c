import { expect, test, type Page } from '@playwright/test';
import { expectAccessible } from './portal/axe';
import { as, DANIEL, inOrder, service } from './portal/people';

inOrder();

/** The box itself is hidden under what one sees of it. */
async function choose(page: Page, name: string) {
  await page.locator('label').filter({ hasText: name }).click();
  await expect(page.getByRole('checkbox', { name })).toBeChecked();
}

test('several services go back together, in turns, and what cannot go says why', async ({
  page,
}) => {
  await as(page, DANIEL);
  await page.goto('/releases');
  await page
    .getByRole('link', { name: 'Promote or roll back several together' })
    .click();
  await page.goto('/releases/together?stage=qa');
  // Its image has critical findings.
  await choose(page, 'video-gateway');
  await expect(page.getByRole('row', { name: /video-gateway/ })).toContainText(
    /critical/i,
  );
  await expect(
    page.getByRole('button', { name: 'Promote 1 service to QA', exact: true }),
  ).toHaveAttribute('aria-disabled', 'true');
  await expectAccessible(page, 'several services together', { narrow: true });

  await page.goto('/releases/together?stage=qa&kind=rollback');
  await choose(page, 'claims-api');
  await choose(page, 'triage-rules');
  await page.getByRole('button', { name: /Turn of triage-rules/ }).click();
  await page.getByRole('option', { name: '2' }).click();
  await page
    .getByRole('button', { name: 'Roll back 2 services on QA', exact: true })
    .click();
  await page.waitForURL(/\/releases\/sets\//);
  await expect(page.getByText('Done', { exact: true })).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByRole('row', { name: /claims-api/ })).toContainText(
    'All of QA traffic is back on 1.40.0',
  );
  await expectAccessible(page, 'a release set', { narrow: true });
});

test('a release manager reads who else writes a target, and rehearses a rollback', async ({
  page,
}) => {
  await as(page, DANIEL);
  await page.goto(service('eligibility-web', '/releases'));
  await expect(
    page.getByRole('heading', { name: 'Who else writes here' }),
  ).toBeVisible();
  await page.getByText('How this was told').first().click();
  await expectAccessible(page, 'releases of a service', { narrow: true });

  await page.getByRole('button', { name: 'Roll back QA…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /^Rehearse/ }).click();
  await expect(dialog.getByRole('status')).toContainText(/ ms/, {
    timeout: 30_000,
  });
  await expectAccessible(page, 'a rehearsed rollback', { narrow: true });
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
});
