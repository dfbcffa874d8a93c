import { createTranslationRef } from '@backstage/frontend-plugin-api';
import { common } from './words/common';
import { differences } from './words/differences';
import { drill } from './words/drill';
import { pages } from './words/pages';
import { service } from './words/service';
import { sets } from './words/sets';
import { tests } from './words/tests';

/** Every word that this plugin shows; an app may translate or change them. */
export const releaseTranslationRef = createTranslationRef({
  id: 'plugin.release',
  messages: {
    ...common,
    ...service,
    ...pages,
    ...sets,
    ...drill,
    ...tests,
    ...differences,
  },
});
