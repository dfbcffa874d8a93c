import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { expectAccessible } from './portal/axe';
import { as, DEV, inOrder, MAYA, service } from './portal/people';
import { git, SANDBOX } from './portal/sandbox';

inOrder();

test('an engineer creates a Lambda service that reaches dev', async ({
  page,
}) => {
  test.setTimeout(240_000);
  await as(page, MAYA);
  await page.goto('/create/templates/default/lambda-api');
  await page.getByLabel('Name').first().fill('visit-api');
  await expect(page.getByText(/taken|exists/i).first()).toBeVisible();
  await page.getByLabel('Name').first().fill('rest-planner');
  await expect(page.getByText('CodeCommit repository')).toBeVisible();
  // Her own team is chosen already.
  await expect(page.getByRole('button', { name: /Team/ })).toContainText(
    'Virtual Care (yours)',
  );
  await page
    .getByLabel('Description')
    .first()
    .fill('Suggests when to go to bed');
  await expectAccessible(page, 'create: fields');
  for (const name of ['Next', 'Review', 'Create']) {
    const button = page.getByRole('button', { name, exact: true });
    if (name === 'Next' && !(await button.isVisible())) continue;
    await button.click();
  }
  await page.waitForURL(/\/create\/tasks\//);
  await page.reload();
  await expect(
    page.getByRole('link', { name: 'Open it in the catalog' }),
  ).toBeVisible({ timeout: 180_000 });
  await expectAccessible(page, 'create: run');

  const folder = join(
    mkdtempSync(join(tmpdir(), 'careplane-clone-')),
    'rest-planner',
  );
  git(
    ['clone', '--quiet', `${SANDBOX}/git/${DEV}/v1/repos/rest-planner`, folder],
    tmpdir(),
  );
  expect(git(['log', '--oneline'], folder)).not.toBe('');
  await page.goto(service('rest-planner'));
  await expect(page.getByText('1.0.1').first()).toBeVisible({
    timeout: 60_000,
  });
});
