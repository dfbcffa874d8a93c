import type { JsonObject } from '@backstage/types';
import { randomUUID } from 'node:crypto';
import {
  BackendFeature,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import type {
  Rollout,
  TargetStatus,
} from '@careplane/backstage-plugin-release-common';
import releaseModuleAws from '@careplane/backstage-plugin-release-backend-module-aws';
import request from 'supertest';
import releasePlugin from '../index';
import { memoryDatabase } from './memoryDatabase';
import { BUCKET, DEV, QA, until } from './stacks';

export const DANIEL = 'user:default/daniel.okafor';
/** Approves; may also be one who may do nothing. */
export const SOFIA = 'user:default/sofia.rossi';
export const MAYA = 'user:default/maya.lin';
export const COMPONENTS = {
  'claims-api': (account: string) =>
    `arn:aws:lambda:us-east-1:${account}:function:claims-api:live`,
  'video-gateway': (account: string) =>
    `arn:aws:ecs:us-east-1:${account}:service/careplane/video-gateway`,
};

/** The release plugin with its AWS module, over the sandbox. */
export async function startPortal(
  others: BackendFeature[] = [],
  release: JsonObject = {},
  /** Annotations by component. */
  components: Record<string, Record<string, string>> = Object.fromEntries(
    Object.entries(COMPONENTS).map(([name, arnOf]) => [
      name,
      {
        'careplane.dev/target.dev': arnOf(DEV),
        'careplane.dev/target.qa': arnOf(QA),
      },
    ]),
  ),
) {
  const database = memoryDatabase();
  const backend = await startTestBackend({
    features: [
      releasePlugin,
      ...others,
      database.factory,
      releaseModuleAws,
      mockServices.rootConfig.factory({
        data: {
          backend: { baseUrl: 'http://localhost' },
          careplane: { local: true },
          aws: {
            mainAccount: { accessKeyId: DEV, secretAccessKey: 'x' },
            accountDefaults: {
              roleName: 'careplane-read',
              region: 'us-east-1',
            },
            accounts: [{ accountId: DEV }, { accountId: QA }],
            roles: {
              read: 'careplane-read',
              release: 'careplane-release',
              create: 'careplane-create',
            },
            delivery: {
              accountId: DEV,
              region: 'us-east-1',
              artifactBucket: BUCKET,
            },
          },
          release: {
            stages: [
              { name: 'dev', accountId: DEV, region: 'us-east-1' },
              { name: 'qa', accountId: QA, region: 'us-east-1' },
            ],
            grants: [
              {
                stages: ['dev', 'qa'],
                groups: [DANIEL],
                acts: ['promote', 'rollback', 'lift-hold'],
              },
            ],
            poll: { interval: { seconds: 3600 } },
            ...release,
          },
        },
      }),
      catalogServiceMock.factory({
        entities: [
          ...[DANIEL, SOFIA, MAYA].map(ref => ({
            apiVersion: 'backstage.io/v1alpha1',
            kind: 'User',
            metadata: { name: ref.split('/')[1], namespace: 'default' },
            spec: {},
          })),
          ...Object.entries(components).map(([name, annotations]) => ({
            apiVersion: 'backstage.io/v1alpha1',
            kind: 'Component',
            metadata: { name, annotations },
            spec: {},
          })),
        ],
      }),
      createServiceFactory({
        service: signalsServiceRef,
        deps: {},
        factory: () => ({ publish: async () => {} }),
      }),
    ],
  });
  const { server } = backend;
  const stop = async () => {
    await backend.stop();
    await database.destroy();
  };
  const get = async (path: string) =>
    (
      await request(server)
        .get(`/api/release${path}`)
        .set('Authorization', mockCredentials.user.header(DANIEL))
    ).body;
  /** The whole answer, for who looks at its status. */
  const send = (path: string, body: object, person = DANIEL) =>
    request(server)
      .post(`/api/release${path}`)
      .set('Authorization', mockCredentials.user.header(person))
      .send(body);
  const post = async (path: string, body: object, person = DANIEL) =>
    (await send(path, body, person)).body;
  const path = (component: string) =>
    `/entities/component/default/${component}`;
  /** Has targets read until what pages show is so. */
  const seen = (
    component: keyof typeof COMPONENTS,
    stage: number,
    done: (target: TargetStatus) => boolean,
  ): Promise<TargetStatus> =>
    until(
      async () => {
        await post(`${path(component)}/refresh`, {});
        return (await get(path(component))).targets?.[stage]?.target;
      },
      target => Boolean(target) && done(target),
    );
  /** Asks for a rollout; gives its id. */
  const open = async (asked: object): Promise<string> => {
    const idempotencyKey = randomUUID();
    const made = await post('/rollouts', { idempotencyKey, ...asked });
    if (!made.id) throw new Error(JSON.stringify(made));
    return made.id;
  };
  const follow = (id: string, done: (rollout: Rollout) => boolean) =>
    until<Rollout>(() => get(`/rollouts/${id}`), done);
  return {
    get,
    post,
    send,
    stop,
    path,
    seen,
    /** Moves the engine's clock. */
    passTime: (ms: number) =>
      database.knex('clock_offset').increment('offset_ms', ms),
    running: (
      component: keyof typeof COMPONENTS,
      stage: number,
      version: string,
    ) => seen(component, stage, one => one.current?.version === version),
    open,
    follow,
    /** Asks for a rollout and follows it to its end. */
    rollOut: async (asked: object) =>
      follow(await open(asked), rollout => Boolean(rollout.endedAt)),
  };
}
