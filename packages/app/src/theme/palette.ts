import { palettes } from '@backstage/theme';

/** The tokens of `tokens.css` that Material UI needs as plain values. */
export const lightTokens = {
  bg: '#ffffff',
  surface: '#f6f7f9',
  text: '#1b2430',
  muted: '#536072',
  line: '#d8dde4',
  link: '#0b5cad',
  'link-hover': '#084a8c',
  'on-link': '#ffffff',
  'run-tint': '#e3effb',
  ok: '#17683a',
  warn: '#8a5300',
  'warn-tint': '#fdf1dc',
  bad: '#b3261e',
  'bad-tint': '#fce8e6',
  hold: '#6a3fb5',
  'off-tint': '#edeff2',
};

export const darkTokens: typeof lightTokens = {
  bg: '#12171e',
  surface: '#1a212b',
  text: '#e8edf3',
  muted: '#a5b1c2',
  line: '#323d4b',
  link: '#7db8f5',
  'link-hover': '#a5cff9',
  'on-link': '#0b1520',
  'run-tint': '#12283f',
  ok: '#6fd39a',
  warn: '#f2b95c',
  'warn-tint': '#37270b',
  bad: '#ff9a91',
  'bad-tint': '#3d1713',
  hold: '#c3a6f7',
  'off-tint': '#252d38',
};

/** Material UI's palette from Careplane's tokens, so that stock pages keep contrast. */
export function careplanePalette(mode: 'light' | 'dark') {
  const tokens = mode === 'light' ? lightTokens : darkTokens;
  const on = { contrastText: tokens['on-link'] };
  return {
    ...palettes[mode],
    background: { default: tokens.bg, paper: tokens.surface },
    text: { primary: tokens.text, secondary: tokens.muted },
    divider: tokens.line,
    primary: {
      main: tokens.link,
      dark: tokens['link-hover'],
      light: tokens.link,
      ...on,
    },
    secondary: { main: tokens.hold, ...on },
    error: { main: tokens.bad, ...on },
    warning: { main: tokens.warn, ...on },
    success: { main: tokens.ok, ...on },
    info: { main: tokens.link, ...on },
    status: {
      ok: tokens.ok,
      warning: tokens.warn,
      error: tokens.bad,
      running: tokens.link,
      pending: tokens.warn,
      aborted: tokens.muted,
    },
    banner: {
      info: tokens['run-tint'],
      error: tokens['bad-tint'],
      text: tokens.text,
      link: tokens.link,
      closeButtonColor: tokens.text,
      warning: tokens['warn-tint'],
    },
    border: tokens.line,
    textContrast: tokens.text,
    textVerySubtle: tokens.muted,
    textSubtle: tokens.muted,
    errorBackground: tokens['bad-tint'],
    warningBackground: tokens['warn-tint'],
    infoBackground: tokens['run-tint'],
    errorText: tokens.bad,
    infoText: tokens.link,
    warningText: tokens.warn,
    linkHover: tokens['link-hover'],
    link: tokens.link,
    navigation: {
      background: tokens.surface,
      indicator: tokens.link,
      color: tokens.muted,
      selectedColor: tokens.text,
      navItem: { hoverBackground: tokens['off-tint'] },
      submenu: { background: tokens['off-tint'] },
    },
    tabbar: { indicator: tokens.link },
  };
}
