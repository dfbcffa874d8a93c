import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import upstream from '../upstream-findings.json';

/** Findings inside upstream parts, by page and rule. The list may only shrink. */
interface UpstreamFinding {
  page: string;
  rule: string;
  node: string;
  upstream: string;
}

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/**
 * Fails on any WCAG 2.2 AA violation of the page as it stands, in light and in
 * dark, except those inside upstream parts that `upstream-findings.json` lists.
 */
export async function expectAccessible(page: Page, name: string) {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(
      () => new Promise(done => requestAnimationFrame(() => setTimeout(done, 150))),
    );
    const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
    const found = violations.flatMap(({ id, help, nodes }) =>
      nodes
        .map(node => ({ rule: id, help, node: node.target.join(' '), html: node.html.slice(0, 160), why: node.failureSummary?.split('\n')[1]?.trim() }))
        .filter(
          finding =>
            !(upstream as UpstreamFinding[]).some(
              known =>
                known.page === name &&
                known.rule === finding.rule &&
                finding.node.includes(known.node),
            ),
        ),
    );
    expect.soft(found, `${name}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}
