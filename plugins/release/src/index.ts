/**
 * Releases in the portal: the "Now" card and Releases tab of a service, the
 * releases board, rollout pages and the audit page.
 *
 * @packageDocumentation
 */
export { releasePlugin as default } from './plugin';
export { type ReleaseApi, releaseApiRef } from './api';
export { releaseTranslationRef } from './translation';
export { ReleaseHome } from './home';
