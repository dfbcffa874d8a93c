/**
 * Careplane's entities for the catalog.
 *
 * @packageDocumentation
 */
export { catalogModuleCareplane as default } from './module';
export { CATALOG_REFRESH_TOPIC } from './module';
