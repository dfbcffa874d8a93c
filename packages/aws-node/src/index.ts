/**
 * AWS accounts and roles from config, SDK clients with call budgets, and error
 * mapping, as root-scoped Backstage services.
 *
 * @packageDocumentation
 */
export type {
  AwsAccount,
  AwsAccounts,
  AwsRole,
  DeliveryAccount,
} from './accounts';
export { DefaultAwsAccounts } from './accounts';
export { inBackground } from './background';
export type { AwsBudgets, BudgetUsage } from './budgets';
export { DefaultAwsBudgets } from './budgets';
export type {
  AwsClientConfig,
  AwsClientConstructor,
  AwsClients,
  AwsTarget,
} from './clients';
export { DefaultAwsClients } from './clients';
export { createEndpointGuard, isLoopbackHost } from './endpoints';
export * from './errors';
export * from './events';
export {
  awsAccountsServiceRef,
  awsClientsServiceFactory,
  awsClientsServiceFactory as default,
  awsClientsServiceRef,
} from './services';
export * from './sourceIdentity';
export type { Lane } from './TokenBucket';
export type {
  PolicyStatement,
  SessionPolicy,
  WriteSession,
} from './writeSessions';
