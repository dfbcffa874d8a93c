import { defineConfig } from '@playwright/test';
import { journeyPorts } from './e2e/portal/ports';

/** Journeys run against a portal of their own, on ports of their own. */
const { portal: port } = journeyPorts();

export default defineConfig({
  testDir: 'e2e',
  timeout: 120_000,
  expect: { timeout: 20_000 },
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  reporter: process.env.CI ? [['list'], ['json']] : [['list']],
  outputDir: 'node_modules/.cache/journeys',
  globalSetup: './e2e/portal/setup.ts',
  use: {
    baseURL: process.env.CAREPLANE_JOURNEY_URL ?? `http://localhost:${port}`,
    actionTimeout: 20_000,
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
      ],
    },
  },
  projects: [{ name: 'chromium', use: { browserName: 'chromium' } }],
});
