import { createFrontendModule } from '@backstage/frontend-plugin-api';
import { ThemeBlueprint } from '@backstage/plugin-app-react';
import {
  createUnifiedTheme,
  genPageTheme,
  UnifiedThemeProvider,
} from '@backstage/theme';
import { RiMoonLine, RiSunLine } from '@remixicon/react';
import type { ReactNode } from 'react';
import { careplanePalette, darkTokens, lightTokens } from './palette';

function careplaneTheme(mode: 'light' | 'dark') {
  const tokens = mode === 'light' ? lightTokens : darkTokens;
  const flat = genPageTheme({
    colors: [tokens.surface, tokens.surface],
    shape: 'none',
    options: { fontColor: tokens.text },
  });
  return createUnifiedTheme({
    palette: careplanePalette(mode),
    fontFamily: 'system-ui, "Segoe UI", Roboto, Helvetica, Arial, sans-serif',
    defaultPageTheme: 'home',
    pageTheme: Object.fromEntries(
      [
        'home',
        'documentation',
        'tool',
        'service',
        'website',
        'library',
        'other',
        'app',
        'apis',
        'card',
      ].map(id => [id, flat]),
    ),
    components: {
      BackstageHeader: {
        styleOverrides: {
          header: {
            backgroundImage: 'none',
            boxShadow: 'none',
            borderBottom: `1px solid ${tokens.line}`,
          },
          subtitle: { opacity: 1 },
          type: { opacity: 1 },
        },
      },
      BackstageHeaderLabel: {
        styleOverrides: { label: { opacity: 1 }, value: { opacity: 1 } },
      },
    },
  });
}

const light = careplaneTheme('light');
const dark = careplaneTheme('dark');

function LightProvider(props: { children?: ReactNode }) {
  return (
    <UnifiedThemeProvider theme={light}>{props.children}</UnifiedThemeProvider>
  );
}

function DarkProvider(props: { children?: ReactNode }) {
  return (
    <UnifiedThemeProvider theme={dark}>{props.children}</UnifiedThemeProvider>
  );
}

/** Light and dark. Until a person chooses one, the system's setting decides. */
export const themeModule = createFrontendModule({
  pluginId: 'app',
  extensions: [
    ThemeBlueprint.make({
      name: 'light',
      params: {
        theme: {
          id: 'light',
          title: 'Light',
          variant: 'light',
          icon: <RiSunLine />,
          Provider: LightProvider,
        },
      },
    }),
    ThemeBlueprint.make({
      name: 'dark',
      params: {
        theme: {
          id: 'dark',
          title: 'Dark',
          variant: 'dark',
          icon: <RiMoonLine />,
          Provider: DarkProvider,
        },
      },
    }),
  ],
});
