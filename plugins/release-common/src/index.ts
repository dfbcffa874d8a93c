/**
 * Wire types, permissions, words and client of the release plugin. Isomorphic.
 *
 * @packageDocumentation
 */
export * from './types';
export * from './sets';
export * from './deploymentConfigs';
export * from './permissions';
export * from './words';
export * from './ReleaseClient';
export * from './ownership';
export * from './drills';
export * from './configuration';
