import {
  appThemeApiRef,
  createFrontendModule,
  useApi,
} from '@backstage/frontend-plugin-api';
import { ThemeBlueprint } from '@backstage/plugin-app-react';
import {
  createUnifiedTheme,
  genPageTheme,
  UnifiedThemeProvider,
} from '@backstage/theme';
import { RiMoonLine, RiSunLine } from '@remixicon/react';
import { useSyncExternalStore, type ReactNode } from 'react';
import { careplanePalette, darkTokens, lightTokens } from './palette';

const PREFERS_DARK = '(prefers-color-scheme: dark)';

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

/**
 * One provider for both themes: were there two, React would build the whole page
 * anew when the system's setting changes, and a half-filled form would be lost.
 */
function CareplaneThemeProvider(props: { children?: ReactNode }) {
  const appTheme = useApi(appThemeApiRef);
  const chosen = useSyncExternalStore(
    notify => {
      const subscription = appTheme.activeThemeId$().subscribe(notify);
      return () => subscription.unsubscribe();
    },
    () => appTheme.getActiveThemeId(),
  );
  const systemIsDark = useSyncExternalStore(
    notify => {
      const query = window.matchMedia(PREFERS_DARK);
      query.addEventListener('change', notify);
      return () => query.removeEventListener('change', notify);
    },
    () => window.matchMedia(PREFERS_DARK).matches,
  );
  const isDark = chosen ? chosen === 'dark' : systemIsDark;
  return (
    <UnifiedThemeProvider theme={isDark ? dark : light}>
      {props.children}
    </UnifiedThemeProvider>
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
          Provider: CareplaneThemeProvider,
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
          Provider: CareplaneThemeProvider,
        },
      },
    }),
  ],
});
