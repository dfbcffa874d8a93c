/**
 * Careplane's permission policy, as a module or as parts of another policy.
 *
 * @packageDocumentation
 */
export { permissionModuleCareplane as default } from './module';
export { CareplanePolicy, readGroups } from './CareplanePolicy';
export type { PolicyGroups } from './CareplanePolicy';
export { audienceOf, WRITE_RULES } from './rules';
export type { Audience } from './rules';
