/**
 * Ports of the release engine. The engine decides; a module carries each port
 * to a vendor. Every method throws Backstage errors (`NotFoundError`,
 * `ConflictError`, `ServiceUnavailableError`, `ForwardedError` naming the
 * missing IAM action) and never a raw AWS error.
 *
 * @packageDocumentation
 */
export * from './targets';
export * from './metrics';
export * from './publishing';
export * from './deployments';
export * from './stacks';
export * from './deadlines';
export * from './releases';
export * from './owners';
export * from './pipelines';
export * from './stageTests';
export * from './extensions';
export * from './permissions';
export type { Hold } from '@careplane/backstage-plugin-release-common';
