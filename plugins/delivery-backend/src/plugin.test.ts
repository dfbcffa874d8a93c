import {
  createBackendModule,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { actionsRegistryServiceRef } from '@backstage/backend-plugin-api/alpha';
import { actionsRegistryServiceMock } from '@backstage/backend-test-utils/alpha';
import type { Entity } from '@backstage/catalog-model';
import { ServiceUnavailableError } from '@backstage/errors';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import type {
  PipelineStatus,
  QualityStatus,
} from '@careplane/backstage-plugin-delivery-common';
import {
  deliveryProvidersExtensionPoint,
  PipelineProvider,
  QualityProvider,
  SourceDeniedError,
  SourceRef,
} from '@careplane/backstage-plugin-delivery-node';
import request from 'supertest';
import deliveryPlugin from './index';

const ANNOTATION = 'example.com/pipeline';

const component = (name: string, annotations?: Record<string, string>) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, namespace: 'default', annotations },
  spec: { type: 'service', lifecycle: 'production', owner: 'team' },
  relations: [
    {
      type: 'ownedBy',
      targetRef:
        name === 'plain' ? 'group:default/other' : 'group:default/team',
    },
  ],
});

const entities: Entity[] = [
  component('claims-api', {
    [ANNOTATION]: 'arn:claims',
    'example.com/quality': 'claims',
  }),
  component('intake-worker', { [ANNOTATION]: 'arn:intake' }),
  component('plain'),
];

function pipeline(arn: string): PipelineStatus {
  return {
    arn,
    name: arn.replace('arn:', ''),
    url: 'https://console.example/p',
    state: 'failed',
    execution: { id: 'e2', state: 'failed', revision: 'abc1234' },
    stages: [
      {
        name: 'Build',
        state: 'failed',
        actions: [
          {
            stage: 'Build',
            name: 'Build',
            category: 'Build',
            provider: 'CodeBuild',
            state: 'failed',
            buildId: `${arn}:build`,
          },
        ],
      },
    ],
    recent: [],
    lastSuccess: { id: 'e1', state: 'succeeded', revision: 'fff0000' },
  };
}

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

async function start(
  options: {
    read?: PipelineProvider['read'];
    decision?: AuthorizeResult.ALLOW | AuthorizeResult.DENY;
  } = {},
) {
  const resolve = (key: string) => async (entity: Entity) => {
    const value = entity.metadata.annotations?.[key];
    return value ? [{ key: value }] : [];
  };
  const provider: jest.Mocked<PipelineProvider> = {
    id: 'fake-pipelines',
    annotations: [ANNOTATION],
    resolve: jest.fn(resolve(ANNOTATION)),
    read: jest.fn(options.read ?? (async ref => [pipeline(ref.key)])),
    cause: jest.fn(async (_ref, buildId) => ({
      buildId,
      logTail: ['Error: boom'],
      truncated: false,
    })),
  };
  const quality: jest.Mocked<QualityProvider> = {
    id: 'fake-quality',
    annotations: ['example.com/quality'],
    resolve: jest.fn(resolve('example.com/quality')),
    read: jest.fn(async (_ref: SourceRef): Promise<QualityStatus[]> => {
      throw new SourceDeniedError('The token may not browse claims.', {
        missingPermission: 'Browse',
        deniedTo: 'the API token of instance default',
      });
    }),
  };
  const scheduler = mockServices.scheduler.mock();
  const sweeps: ((signal: AbortSignal) => Promise<void>)[] = [];
  scheduler.scheduleTask.mockImplementation(async task => {
    sweeps.push(async signal => task.fn(signal));
  });
  const auditor = mockServices.auditor.mock({
    createEvent: jest.fn(async () => ({
      success: jest.fn(),
      fail: jest.fn(),
    })),
  });
  const actions = actionsRegistryServiceMock();
  const knex = await databases.init('SQLITE_3');
  const { server } = await startTestBackend({
    features: [
      deliveryPlugin,
      mockServices.database.factory({ knex }),
      createBackendModule({
        pluginId: 'delivery',
        moduleId: 'fakes',
        register(env) {
          env.registerInit({
            deps: { providers: deliveryProvidersExtensionPoint },
            async init({ providers }) {
              providers.addPipelineProvider(provider);
              providers.addQualityProvider(quality);
            },
          });
        },
      }),
      catalogServiceMock.factory({ entities }),
      mockServices.permissions.factory({
        result: options.decision ?? AuthorizeResult.ALLOW,
      }),
      mockServices.rootConfig.factory({
        data: { delivery: { poll: { interval: { seconds: 30 } } } },
      }),
      scheduler.factory,
      auditor.factory,
      createServiceFactory({
        service: actionsRegistryServiceRef,
        deps: {},
        factory: () => actions,
      }),
    ],
  });
  return {
    server,
    provider,
    quality,
    auditor,
    actions,
    sweep: () => sweeps[0](new AbortController().signal),
  };
}

