import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { expectAccessible } from './portal/axe';
import {
  aliasVersion,
  git,
  SANDBOX,
  serviceDefinition,
  updateStack,
} from './portal/sandbox';
import { signInBrowser } from './portal/signIn.mjs';

const DEV = '111111111111';
const PROD = '333333333333';
const DANIEL = 'Daniel Okafor';
const SOFIA = 'Sofia Rossi';
const MAYA = 'Maya Chen';
const RAVI = 'Ravi Patel';

const service = (name: string, tab = '') =>
  `/catalog/default/component/${name}${tab}`;

async function as(page: Page, person: string) {
  await page.goto('/');
  await signInBrowser(page, person);
}

test.describe.configure({ mode: 'serial' });

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
    name: 'Promote 1.5.0 to prod…',
    exact: true,
  });
  await expect(promote).toHaveAttribute('aria-disabled', 'true');
  await page
    .getByRole('button', { name: /Why not: Promote 1.5.0 to prod/ })
    .click();
  await expect(page.getByText(/release-managers/).first()).toBeVisible();
  await expectAccessible(page, 'why an engineer may not promote');
});

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
  await page.getByRole('textbox', { name: /Team/ }).fill('Virtual');
  await page.getByRole('option', { name: /Virtual Care/i }).click();
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

test('a release goes from dev to qa all at once, and to prod as a canary that is watched and completed', async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const daniel = await (await browser.newContext()).newPage();
  await as(daniel, DANIEL);
  await daniel.goto(service('visit-api'));
  await daniel.getByRole('button', { name: 'Promote 1.6.0 to qa…' }).click();
  await expect(daniel.getByText(/Gates \(9 of 9 pass\)/)).toBeVisible();
  await expectAccessible(daniel, 'promote dialog');
  await daniel
    .getByRole('button', { name: 'Promote 1.6.0 to qa', exact: true })
    .click();
  await expect(
    daniel.getByRole('heading', { name: /All of qa traffic is on 1.6.0/ }),
  ).toBeVisible({ timeout: 60_000 });

  await daniel.goto(service('visit-api'));
  await daniel.getByRole('button', { name: 'Promote 1.6.0 to prod…' }).click();
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
  await sofia.getByRole('button', { name: /Approve 1.6.0 for prod/ }).click();

  const before = await aliasVersion(PROD, 'visit-api');
  await expect(
    daniel.getByRole('heading', { name: /10 % of prod traffic is on 1.6.0/ }),
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
    daniel.getByRole('heading', { name: /All of prod traffic is on 1.6.0/ }),
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
  await page.getByRole('button', { name: 'Roll back prod…' }).click();
  await expect(page.getByRole('radio', { name: /1.4.0/ })).toBeChecked();
  await expectAccessible(page, 'rollback dialog');
  await page.getByRole('button', { name: 'Roll back prod to 1.4.0' }).click();
  await expect(
    page.getByRole('heading', { name: /All of prod traffic is back on 1.4.0/ }),
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

test('a Fargate image is promoted by digest, rolled back, and stays where it is', async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const daniel = await (await browser.newContext()).newPage();
  await as(daniel, DANIEL);
  await daniel.goto(service('eligibility-web'));
  await daniel.getByRole('button', { name: 'Promote 5.4.0 to prod…' }).click();
  await daniel.getByRole('button', { name: /Request approval/ }).click();
  await expect(daniel.getByText('Waiting for approval').first()).toBeVisible({
    timeout: 60_000,
  });
  const sofia = await (await browser.newContext()).newPage();
  await as(sofia, SOFIA);
  await sofia.goto(new URL(daniel.url()).pathname);
  await sofia.getByRole('button', { name: /Approve 5.4.0 for prod/ }).click();
  await expect(
    daniel.getByRole('heading', { name: /All of prod traffic is on 5.4.0/ }),
  ).toBeVisible({ timeout: 90_000 });

  await daniel.goto(service('eligibility-web'));
  await daniel.getByRole('button', { name: 'Roll back prod…' }).click();
  await daniel.getByRole('button', { name: 'Roll back prod to 5.3.0' }).click();
  await expect(
    daniel.getByRole('heading', {
      name: /All of prod traffic is back on 5.3.0/,
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

test('an auditor reads who changed prod, with which AWS request, and what came out', async ({
  page,
}) => {
  await as(page, RAVI);
  await page.goto('/audit');
  await page.getByRole('button', { name: /Who changed prod today/ }).click();
  await expect(page.getByText(/record chain verified/)).toBeVisible();
  const table = page.getByRole('region', { name: 'Audit records' });
  await expect(table.getByText(/Daniel Okafor/).first()).toBeVisible();
  await expect(table.getByText(/visit-api · prod/).first()).toBeVisible();
  await expect(
    table.getByText(/lambda:UpdateAlias.*[0-9a-f]{8}-[0-9a-f]{4}/).first(),
  ).toBeVisible();
  await expectAccessible(page, 'audit');
});
