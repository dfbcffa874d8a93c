import { test, type Page } from '@playwright/test';
import { signInBrowser } from './signIn.mjs';

export const DEV = '111111111111';
export const PROD = '333333333333';

export const MAYA = 'Maya Chen';
export const DANIEL = 'Daniel Okafor';
export const SOFIA = 'Sofia Rossi';
export const RAVI = 'Ravi Patel';

/** The page of a service of the demo estate. */
export const service = (name: string, tab = '') =>
  `/catalog/default/component/${name}${tab}`;

/** Signs a person of the demo in. */
export async function as(page: Page, person: string) {
  await page.goto('/');
  await signInBrowser(page, person);
}

/** All journeys share one portal: what one does, the next ones find. */
export function inOrder() {
  test.describe.configure({ mode: 'serial' });
}
