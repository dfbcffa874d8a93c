export { presign, requirePresigned } from './presign';
export { AwsError } from './AwsError';
export {
  defineService,
  type InputOf,
  type OperationName,
  type Operations,
  type OutputOf,
} from './defineService';
export {
  createSandbox,
  type CreateSandboxOptions,
  type RunningSandbox,
} from './createSandbox';
export { shimFolders, templatesPath } from './paths';
export type { AwsEvent } from './events/EventHub';
export type { Fault, FaultHandle } from './control/Faults';
export type { QuotaOption, Quotas, QuotaUse } from './control/Quotas';
export type { QuotaGroup } from './control/publishedQuotas';
export type { LoggedRequest } from './control/RequestLog';
export type {
  Blobs,
  CallAs,
  CallContext,
  Collection,
  Jobs,
  Principal,
  RawRoute,
  Sandbox,
  SandboxClock,
  SandboxLog,
  ServiceDefinition,
  TrailOptions,
} from './types';
export type { TrailEvent, TrailQuery } from './trail/Trail';
