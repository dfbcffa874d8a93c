import { expect, test } from '@playwright/test';
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
