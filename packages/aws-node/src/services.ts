import {
  coreServices,
  createServiceFactory,
  createServiceRef,
  ServiceRef,
} from '@backstage/backend-plugin-api';
import { readDurationFromConfig } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';
import { version } from '../package.json';
import { AwsAccounts, DefaultAwsAccounts } from './accounts';
import { DefaultAwsBudgets } from './budgets';
import { AwsClients, DefaultAwsClients } from './clients';
import { createEndpointGuard } from './endpoints';

/** Accounts and roles. One per process. */
export const awsAccountsServiceRef = createServiceRef<AwsAccounts>({
  id: 'careplane.aws.accounts',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: { config: coreServices.rootConfig },
      factory: ({ config }) => DefaultAwsAccounts.fromConfig(config),
    }),
});

const createClientsFactory = (service: ServiceRef<AwsClients, 'root'>) =>
  createServiceFactory({
    service,
    deps: { config: coreServices.rootConfig, accounts: awsAccountsServiceRef },
    factory: ({ config, accounts }) => {
      const maxWait = config.has('aws.budgets.maxWait')
        ? durationToMilliseconds(
            readDurationFromConfig(config, { key: 'aws.budgets.maxWait' }),
          )
        : 30_000;
      return new DefaultAwsClients(
        accounts,
        new DefaultAwsBudgets({
          minimumShare:
            config.getOptionalNumber('aws.budgets.minimumShare') ?? 0.2,
          maxWaitMs: maxWait,
        }),
        {
          version,
          guard: createEndpointGuard({
            local: config.getOptionalBoolean('careplane.local') ?? false,
            env: process.env,
          }),
        },
      );
    },
  });

/** Clients and call budgets. One per process, so that plugins share both. */
export const awsClientsServiceRef = createServiceRef<AwsClients>({
  id: 'careplane.aws.clients',
  scope: 'root',
  defaultFactory: async service => createClientsFactory(service),
});

/**
 * Added to a backend, it makes a bad endpoint or account fail at start and not
 * at the first call. Without it the services start when first needed.
 */
export const awsClientsServiceFactory =
  createClientsFactory(awsClientsServiceRef);
