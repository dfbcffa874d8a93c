import {
  rootHttpRouterServiceFactory,
  type RootHttpRouterConfigureContext,
} from '@backstage/backend-defaults/rootHttpRouter';

/**
 * The router's defaults, except that an error answer never holds a stack trace:
 * Backstage adds them where NODE_ENV is "development", and they tell anybody,
 * signed in or not, where files are. The log keeps them.
 */
export function configureWithoutStacks(
  context: Pick<RootHttpRouterConfigureContext, 'middleware' | 'applyDefaults'>,
) {
  const { middleware, applyDefaults } = context;
  const error = middleware.error.bind(middleware);
  middleware.error = options => error({ ...options, showStackTraces: false });
  applyDefaults();
}

export default rootHttpRouterServiceFactory({
  configure: configureWithoutStacks,
});
