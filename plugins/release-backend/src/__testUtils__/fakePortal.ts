import {
  coreServices,
  createBackendModule,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import { actionsRegistryServiceRef } from '@backstage/backend-plugin-api/alpha';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { actionsRegistryServiceMock } from '@backstage/backend-test-utils/alpha';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { releaseDriversExtensionPoint } from '@careplane/backstage-plugin-release-node';
import request from 'supertest';
import releasePlugin from '../index';
import { FakeAws } from './FakeAws';
import { memoryDatabase } from './memoryDatabase';

export const MRN = 'MRN 00482913';
export const accounts = {
  dev: '111111111111',
  qa: '222222222222',
  prod: '333333333333',
};
export const arnOf = (stage: keyof typeof accounts) =>
  `arn:aws:lambda:us-east-1:${accounts[stage]}:function:claims-api:live`;
export const PIPELINE =
  'arn:aws:codepipeline:us-east-1:111111111111:claims-api';
export const PATH = '/api/release/entities/component/default/claims-api';

export const component: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'claims-api',
    namespace: 'default',
    annotations: {
      'careplane.dev/target.dev': arnOf('dev'),
      'careplane.dev/target.qa': arnOf('qa'),
      'careplane.dev/target.prod': arnOf('prod'),
      'aws.amazon.com/aws-codepipeline-arn': PIPELINE,
    },
  },
  spec: { type: 'service', owner: 'group:default/navigation' },
};
export const user = (name: string, group: string): Entity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'User',
  metadata: { name, namespace: 'default' },
  spec: { memberOf: [group] },
  relations: [{ type: 'memberOf', targetRef: `group:default/${group}` }],
});

export const MAYA = 'user:default/maya.chen';
export const DANIEL = 'user:default/daniel.okafor';
export const SOFIA = 'user:default/sofia.rossi';
export const RAVI = 'user:default/ravi.patel';
export const as = (ref: string) => mockCredentials.user.header(ref);

export const release = (version: string, hash: string, id: string) => ({
  id: id.repeat(64),
  component: 'claims-api',
  version,
  kind: 'lambda-alias' as const,
  commit: { id: `c0ffee${id}`, message: `Fix ${MRN}` },
  builtAt: `2026-01-0${version.slice(-1)}T00:00:00.000Z`,
  pipeline: { arn: PIPELINE, executionId: `execution-${id}` },
  artifact: { type: 'zip' as const, codeSha256: hash },
  quality: { projectKey: 'claims-api', status: 'OK' },
});
export const V1 = release('1.0.1', 'hash-1', 'a');
export const V2 = release('1.0.2', 'hash-2', 'b');

