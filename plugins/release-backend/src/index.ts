/**
 * The release engine: rollouts, intents, gates, approvals and evidence.
 *
 * @packageDocumentation
 */
export { releasePlugin as default } from './plugin';
