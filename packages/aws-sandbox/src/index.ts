/**
 * A local AWS over its real wire protocols.
 *
 * @packageDocumentation
 */
export { startSandbox, type StartSandboxOptions } from './startSandbox';
export type {
  Collection,
  Fault,
  Principal,
  RunningSandbox,
  Sandbox,
  TrailEvent,
} from './core';
export {
  startSonarQubeServer,
  type SonarQubeServer,
  type SonarQubeServerOptions,
} from './sonarqube';