const path = (name: string) =>
  `/api/delivery/entities/component/default/${name}`;

describe('the delivery backend', () => {
  it('serves every state from the database and calls no source for it', async () => {
    const { server, provider, quality, sweep } = await start();
    const before = await request(server).get(path('claims-api'));
    expect(before.body.pipelines.state).toBe('pending');
    expect(provider.read).not.toHaveBeenCalled();

    await sweep();
    expect(provider.read).toHaveBeenCalledTimes(2);
    const views = await Promise.all(
      Array.from({ length: 50 }, () => request(server).get(path('claims-api'))),
    );
    expect(provider.read).toHaveBeenCalledTimes(2);
    expect(quality.read).toHaveBeenCalledTimes(1);
    for (const view of views) {
      expect(view.status).toBe(200);
      expect(view.body.pipelines).toEqual({
        state: 'ok',
        asOf: expect.any(String),
        items: [pipeline('arn:claims')],
      });
      expect(view.body.quality).toEqual({
        state: 'denied',
        message: 'The token may not browse claims.',
        missingPermission: 'Browse',
        deniedTo: 'the API token of instance default',
        items: [],
      });
    }
    const plain = await request(server).get(path('plain'));
    expect(plain.body.pipelines).toEqual(
      expect.objectContaining({
        state: 'not-configured',
        missingAnnotations: [ANNOTATION],
      }),
    );
    expect(plain.body.images.message).toContain('No source of images');
  });

  it('says which source is dead and shows the others', async () => {
    const { server, sweep } = await start({
      read: async ref => {
        if (ref.key === 'arn:claims') {
          throw new ServiceUnavailableError('AWS did not answer.');
        }
        return [pipeline(ref.key)];
      },
    });
    await sweep();
    const dead = await request(server).get(path('claims-api'));
    expect(dead.body.pipelines).toEqual({
      state: 'error',
      message: 'AWS did not answer.',
      items: [],
    });
    expect(dead.body.quality.state).toBe('denied');
    const alive = await request(server).get(path('intake-worker'));
    expect(alive.body.pipelines.state).toBe('ok');
  });

  it('tells the failing pipelines of an owner from the database, and of which services it cannot tell', async () => {
    const { server, provider, sweep } = await start({
      read: async ref => {
        if (ref.key === 'arn:claims') {
          throw new ServiceUnavailableError('AWS did not answer.');
        }
        return [pipeline(ref.key)];
      },
    });
    await sweep();
    const calls = provider.read.mock.calls.length;
    const failing = (owner: string) =>
      request(server).get('/api/delivery/failing-pipelines').query({ owner });
    expect((await failing('group:default/team')).body).toEqual({
      items: [
        {
          entityRef: 'component:default/intake-worker',
          title: 'intake-worker',
          pipelineArn: 'arn:intake',
          pipelineName: 'intake',
          stage: 'Build',
        },
      ],
      unknown: [
        { entityRef: 'component:default/claims-api', title: 'claims-api' },
      ],
    });
    expect((await failing('group:default/other')).body).toEqual({
      items: [],
      unknown: [],
    });
    expect(provider.read).toHaveBeenCalledTimes(calls);
    const denied = await start({ decision: AuthorizeResult.DENY });
    await denied.sweep();
    expect(
      (
        await request(denied.server)
          .get('/api/delivery/failing-pipelines')
          .query({ owner: 'group:default/team' })
      ).body,
    ).toEqual({ items: [], unknown: [] });
  });

  it('shares a refresh between people and audits it', async () => {
    const { server, provider, auditor } = await start();
    const results = [];
    for (let i = 0; i < 3; i++) {
      results.push(
        await request(server).post(`${path('intake-worker')}/refresh`),
      );
    }
    expect(results.map(one => one.status)).toEqual([202, 202, 202]);
    expect(results.map(one => one.body)).toEqual([
      { started: 1, shared: 0 },
      { started: 0, shared: 1 },
      { started: 0, shared: 1 },
    ]);
    expect(provider.read).toHaveBeenCalledTimes(1);
    expect(auditor.createEvent).toHaveBeenCalledWith(
      expect.objectContaining({
        eventId: 'entity-refresh',
        meta: { entityRef: 'component:default/intake-worker' },
      }),
    );
  });

  it('opens a cause once for all, and only of the own pipeline', async () => {
    const { server, provider, sweep } = await start();
    await sweep();
    const open = (name: string, pipelineArn: string, buildId: string) =>
      request(server)
        .get(`${path(name)}/pipelines/cause`)
        .query({ pipelineArn, buildId });

    const [first, second] = await Promise.all([
      open('claims-api', 'arn:claims', 'arn:claims:build'),
      open('claims-api', 'arn:claims', 'arn:claims:build'),
    ]);
    expect(first.body).toEqual({
      buildId: 'arn:claims:build',
      logTail: ['Error: boom'],
      truncated: false,
      commit: 'abc1234',
      lastGreen: { executionId: 'e1', revision: 'fff0000' },
    });
    expect(second.body).toEqual(first.body);
    expect(first.headers['cache-control']).toBe('no-store');
    expect(provider.cause).toHaveBeenCalledTimes(1);

    const foreign = await open('claims-api', 'arn:intake', 'arn:intake:build');
    expect(foreign.status).toBe(404);
    const build = await open('claims-api', 'arn:claims', 'arn:intake:build');
    expect(build.status).toBe(404);
    const incomplete = await request(server).get(
      `${path('claims-api')}/pipelines/cause`,
    );
    expect(incomplete.status).toBe(400);
    expect(provider.cause).toHaveBeenCalledTimes(1);
  });

  it('refuses who policy refuses, and hides what the catalog hides', async () => {
    const { server, provider } = await start({
      decision: AuthorizeResult.DENY,
    });
    for (const response of [
      await request(server).get(path('claims-api')),
      await request(server).post(`${path('claims-api')}/refresh`),
      await request(server)
        .get(`${path('claims-api')}/pipelines/cause`)
        .query({ pipelineArn: 'arn:claims', buildId: 'b' }),
    ]) {
      expect(response.status).toBe(403);
      expect(response.body.error.message).toContain("'delivery.read'");
    }
    expect((await request(server).get(path('unknown'))).status).toBe(404);
    const nobody = await request(server)
      .get(path('claims-api'))
      .set('Authorization', mockCredentials.none.header());
    expect(nobody.status).toBe(401);
    expect(provider.read).not.toHaveBeenCalled();
  });

  it('offers the same through the registry, with the same permission', async () => {
    const allowed = await start();
    const { output } = await allowed.actions.invoke({
      id: 'test:get-delivery-status',
      input: { entityRef: 'claims-api' },
    });
    expect(output).toEqual(
      expect.objectContaining({ entityRef: 'component:default/claims-api' }),
    );
    const denied = await start({ decision: AuthorizeResult.DENY });
    await expect(
      denied.actions.invoke({
        id: 'test:get-delivery-status',
        input: { entityRef: 'claims-api' },
      }),
    ).rejects.toThrow("'delivery.read'");
  });
});
