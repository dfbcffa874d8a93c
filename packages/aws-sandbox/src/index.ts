/**
 * A local AWS over its real wire protocols.
 *
 * @packageDocumentation
 */
export { startSandbox, type StartSandboxOptions } from './startSandbox';
export {
  clientOptions,
  setFunctionState,
  startAwsSandbox,
  zipOf,
  type AwsSandbox,
  type AwsSandboxOptions,
} from './testing';
export type {
  Collection,
  Fault,
  FaultHandle,
  LoggedRequest,
  Principal,
  QuotaGroup,
  QuotaOption,
  QuotaUse,
  RunningSandbox,
  Sandbox,
  TrailEvent,
} from './core';
export {
  startSonarQubeServer,
  type SonarQubeServer,
  type SonarQubeServerOptions,
} from './sonarqube';
export { installCanaryDeadline } from './seeds/demo/canaryDeadline';
