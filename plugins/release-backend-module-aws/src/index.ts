/**
 * Carries the release plugin's decisions to AWS.
 *
 * @packageDocumentation
 */
export { addAwsDrivers, releaseModuleAws as default } from './module';
