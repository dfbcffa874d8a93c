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

const WIDE = { width: 1280, height: 720 };
const NARROW = { width: 360, height: 740 };

/**
 * Fails on any WCAG 2.2 AA violation of the page as it stands, in light and in
 * dark, except those inside upstream parts that `upstream-findings.json` lists.
 * `narrow`: also as on a phone, where nothing may run off the side.
 */
export async function expectAccessible(
  page: Page,
  name: string,
  { narrow = false } = {},
) {
  await expectNone(page, name);
  if (!narrow) return;
  await page.setViewportSize(NARROW);
  expect
    .soft(
      await page.evaluate(() => document.documentElement.scrollWidth),
      `${name}: wider than a phone`,
    )
    .toBeLessThanOrEqual(NARROW.width);
  await expectNone(page, name, ', narrow');
  await page.setViewportSize(WIDE);
}

async function expectNone(page: Page, name: string, where = '') {
  const known = (upstream as UpstreamFinding[]).filter(
    finding => finding.page === name,
  );
  const seen = new Set<UpstreamFinding>();
  // React Aria announces through short-lived nodes that axe takes for pictures.
  await expect(page.locator('[role=log] [role=img]')).toHaveCount(0);
  // Upstream shows what still loads with a nameless bar.
  await expect(page.locator('.MuiCircularProgress-root')).toHaveCount(0);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(async () => {
      await new Promise(done =>
        requestAnimationFrame(() => setTimeout(done, 150)),
      );
      // Colours on their way from one theme to the other are in neither.
      const fading = document
        .getAnimations()
        .filter(one => one instanceof CSSTransition);
      await Promise.race([
        Promise.allSettled(fading.map(one => one.finished)),
        new Promise(done => setTimeout(done, 1_000)),
      ]);
    });
    const { violations } = await new AxeBuilder({ page })
      .withTags(TAGS)
      .analyze();
    const found = violations.flatMap(({ id, help, nodes }) =>
      nodes
        .map(node => ({
          rule: id,
          help,
          node: node.target.join(' '),
          html: node.html.slice(0, 160),
          why: node.failureSummary?.split('\n')[1]?.trim(),
        }))
        .filter(finding => {
          const match = known.find(
            one => one.rule === finding.rule && finding.node.includes(one.node),
          );
          if (match) seen.add(match);
          return !match;
        }),
    );
    expect
      .soft(
        found.map(({ rule, node, why }) => `${rule}: ${node} (${why})`),
        `${name}, ${colorScheme}${where}`,
      )
      .toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  expect
    .soft(
      known.filter(finding => !seen.has(finding)),
      `${name}: listed upstream findings that are gone; remove them`,
    )
    .toEqual([]);
}
