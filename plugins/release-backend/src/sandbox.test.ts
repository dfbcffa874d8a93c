import { createHash } from 'node:crypto';
import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import releaseModuleAws from '@careplane/backstage-plugin-release-backend-module-aws';
import canonicalize from 'canonicalize';
import request from 'supertest';
import { templateOf, ZIPS } from './__testUtils__/lambdaRelease';
import releasePlugin from './index';

jest.setTimeout(120_000);

const [DEV, QA] = ['111111111111', '222222222222'];
const BUCKET = `careplane-artifacts-${DEV}`;
const DANIEL = 'user:default/daniel.okafor';
const REF = 'component:default/claims-api';
const arnOf = (account: string) =>
  `arn:aws:lambda:us-east-1:${account}:function:claims-api:live`;

describe('on the sandbox, over the real wire', () => {
  let sandbox: RunningSandbox;
  let ticking: NodeJS.Timeout;

  beforeEach(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
    await sandbox.call(
      's3',
      'CreateBucket',
      { Bucket: BUCKET },
      { account: DEV },
    );
    // CloudFormation works in the sandbox's own time.
    ticking = setInterval(
      () => sandbox.clock.advance(5_000).catch(() => {}),
      300,
    );
  });
  afterEach(async () => {
    clearInterval(ticking);
    delete process.env.AWS_ENDPOINT_URL;
    await sandbox.close();
  });

  async function publish(version: keyof typeof ZIPS, builtAt: string) {
    const code = Buffer.from(ZIPS[version], 'base64');
    const codeSha256 = createHash('sha256').update(code).digest('base64');
    const template = templateOf(
      createHash('sha256').update(code).digest('hex').slice(0, 12),
    );
    const sha256 = createHash('sha256').update(template).digest('hex');
    const identity = {
      artifact: codeSha256,
      kind: 'lambda-alias',
      template: sha256,
    };
    const id = createHash('sha256')
      .update(canonicalize(identity)!)
      .digest('hex');
    const folder = `releases/claims-api/${id}`;
    const put = (Key: string, Body: string | Buffer) =>
      sandbox.call(
        's3',
        'PutObject',
        { Bucket: BUCKET, Key, Body: Buffer.from(Body) },
        { account: DEV },
      );
    await put(`${folder}/code.zip`, code);
    await put(`${folder}/template.yaml`, template);
    await put(
      `${folder}/manifest.json`,
      JSON.stringify({
        schema: 'careplane.dev/release/v1',
        id,
        component: 'claims-api',
        version,
        kind: 'lambda-alias',
        commit: { id: 'c0ffee12' },
        builtAt,
        pipeline: {
          arn: `arn:aws:codepipeline:us-east-1:${DEV}:claims-api`,
          executionId: 'execution-1',
        },
        artifact: {
          type: 'zip',
          bucket: BUCKET,
          key: `${folder}/code.zip`,
          codeSha256,
        },
        template: { bucket: BUCKET, key: `${folder}/template.yaml`, sha256 },
        quality: {
          projectKey: 'claims-api',
          analysisId: 'a',
          status: 'OK',
          at: builtAt,
        },
      }),
    );
    const Parameters = Object.entries({
      Stage: 'dev',
      ReleaseId: id,
      ReleaseVersion: version,
      CodeBucket: BUCKET,
      CodeKey: `${folder}/code.zip`,
    }).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    }));
    const operation = version === '1.0.0' ? 'CreateStack' : 'UpdateStack';
    await sandbox.call(
      'cloudformation',
      operation,
      { StackName: 'svc-claims-api', TemplateBody: template, Parameters },
      { account: DEV },
    );
    return id;
  }

  async function portal() {
    const backend = await startTestBackend({
      features: [
        releasePlugin,
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
                  stages: ['qa'],
                  groups: [DANIEL],
                  acts: ['promote', 'rollback', 'lift-hold'],
                },
              ],
              poll: { interval: { seconds: 3600 } },
            },
          },
        }),
        catalogServiceMock.factory({
          entities: [
            {
              apiVersion: 'backstage.io/v1alpha1',
              kind: 'Component',
              metadata: {
                name: 'claims-api',
                annotations: {
                  'careplane.dev/target.dev': arnOf(DEV),
                  'careplane.dev/target.qa': arnOf(QA),
                },
              },
              spec: {},
            },
          ],
        }),
        createServiceFactory({
          service: signalsServiceRef,
          deps: {},
          factory: () => ({ publish: async () => {} }),
        }),
        createServiceFactory({
          service: coreServices.userInfo,
          deps: {},
          factory: () => ({
            getUserInfo: async () => ({
              userEntityRef: DANIEL,
              ownershipEntityRefs: [DANIEL],
            }),
          }),
        }),
      ],
    });
    const { server } = backend;
    const stop = () => backend.stop();
    const auth = mockCredentials.user.header(DANIEL);
    const get = async (path: string) =>
      (
        await request(server)
          .get(`/api/release${path}`)
          .set('Authorization', auth)
      ).body;
    const post = async (path: string, body: object) =>
      (
        await request(server)
          .post(`/api/release${path}`)
          .set('Authorization', auth)
          .send(body)
      ).body;
    const until = async <T>(
      read: () => Promise<T>,
      done: (value: T) => boolean,
    ) => {
      let last: T | undefined;
      for (let i = 0; i < 250; i++) {
        last = await read();
        if (done(last)) return last;
        await new Promise(resolve => setTimeout(resolve, 200));
      }
      throw new Error(
        `It never came to that: ${JSON.stringify(last).slice(0, 1500)}`,
      );
    };
    return { get, post, until, stop };
  }

  it('first deployment, canary and rollback of a Lambda alias', async () => {
    const one = await publish('1.0.0', '2026-01-01T00:00:00Z');
    const { get, post, until, stop } = await portal();
    const path = '/entities/component/default/claims-api';
    const running = (stage: number, version: string) =>
      until(
        async () => {
          await post(`${path}/refresh`, {});
          return get(path);
        },
        body => body.targets?.[stage]?.target.current?.version === version,
      );
    const rollOut = async (body: object) => {
      const made = await post('/rollouts', {
        entityRef: REF,
        stage: 'qa',
        ...body,
      });
      if (!made.id) throw new Error(JSON.stringify(made));
      return until(
        () => get(`/rollouts/${made.id}`),
        rollout => Boolean(rollout.endedAt),
      );
    };
    await running(0, '1.0.0');
    const first = await rollOut({
      kind: 'promote',
      releaseId: one,
      idempotencyKey: '1',
    });
    expect([first.state, first.problem]).toEqual(['SUCCEEDED', undefined]);

    const two = await publish('1.1.0', '2026-01-02T00:00:00Z');
    await running(0, '1.1.0');
    await running(1, '1.0.0');
    const canary = await rollOut({
      kind: 'promote',
      releaseId: two,
      idempotencyKey: '2',
      strategy: { type: 'canary', steps: [{ weight: 0.1, bakeSeconds: 1 }] },
    });
    expect([canary.state, canary.problem]).toEqual(['SUCCEEDED', undefined]);
    await running(1, '1.1.0');

    const back = await rollOut({
      kind: 'rollback',
      revisionId: '1',
      idempotencyKey: '3',
    });
    expect([back.state, back.problem]).toEqual(['ROLLED_BACK', undefined]);
    const alias = await sandbox.call(
      'lambda',
      'GetAlias',
      { FunctionName: 'claims-api', Name: 'live' },
      { account: QA },
    );
    expect(alias).toMatchObject({ FunctionVersion: '1' });

    const moves = sandbox.requests
      .since(0)
      .filter(call => call.operation === 'UpdateAlias');
    expect(moves.filter(call => call.account === QA)).toHaveLength(3);
    const audit = await get('/audit?stage=qa&limit=200');
    expect(audit.chain.verified).toBe(true);
    await stop();
  });
});
