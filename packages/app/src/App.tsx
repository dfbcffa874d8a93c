import { createApp } from '@backstage/frontend-defaults';
import { homePlugin } from './home';
import { shellModule } from './shell';
import { signInModule } from './signIn';
import { themeModule } from './theme/themes';

/**
 * The portal. Plugins come in by being a dependency of this package
 * (`app.packages: all`); only what is the app's own is listed here.
 */
export default createApp({
  features: [homePlugin, shellModule, signInModule, themeModule],
});