/** The release plugin over a fake AWS, with four people and one component. */
export async function start(
  options: {
    deny?: boolean;
    entities?: Entity[];
    /** How long a release runs on qa before prod. */
    soak?: { hours: number };
  } = {},
) {
  const aws = new FakeAws();
  aws.releases = [V1, V2];
  aws.runs(arnOf('dev'), { id: '2', contentHash: 'hash-2' });
  aws.runs(arnOf('qa'), { id: '2', contentHash: 'hash-2' });
  aws.runs(arnOf('prod'), { id: '1', contentHash: 'hash-1' });
  const actions = actionsRegistryServiceMock();
  const logger = mockServices.logger.mock();
  logger.child.mockImplementation(() => logger);
  const auditor = mockServices.auditor.mock();
  const publish = jest.fn(async (_signal: object) => {});
  const drivers = createBackendModule({
    pluginId: 'release',
    moduleId: 'fake',
    register(env) {
      env.registerInit({
        deps: { drivers: releaseDriversExtensionPoint },
        async init(deps) {
          deps.drivers.addTargetDriver(aws.driver);
          deps.drivers.setStackPort(aws.stacks);
          deps.drivers.setReleaseSource(aws.releaseSource);
          deps.drivers.setPipelinePort(aws.pipelines);
        },
      });
    },
  });
  const catalog = catalogServiceMock({
    entities: [
      component,
      ...(options.entities ?? []),
      user('maya.chen', 'engineers'),
      user('daniel.okafor', 'release-managers'),
      user('sofia.rossi', 'release-managers'),
      user('ravi.patel', 'auditors'),
    ],
  });
  const database = memoryDatabase();
  const running = await startTestBackend({
    features: [
      releasePlugin,
      database.factory,
      drivers,
      mockServices.rootConfig.factory({
        data: {
          backend: {
            baseUrl: 'http://localhost',
            database: { client: 'better-sqlite3', connection: ':memory:' },
          },
          release: {
            stages: [
              { name: 'dev', accountId: accounts.dev, region: 'us-east-1' },
              { name: 'qa', accountId: accounts.qa, region: 'us-east-1' },
              {
                name: 'prod',
                title: 'Prod',
                accountId: accounts.prod,
                region: 'us-east-1',
                approvals: 1,
                ...(options.soak && { gates: { soak: options.soak } }),
              },
            ],
            grants: [
              {
                stages: ['dev'],
                groups: ['group:default/engineers'],
                acts: ['rollback', 'lift-hold', 'retry-pipeline'],
              },
              {
                stages: ['qa', 'prod'],
                groups: ['group:default/release-managers'],
                acts: [
                  'promote',
                  'rollback',
                  'approve',
                  'lift-hold',
                  'quarantine',
                  'waive',
                  'retry-pipeline',
                ],
              },
            ],
            poll: { interval: { seconds: 3600 } },
          },
        },
      }),
      createServiceFactory({
        service: catalogServiceRef,
        deps: {},
        factory: () => catalog,
      }),
      mockServices.permissions.mock({
        authorize: async (requests, by) =>
          requests.map(({ permission }) => ({
            result:
              options.deny ||
              (permission.name === 'release.audit.read' &&
                JSON.stringify(by?.credentials).includes(MAYA))
                ? AuthorizeResult.DENY
                : AuthorizeResult.ALLOW,
          })),
      }).factory,
      createServiceFactory({
        service: actionsRegistryServiceRef,
        deps: {},
        factory: () => actions,
      }),
      createServiceFactory({
        service: signalsServiceRef,
        deps: {},
        factory: () => ({ publish }),
      }),
      createServiceFactory({
        service: coreServices.auditor,
        deps: {},
        factory: () => auditor,
      }),
      createServiceFactory({
        service: coreServices.logger,
        deps: {},
        factory: () => logger,
      }),
    ],
  });
  const { server } = running;
  const backend = {
    stop: async () => {
      await running.stop();
      await database.destroy();
    },
  };
  const get = async (path: string, ref = DANIEL) =>
    request(server).get(path).set('Authorization', as(ref));
  const post = async (path: string, body: object, ref = DANIEL) =>
    request(server).post(path).set('Authorization', as(ref)).send(body);
  const until = async (id: string, ...states: string[]) => {
    for (let i = 0; i < 150; i++) {
      const { body } = await get(`/api/release/rollouts/${id}`);
      if (states.includes(body.state)) return body;
      await new Promise(resolve => setTimeout(resolve, 100));
    }
    throw new Error(`Rollout ${id} never was ${states.join(' or ')}`);
  };
  const filled = async () => {
    await post(`${PATH}/refresh`, {});
    for (let i = 0; i < 100; i++) {
      const { body } = await get(PATH);
      const ready = body.targets.every(
        (t: { state: string }) => t.state === 'ok',
      );
      if (ready && body.releases.length) return body;
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    throw new Error('The snapshots were never filled.');
  };
  /** The database's time is that much later than it is. */
  const setClock = (ms: number) =>
    database.knex('clock_offset').update({ offset_ms: ms });
  let later = 0;
  /** Has the targets read again, as if more than ten seconds had passed. */
  const readAgain = async () => {
    later += 11_000;
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + later);
    await post(`${PATH}/refresh`, {});
    now.mockRestore();
  };
  return {
    aws,
    setClock,
    readAgain,
    actions,
    catalog,
    auditor,
    publish,
    logger,
    backend,
    server,
    get,
    post,
    until,
    filled,
  };
}

export const promote = (stage: string, key: string, releaseId = V2.id) => ({
  entityRef: 'component:default/claims-api',
  stage,
  kind: 'promote',
  releaseId,
  idempotencyKey: key,
});
