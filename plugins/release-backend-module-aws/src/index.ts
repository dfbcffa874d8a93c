/**
 * Carries the release plugin's decisions to AWS.
 *
 * @packageDocumentation
 */
export { releaseModuleAws as default } from './module';
