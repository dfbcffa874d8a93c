/**
 * Pipelines, quality gates and images on entity pages.
 *
 * @packageDocumentation
 */
export { FailingBuilds } from './home';
export { deliveryPlugin as default } from './plugin';
export { deliveryTranslationRef } from './translation';
