import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import {
  awsAccountsServiceRef,
  awsClientsServiceRef,
} from '@careplane/aws-node';
import { NameChecks } from './NameChecks';
import { createNameRouter } from './router';

const KINDS = ['Component', 'API'];

/** Backend plugin `careplane-create`: answers the wizard's question whether a name is free. */
export const careplaneCreatePlugin = createBackendPlugin({
  pluginId: 'careplane-create',
  register(env) {
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        config: coreServices.rootConfig,
        http: coreServices.httpRouter,
        httpAuth: coreServices.httpAuth,
        accounts: awsAccountsServiceRef,
        clients: awsClientsServiceRef,
        catalog: catalogServiceRef,
      },
      async init({ auth, config, http, httpAuth, accounts, clients, catalog }) {
        const stages = (
          config.getOptionalConfigArray('release.stages') ?? []
        ).map(stage => ({
          name: stage.getString('name'),
          title: stage.getOptionalString('title') ?? stage.getString('name'),
          accountId: stage.getString('accountId'),
          region: stage.getOptionalString('region'),
        }));
        const checks = new NameChecks(
          { accounts, clients },
          stages,
          async name => {
            // Only whether it exists is told, whoever may see it.
            const { items } = await catalog.getEntities(
              {
                filter: { kind: KINDS, 'metadata.name': name },
                fields: ['kind', 'metadata.name'],
              },
              { credentials: await auth.getOwnServiceCredentials() },
            );
            if (!items[0]) return undefined;
            const article = /^[aeiou]/i.test(items[0].kind) ? 'An' : 'A';
            return `${article} ${items[0].kind} named ${name} exists`;
          },
        );
        http.use(
          createNameRouter({
            httpAuth,
            check: (name, template) => checks.check(name, template),
          }),
        );
      },
    });
  },
});
