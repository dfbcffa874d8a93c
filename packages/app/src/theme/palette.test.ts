import { readFileSync } from 'fs';
import { join } from 'path';
import { darkTokens, lightTokens } from './palette';

const css = readFileSync(join(__dirname, 'tokens.css'), 'utf8');

function cssTokens(selector: string): Record<string, string> {
  const start = css.indexOf(selector);
  const block = css.slice(css.indexOf('{', start), css.indexOf('}', start));
  return Object.fromEntries(
    [...block.matchAll(/--cp-([\w-]+): (#[0-9a-f]{6});/g)].map(match => [
      match[1],
      match[2],
    ]),
  );
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5]
    .map(at => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (hi + 0.05) / (lo + 0.05);
}

describe.each([
  ['light', ":root,\n[data-theme-mode='light']", lightTokens],
  ['dark', "\n[data-theme-mode='dark']", darkTokens],
] as const)('the %s theme', (_name, selector, tokens) => {
  const inCss = cssTokens(selector);

  it('gives Material UI the same values as the style sheet', () => {
    expect(inCss).toEqual(expect.objectContaining(tokens));
  });

  it('keeps text at a contrast of 4.5 on background, surface and its own tint', () => {
    const states = ['run', 'ok', 'warn', 'bad', 'hold', 'off', 'prod'];
    const pairs = [
      ...['text', 'muted', 'link', ...states].flatMap(name => [
        [name, 'bg'],
        [name, 'surface'],
      ]),
      ...states.map(name => [name, `${name}-tint`]),
      ['text', 'off-tint'],
      ['muted', 'off-tint'],
      ['on-link', 'link'],
      ['on-link', 'link-hover'],
    ];
    const weak = pairs.filter(([a, b]) => contrast(inCss[a], inCss[b]) < 4.5);
    expect(weak).toEqual([]);
    expect(contrast(inCss.border, inCss.surface)).toBeGreaterThanOrEqual(3);
  });
});
