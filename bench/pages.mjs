import { chromium } from '@playwright/test';
import { ensureChromium } from '../scripts/lib/chromium.mjs';
import { signInBrowser } from '../e2e/portal/signIn.mjs';

const VIEWS = 50;
const PAGES = {
  Home: '/',
  'Releases board': '/releases',
  'service page': '/catalog/default/component/visit-api',
  Audit: '/audit',
};

/** AWS calls while pages are viewed, and bytes of JavaScript on first load. */
export async function measurePages(portal, sandbox) {
  const executablePath = await ensureChromium();
  if (!executablePath) return [];
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    const context = await browser.newContext({ baseURL: portal });
    const page = await context.newPage();
    let bytes = 0;
    let files = 0;
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    const scripts = new Set();
    session.on('Network.responseReceived', ({ requestId, type }) => {
      if (type === 'Script') scripts.add(requestId);
    });
    session.on(
      'Network.loadingFinished',
      ({ requestId, encodedDataLength }) => {
        if (!scripts.has(requestId)) return;
        bytes += encodedDataLength;
        files += 1;
      },
    );
    await page.goto('/');
    await page.waitForLoadState('networkidle');
    const firstLoad = { bytes, files };
    await signInBrowser(page, 'Ravi Patel');
    await session.detach();
    const figures = [
      {
        name: 'JavaScript on first load',
        value: (firstLoad.bytes / 1024).toFixed(0),
        unit: 'KiB',
        method: `encoded bytes of ${firstLoad.files} script files until the sign-in page is idle, empty browser cache`,
      },
    ];
    const background = await callsDuring(sandbox, () =>
      page.waitForTimeout(10_000),
    );
    for (const [name, path] of Object.entries(PAGES)) {
      const calls = await callsDuring(sandbox, async () => {
        await page.goto(path);
        await page.waitForTimeout(10_000);
      });
      figures.push({
        name: `AWS calls while ${name} is viewed`,
        value: calls,
        unit: 'calls',
        method: `calls that the sandbox counted in 10 s after opening the page; ${background} in 10 s with no page opened (the poller's)`,
      });
    }
    const many = await callsDuring(sandbox, async () => {
      for (let view = 0; view < VIEWS; view++) {
        await page.goto(PAGES['service page']);
        await page.getByRole('heading', { level: 1 }).first().waitFor();
      }
    });
    figures.push({
      name: `AWS calls while the service page is opened ${VIEWS} times`,
      value: many,
      unit: 'calls',
      method:
        "calls that the sandbox counted meanwhile; all of them are the poller's",
    });
    return figures;
  } finally {
    await browser.close();
  }
}

async function callsDuring(sandbox, act) {
  const before = await countCalls(sandbox);
  await act();
  return (await countCalls(sandbox)) - before;
}

async function countCalls(sandbox) {
  const response = await fetch(`${sandbox}/_sandbox/requests`);
  return (await response.json()).last;
}
