import {
  CloudTrailClient,
  LookupEventsCommand,
} from '@aws-sdk/client-cloudtrail';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ConfigReader } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { RunningSandbox, startSandbox } from '@careplane/aws-sandbox';
import { DefaultAwsAccounts } from './accounts';
import { inBackground } from './background';
import { DefaultAwsBudgets } from './budgets';
import { DefaultAwsClients } from './clients';
import { createEndpointGuard } from './endpoints';
import { withAwsErrors } from './errors';
import type { Lane } from './TokenBucket';
import type { WriteSession } from './writeSessions';

const QA = { accountId: '222222222222', region: 'us-east-1' };
const session: WriteSession = {
  role: 'release',
  actor: 'user:default/daniel.okafor',
  startedBy: 'user:default/daniel.okafor',
  rolloutId: '0b1e7c6a',
  sessionPolicy: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:*', Resource: '*' }],
  },
};

describe('DefaultAwsClients', () => {
  let sandbox: RunningSandbox;
  let now = 0;
  const config = new ConfigReader({
    aws: {
      mainAccount: { accessKeyId: '111111111111', secretAccessKey: 'x' },
      accountDefaults: { roleName: 'careplane-read', region: 'us-east-1' },
      accounts: [{ accountId: QA.accountId }],
    },
  });
  const create = (guard = createEndpointGuard({ local: false, env: {} })) =>
    new DefaultAwsClients(
      DefaultAwsAccounts.fromConfig(config),
      new DefaultAwsBudgets({ minimumShare: 1, maxWaitMs: 5000 }),
      { version: '9.9.9', guard, now: () => now },
    );
  const calls = (operation: string) =>
    sandbox.requests.since(0).filter(call => call.operation === operation);

  beforeAll(async () => {
    sandbox = await startSandbox();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
  });
  afterAll(async () => {
    delete process.env.AWS_ENDPOINT_URL;
    await sandbox.close();
  });
  beforeEach(() => {
    now = 1_000_000;
    sandbox.requests.clear();
    sandbox.faults.clear();
  });

  it('reads with role read of the account, which its listing inherits', async () => {
    const clients = create();
    const identity = await clients
      .read(STSClient, QA)
      .send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe(
      'arn:aws:sts::222222222222:assumed-role/careplane-read/backstage',
    );
    expect(calls('GetCallerIdentity')[0].userAgent).toContain(
      'careplane/9.9.9',
    );
  });

  it('spends the budget of the lane that the call is made in', async () => {
    const lanes: (Lane | undefined)[] = [];
    const clients = new DefaultAwsClients(
      DefaultAwsAccounts.fromConfig(config),
      {
        setShare: () => {},
        acquire: async ({ lane }) => {
          lanes.push(lane);
          return () => {};
        },
        usage: () => [],
      },
      {
        version: '9.9.9',
        guard: createEndpointGuard({ local: false, env: {} }),
      },
    );
    const ask = (lane?: Lane) =>
      clients
        .read(STSClient, QA, { lane })
        .send(new GetCallerIdentityCommand({}));
    await Promise.all([inBackground(() => ask()), ask()]);
    await inBackground(() => ask('rollback'));
    expect(lanes.sort()).toEqual(['background', 'normal', 'rollback']);
  });

  it('shares a client, and the session behind it, among calls', async () => {
    const clients = create();
    for (let i = 0; i < 3; i++) {
      await clients.read(STSClient, QA).send(new GetCallerIdentityCommand({}));
    }
    expect(calls('AssumeRole')).toHaveLength(1);
    expect(clients.read(STSClient, QA)).toBe(clients.read(STSClient, QA));
    expect(clients.read(STSClient, QA)).not.toBe(
      clients.read(STSClient, { accountId: '111111111111' }),
    );
  });

  it('writes as the person: session name, and SourceIdentity in CloudTrail', async () => {
    const clients = create();
    const identity = await clients
      .write(STSClient, QA, session)
      .send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe(
      'arn:aws:sts::222222222222:assumed-role/careplane-release/cp-0b1e7c6a',
    );
    await clients.write(S3Client, QA, session).send(new ListBucketsCommand({}));
    const { Events } = await clients
      .read(CloudTrailClient, { accountId: '111111111111' })
      .send(
        new LookupEventsCommand({
          LookupAttributes: [
            { AttributeKey: 'EventName', AttributeValue: 'AssumeRole' },
          ],
        }),
      );
    const seen = (Events ?? []).map(e => e.CloudTrailEvent ?? '').join('\n');
    expect(seen).toContain('"sourceIdentity":"daniel.okafor"');
    expect(seen).toContain('cp-0b1e7c6a');
  });

  it('marks automatic acts with the person who started the rollout', async () => {
    await create()
      .write(STSClient, QA, { ...session, actor: 'careplane-auto' })
      .send(new GetCallerIdentityCommand({}));
    const { Events } = await create()
      .read(CloudTrailClient, { accountId: '111111111111' })
      .send(new LookupEventsCommand({}));
    const seen = (Events ?? []).map(e => e.CloudTrailEvent ?? '').join('\n');
    expect(seen).toContain('careplane-auto');
    expect(seen).toContain('user:default/daniel.okafor');
  });

  it('keeps people, rollouts and policies apart, and drops clients in time', () => {
    const clients = create();
    const write = (change: Partial<WriteSession>) =>
      clients.write(STSClient, QA, { ...session, ...change });
    const first = write({});
    expect(write({})).toBe(first);
    expect(write({ actor: 'user:default/sofia.rossi' })).not.toBe(first);
    expect(write({ rolloutId: 'other' })).not.toBe(first);
    expect(write({ role: 'create' })).not.toBe(first);
    now += 600_000;
    expect(write({})).not.toBe(first);
  });

  it('refuses a person whom AWS could not record before anything is sent', () => {
    const actor = `user:default/${'a'.repeat(65)}`;
    expect(() => create().write(STSClient, QA, { ...session, actor })).toThrow(
      InputError,
    );
    expect(() =>
      create().write(STSClient, QA, {
        ...session,
        sessionPolicy: { Version: '2012-10-17', Statement: [] },
      }),
    ).toThrow(/session policy/);
    expect(sandbox.requests.since(0)).toEqual([]);
  });

  it('names sts:AssumeRole, role and account when the role is denied', async () => {
    sandbox.faults.add({
      kind: 'deny',
      service: 'sts',
      operation: 'AssumeRole',
    });
    await expect(
      withAwsErrors({ service: 's3', operation: 'ListBuckets' }, () =>
        create().write(S3Client, QA, session).send(new ListBucketsCommand({})),
      ),
    ).rejects.toMatchObject({
      action: 'sts:AssumeRole',
      message: expect.stringMatching(/careplane-release.*222222222222/),
    });
  });

  it('tries a release write once and a read three times (INV-29)', async () => {
    sandbox.faults.add({
      kind: 'throttle',
      operation: 'ListBuckets',
      count: 9,
    });
    const clients = create();
    await expect(
      clients.write(S3Client, QA, session).send(new ListBucketsCommand({})),
    ).rejects.toThrow();
    expect(calls('ListBuckets')).toHaveLength(1);
    await expect(
      clients.read(S3Client, QA).send(new ListBucketsCommand({})),
    ).rejects.toThrow();
    expect(calls('ListBuckets')).toHaveLength(4);
  });

  it('gets a new session when AWS says that the old one has expired', async () => {
    const clients = create();
    const ask = () =>
      clients.read(STSClient, QA).send(new GetCallerIdentityCommand({}));
    await ask();
    await sandbox.clock.advance(2 * 3600_000);
    await expect(ask()).resolves.toMatchObject({ Account: QA.accountId });
  });

  it('does not send to a loopback endpoint that production refuses', async () => {
    const clients = create(
      createEndpointGuard({ local: false, env: { NODE_ENV: 'production' } }),
    );
    await expect(
      clients
        .read(STSClient, { accountId: QA.accountId })
        .send(new GetCallerIdentityCommand({})),
    ).rejects.toThrow(/production refuses/);
    expect(calls('GetCallerIdentity')).toEqual([]);
  });
});
