/**
 * Wire types, permissions, words and client of the release plugin: what its
 * HTTP API, its actions and its front end exchange. Isomorphic. Times are ISO
 * 8601 in UTC. Weights are fractions, 0 to 1, of the traffic of a target. The
 * words are those of the glossary in `docs/extend/words.md`.
 *
 * @packageDocumentation
 */
export * from './targets';
export * from './releases';
export * from './strategies';
export * from './gates';
export * from './preview';
export * from './rollouts';
export * from './evidence';
export * from './overview';
export * from './sets';
export * from './deploymentConfigs';
export * from './permissions';
export * from './words';
export * from './ReleaseClient';
export * from './ownership';
export * from './drills';
export * from './stageTests';
export * from './configuration';
