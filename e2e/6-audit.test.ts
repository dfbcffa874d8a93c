import { expect, type Locator, test } from '@playwright/test';
import { expectAccessible } from './portal/axe';
import { as, inOrder, RAVI } from './portal/people';

inOrder();

test('an auditor reads who changed prod, with which AWS request, and what came out', async ({
  page,
}) => {
  await as(page, RAVI);
  await page.goto('/audit');
  await page.getByRole('button', { name: /Who changed Prod today/ }).click();
  await expect(page.getByText(/record chain verified/)).toBeVisible();
  const table = page.getByRole('region', { name: 'Audit records' });
  // One line says who, what from-to, which AWS request, and what came out.
  const line = table.getByRole('row', {
    name: /visit-api · Prod · Roll back 1\.6\.0 .* → 1\.4\.0/,
  });
  await expect(line).toHaveCount(1);
  await expect(line).toContainText('Daniel Okafor');
  await expect(line).toContainText(
    /lambda:UpdateAlias [0-9a-f]{8}-[0-9a-f]{4}.*Rolled back/,
  );
  await line.getByRole('button').click();
  await expect(page.getByText(/\d+ records of this rollout/)).toBeVisible();
  await table
    .getByRole('button', { name: /^AWS write/ })
    .first()
    .click();
  await expectAccessible(page, 'audit', { narrow: true });
});

test('what moved nothing is left out of the changes of a day, and shown when it is asked for', async ({
  page,
}) => {
  await as(page, RAVI);
  await page.goto('/audit');
  await page.getByRole('button', { name: /Who changed Prod today/ }).click();
  const changes = page.getByRole('checkbox', {
    name: 'Without refused attempts and rehearsals',
  });
  await expect(changes).toBeChecked();
  expect(new URL(page.url()).searchParams.get('changes')).toBe('true');
  await page.getByRole('combobox', { name: 'Stage' }).selectOption('QA');
  const table = page.getByRole('region', { name: 'Audit records' });
  const moved = table.getByRole('row', { name: /visit-api · QA · Promote/ });
  const rehearsed = table.getByRole('row', {
    name: /eligibility-web · QA · Rollback rehearsed/,
  });
  await expect(moved.first()).toBeVisible();
  await expect(rehearsed).toHaveCount(0);
  await changes.uncheck();
  await expect(rehearsed.first()).toBeVisible();
  await expect(moved.first()).toBeVisible();
});

test('on a phone the records begin on the first screen, and the filters are a tap away', async ({
  page,
}) => {
  await as(page, RAVI);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto('/audit');
  await page.getByRole('button', { name: /Who changed Prod today/ }).click();
  await expect(page.getByText(/record chain verified/)).toBeVisible();
  const line = page
    .getByRole('region', { name: 'Audit records' })
    .getByRole('row', { name: /visit-api · Prod/ });
  const top = async (of: Locator) => (await of.boundingBox())?.y ?? Infinity;
  const bar = page.getByRole('navigation').last();
  await expect
    .poll(async () => (await top(line.first())) < (await top(bar)))
    .toBe(true);
  const stage = page.getByRole('combobox', { name: 'Stage' });
  await expect(stage).toBeHidden();
  await page.getByRole('button', { name: 'Filters (4 set)' }).click();
  await expect(stage).toHaveValue('prod');
  await expectAccessible(page, 'audit', { narrow: true });
});
