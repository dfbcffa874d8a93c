import type { JsonObject } from '@backstage/types';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import { randomUUID } from 'node:crypto';
import { ZIPS } from './__testUtils__/lambdaRelease';
import { DANIEL, SOFIA, startPortal } from './__testUtils__/sandboxPortal';
import { BUCKET, DEV, QA, until } from './__testUtils__/stacks';

jest.setTimeout(120_000);
const entityRef = 'component:default/claims-api';
const PLANTED = 'MRN-0042-PLANTED';
const [OLD, NEW] = [ZIPS['1.0.0'], ZIPS['1.1.0']].map(text =>
  Buffer.from(text, 'base64'),
);

type Portal = Awaited<ReturnType<typeof startPortal>>;

describe('an existing function that no stack makes, over the real wire', () => {
  let sandbox: RunningSandbox;
  let portal: Portal;
  let ticking: NodeJS.Timeout;

  const lambda = async <T = Record<string, string>>(
    account: string,
    operation: string,
    input: object = {},
  ): Promise<T> => {
    const answer = await sandbox.call<T>(
      'lambda',
      operation,
      { FunctionName: 'claims-api', ...input },
      { account },
    );
    if (!operation.startsWith('Get')) await sandbox.clock.advance(60_000);
    return answer;
  };
  const made = (account: string, code: Buffer, names: object) =>
    lambda(account, 'CreateFunction', {
      Runtime: 'nodejs22.x',
      Role: `arn:aws:iam::${account}:role/claims-api`,
      Handler: 'index.handler',
      Code: { ZipFile: code },
      Environment: { Variables: names },
    });
  const alias = (account: string, Name: string, FunctionVersion: string) =>
    lambda(account, 'CreateAlias', { Name, FunctionVersion });
  const live = async (account: string, Name: string) =>
    (await lambda(account, 'GetAlias', { Name })).FunctionVersion;

  async function start(
    stages: [name: string, account: string, approvals?: number][],
    release: JsonObject = {},
  ) {
    portal = await startPortal(
      [],
      {
        stages: stages.map(([name, accountId, approvals = 0]) => ({
          name,
          title: name,
          accountId,
          region: 'us-east-1',
          approvals,
        })),
        grants: [
          {
            stages: stages.map(([name]) => name),
            groups: [DANIEL, SOFIA],
            acts: ['promote', 'rollback', 'lift-hold', 'waive', 'approve'],
          },
        ],
        ...release,
      },
      {
        'claims-api': Object.fromEntries(
          stages.map(([name, account]) => [
            `careplane.dev/target.${name}`,
            `arn:aws:lambda:us-east-1:${account}:function:claims-api:${
              account === QA ? 'live' : name
            }`,
          ]),
        ),
      },
    );
    ticking = setInterval(() => {
      sandbox.clock.advance(5_000).catch(() => {});
      portal.passTime(2_000).then(undefined, () => {});
    }, 200);
  }
  /** What a promote would do; nobody built it, so its build is waived. */
  const asked = (stage: string, releaseId: string) => ({
    entityRef,
    stage,
    kind: 'promote',
    releaseId,
    waivers: ['build', 'quality'].map(gate => ({
      gate,
      reason: 'Runs on dev since spring; it has no pipeline of ours.',
    })),
  });
  /** At first contact the last move was made by hand: somebody keeps it. */
  const adopt = async (stage: number) => {
    const { arn } = await portal.seen('claims-api', stage, target =>
      Boolean(target.outsideChange),
    );
    await portal.post('/targets/adopt', {
      arn,
      entityRef,
      reason: 'It ran here before Careplane did.',
    });
    await portal.seen('claims-api', stage, target => !target.outsideChange);
  };
  const releaseOn = async (stage: number, version: string) => {
    await portal.seen(
      'claims-api',
      stage,
      target =>
        target.current?.id === version &&
        target.ownership?.tool === 'none' &&
        target.configuration !== undefined,
    );
    const { releases, targets } = await portal.get(portal.path('claims-api'));
    const { current } = targets[stage].target;
    return releases.find((one: { id: string }) => one.id === current.releaseId);
  };

  beforeEach(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
    await sandbox.call(
      's3',
      'CreateBucket',
      { Bucket: BUCKET },
      {
        account: DEV,
      },
    );
  });
  afterEach(async () => {
    clearInterval(ticking);
    await portal.stop();
    delete process.env.AWS_ENDPOINT_URL;
    await sandbox.close();
  });

  it('gets in another account the same code by its hash, says what it would lack, and goes back', async () => {
    for (const [account, code, name] of [
      [DEV, NEW, 'dev'],
      [QA, OLD, 'live'],
    ] as const) {
      await made(account, code, {
        STAGE: PLANTED,
        ...(account === DEV && { TOPIC: PLANTED }),
      });
      await lambda(account, 'PublishVersion');
      await alias(account, name, '1');
    }
    await start([
      ['dev', DEV],
      ['qa', QA],
    ]);
    await adopt(1);
    await releaseOn(1, '1');
    const found = await releaseOn(0, '1');
    expect(found).toMatchObject({
      found: { stage: 'dev', revisionId: '1' },
      proof: [{ stage: 'dev', revisionId: '1', matches: true }],
    });
    const preview = await portal.post('/previews', asked('qa', found.id));
    expect(preview).toMatchObject({
      blockers: [],
      differences: { mode: 'copy', configuration: [], infrastructure: [] },
    });
    expect(preview.warnings.join()).toMatch(
      /On dev it has environment variables that it would not have here: TOPIC/,
    );
    expect(preview.steps.map((one: { title: string }) => one.title)).toContain(
      'The code is copied from dev, by its hash',
    );
    const rollout = await portal.rollOut(asked('qa', found.id));
    expect([rollout.state, rollout.problem]).toEqual(['SUCCEEDED', undefined]);
    expect(await live(QA, 'live')).toBe('2');
    type Found = { Configuration: Record<string, unknown> };
    const { Configuration } = await lambda<Found>(QA, 'GetFunction', {
      Qualifier: '2',
    });
    expect(Configuration).toMatchObject({
      Environment: { Variables: { STAGE: PLANTED } },
    });
    const { releases } = await until(
      () => portal.get(portal.path('claims-api')),
      page => page.targets[1].target.current?.id === '2',
    );
    expect(
      releases.find((one: { id: string }) => one.id === found.id).proof,
    ).toMatchObject([
      { stage: 'dev', revisionId: '1', matches: true },
      { stage: 'qa', revisionId: '2', matches: true },
    ]);
    const back = await portal.rollOut({
      entityRef,
      stage: 'qa',
      kind: 'rollback',
      revisionId: '1',
    });
    expect(back.state).toBe('ROLLED_BACK');
    expect(await live(QA, 'live')).toBe('1');
    const everything = JSON.stringify([
      await portal.get(portal.path('claims-api')),
      await portal.get(`/rollouts/${rollout.id}`),
      preview,
    ]);
    expect(everything).not.toContain(PLANTED);
    expect(everything).not.toMatch(/_lambda\/code|X-Amz/);
  });

  it('with an alias for each stage moves the next alias to the version of the one before', async () => {
    await made(DEV, OLD, { STAGE: PLANTED });
    await lambda(DEV, 'PublishVersion');
    await alias(DEV, 'prod', '1');
    await lambda(DEV, 'UpdateFunctionCode', { ZipFile: NEW });
    await lambda(DEV, 'UpdateFunctionConfiguration', { Timeout: 20 });
    await lambda(DEV, 'PublishVersion');
    await alias(DEV, 'dev', '2');
    await start([
      ['dev', DEV],
      ['prod', DEV],
    ]);
    await adopt(1);
    await releaseOn(1, '1');
    const found = await releaseOn(0, '2');
    const preview = await portal.post('/previews', asked('prod', found.id));
    expect(preview).toMatchObject({
      blockers: [],
      differences: {
        mode: 'version',
        configuration: [{ field: 'timeout', from: '3 s', to: '20 s' }],
      },
    });
    expect(preview.warnings.join()).toMatch(
      /environment variables \(STAGE\).*come along from dev.*INV-15/,
    );
    const rollout = await portal.rollOut(asked('prod', found.id));
    expect([rollout.state, rollout.problem]).toEqual(['SUCCEEDED', undefined]);
    expect([await live(DEV, 'prod'), await live(DEV, 'dev')]).toEqual([
      '2',
      '2',
    ]);
    const back = await portal.rollOut({
      entityRef,
      stage: 'prod',
      kind: 'rollback',
      revisionId: '1',
    });
    expect(back.state).toBe('ROLLED_BACK');
    expect([await live(DEV, 'prod'), await live(DEV, 'dev')]).toEqual([
      '1',
      '2',
    ]);
    const writes = sandbox.requests
      .since(0)
      .filter(one =>
        /^(UpdateFunctionCode|PublishVersion)$/.test(one.operation),
      );
    // The sandbox's own calls are none of these: Careplane wrote no code.
    expect(writes).toEqual([]);
  });

  it.each([
    [
      'tagged it',
      /Its tags say Terraform/,
      () =>
        sandbox.call(
          'lambda',
          'TagResource',
          {
            Resource: `arn:aws:lambda:us-east-1:${QA}:function:claims-api`,
            Tags: { 'managed-by': 'terraform' },
          },
          { account: QA },
        ),
    ],
    [
      'wrote its code',
      /Terraform wrote its code in the last 90 days/,
      () =>
        fetch(`${sandbox.url}/2015-03-31/functions/claims-api/code`, {
          method: 'PUT',
          headers: {
            'user-agent': 'HashiCorp/1.0 Terraform/1.9.0',
            authorization: `AWS4-HMAC-SHA256 Credential=${QA}/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=x`,
          },
          body: JSON.stringify({ ZipFile: OLD.toString('base64') }),
        }).then(answer => expect(answer.status).toBe(200)),
    ],
  ])(
    'gets nothing where Terraform %s after the plan was approved (INV-16)',
    async (_what, words, takeOver) => {
      for (const [account, code, name] of [
        [DEV, NEW, 'dev'],
        [QA, OLD, 'live'],
      ] as const) {
        await made(account, code, {});
        await lambda(account, 'PublishVersion');
        await alias(account, name, '1');
      }
      await start([
        ['dev', DEV],
        ['qa', QA, 1],
      ]);
      await adopt(1);
      await releaseOn(1, '1');
      const found = await releaseOn(0, '1');
      const id = await portal.open(asked('qa', found.id));
      const { planHash } = await portal.follow(
        id,
        one => one.state === 'AWAITING_APPROVAL',
      );
      await takeOver();
      const before = sandbox.requests.since(0).length;
      const approve = { act: 'approve', planHash };
      expect(
        (await portal.send(`/rollouts/${id}/acts`, approve, SOFIA)).status,
      ).toBe(200);
      const ended = await portal.follow(id, one => Boolean(one.endedAt));
      expect(ended).toMatchObject({
        state: 'BLOCKED',
        problem: expect.stringMatching(words),
      });
      expect(
        sandbox.requests
          .since(0)
          .slice(before)
          .filter(one =>
            /^(Update|Publish|Register|Create)/.test(one.operation),
          ),
      ).toEqual([]);
      expect(await live(QA, 'live')).toBe('1');
    },
  );

  it('is not written where its tags say that Terraform makes it', async () => {
    for (const [account, code, name] of [
      [DEV, NEW, 'dev'],
      [QA, OLD, 'live'],
    ] as const) {
      await made(account, code, {});
      await lambda(account, 'PublishVersion');
      await alias(account, name, '1');
    }
    await sandbox.call(
      'lambda',
      'TagResource',
      {
        Resource: `arn:aws:lambda:us-east-1:${QA}:function:claims-api`,
        Tags: { 'managed-by': 'terraform' },
      },
      { account: QA },
    );
    await start([
      ['dev', DEV],
      ['qa', QA],
    ]);
    const found = await releaseOn(0, '1');
    await portal.seen(
      'claims-api',
      1,
      target => target.ownership?.tool === 'terraform',
    );
    const preview = await portal.post('/previews', asked('qa', found.id));
    expect(preview.blockers.join()).toMatch(/Its tags say Terraform/);
    const refused = await portal.post('/rollouts', {
      ...asked('qa', found.id),
      idempotencyKey: randomUUID(),
    });
    expect(refused.error.message).toMatch(/Terraform/);
    expect(await live(QA, 'live')).toBe('1');
  });
});
