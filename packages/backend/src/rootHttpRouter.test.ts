import { MiddlewareFactory } from '@backstage/backend-defaults/rootHttpRouter';
import { mockServices } from '@backstage/backend-test-utils';
import { AuthenticationError } from '@backstage/errors';
import { configureWithoutStacks } from './rootHttpRouter';

describe('error answers', () => {
  const { NODE_ENV } = process.env;
  afterEach(() => {
    Object.assign(process.env, { NODE_ENV });
  });

  it('hold no stack trace, also where NODE_ENV is development', async () => {
    Object.assign(process.env, { NODE_ENV: 'development' });
    const middleware = MiddlewareFactory.create({
      config: mockServices.rootConfig(),
      logger: mockServices.logger.mock(),
    });
    const json = jest.fn();
    configureWithoutStacks({
      middleware,
      applyDefaults: () => {
        const [request, response] = [
          { method: 'GET', url: '/api/release/stages' },
          { status: () => response, json },
        ] as unknown as Parameters<ReturnType<MiddlewareFactory['notFound']>>;
        middleware.error()(
          new AuthenticationError('Missing credentials'),
          request,
          response,
          jest.fn(),
        );
      },
    });
    expect(json).toHaveBeenCalledWith({
      error: { name: 'AuthenticationError', message: 'Missing credentials' },
      request: { method: 'GET', url: '/api/release/stages' },
      response: { statusCode: 401 },
    });
  });
});
