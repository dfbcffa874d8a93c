import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import {
  CloudTrailClient,
  LookupEventsCommand,
} from '@aws-sdk/client-cloudtrail';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startSandbox } from '../startSandbox';
import { clientOptions, zipOf } from '../testing';
import type { RunningSandbox } from './createSandbox';

const FUNCTION = 'visit-api';

describe('the sandbox', () => {
  let dataDir: string;
  let sandbox: RunningSandbox;
  let lambda: LambdaClient;

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'sandbox-test-'));
    await open();
  });

  afterEach(async () => {
    lambda.destroy();
    await sandbox.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function open() {
    sandbox = await startSandbox({ dataDir });
    lambda = new LambdaClient(clientOptions(sandbox.url));
  }

  async function createAlias() {
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: FUNCTION,
        Role: 'arn:aws:iam::111111111111:role/svc',
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: {
          ZipFile: await zipOf({ 'index.js': 'exports.handler = () => 1' }),
        },
        Environment: { Variables: { PATIENT: 'MRN-0000042' } },
      }),
    );
    await sandbox.clock.advance(1000);
    await lambda.send(new PublishVersionCommand({ FunctionName: FUNCTION }));
    await sandbox.clock.advance(1000);
    return lambda.send(
      new CreateAliasCommand({
        FunctionName: FUNCTION,
        Name: 'live',
        FunctionVersion: '1',
      }),
    );
  }

  const getAlias = () =>
    lambda.send(new GetAliasCommand({ FunctionName: FUNCTION, Name: 'live' }));
  const describeAlias = (Description: string) =>
    lambda.send(
      new UpdateAliasCommand({
        FunctionName: FUNCTION,
        Name: 'live',
        Description,
      }),
    );
  const nameOf = (sent: Promise<unknown>) =>
    sent.then(
      () => 'no error',
      error => error.name,
    );

  it('holds the same after a restart: resources, trail, sessions and time', async () => {
    const made = await createAlias();
    await sandbox.clock.advance(3_600_000);
    const sts = new STSClient(clientOptions(sandbox.url));
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: 'arn:aws:iam::333333333333:role/careplane-release',
        RoleSessionName: 'cp-1',
      }),
    );
    sts.destroy();
    const before = sandbox.trail.lookup({ account: '111111111111' });
    lambda.destroy();
    await sandbox.close();
    await open();

    expect((await getAlias()).RevisionId).toBe(made.RevisionId);
    expect(sandbox.trail.lookup({ account: '111111111111' })).toEqual(before);
    expect(sandbox.clock.offset).toBeGreaterThanOrEqual(3_600_000);
    expect(
      sandbox.identify({
        authorization: `AWS4-HMAC-SHA256 Credential=${Credentials?.AccessKeyId}/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0`,
      }).account,
    ).toBe('333333333333');
  });

  it('removes its temporary folder when it has no other', async () => {
    const temporary = await startSandbox();
    expect(existsSync(temporary.dataDir)).toBe(true);
    await temporary.close();
    expect(existsSync(temporary.dataDir)).toBe(false);
  });

  it('counts calls by service, operation and account', async () => {
    await createAlias();
    const since = sandbox.requests.last;
    await getAlias();
    await getAlias();
    const answer = await fetch(
      `${sandbox.url}/_sandbox/requests?since=${since}`,
    );
    expect(await answer.json()).toMatchObject({
      count: 2,
      counts: [
        {
          service: 'lambda',
          operation: 'GetAlias',
          account: '111111111111',
          count: 2,
        },
      ],
      items: [{ userAgent: expect.stringContaining('aws-sdk-js') }, {}],
    });
  });

  describe('with faults', () => {
    const add = (fault: object) =>
      fetch(`${sandbox.url}/_sandbox/faults`, {
        method: 'POST',
        body: JSON.stringify(fault),
      });

    it('throttles and denies as often as asked, and only what was named', async () => {
      await createAlias();
      await add({
        kind: 'throttle',
        service: 'lambda',
        operation: 'GetAlias',
        count: 1,
      });
      await add({ kind: 'deny', service: 'lambda', account: '222222222222' });
      expect(await nameOf(getAlias())).toBe('TooManyRequestsException');
      expect(await nameOf(getAlias())).toBe('no error');
      const other = new LambdaClient(
        clientOptions(sandbox.url, '222222222222'),
      );
      expect(
        await nameOf(
          other.send(new GetAliasCommand({ FunctionName: 'x', Name: 'live' })),
        ),
      ).toBe('AccessDeniedException');
      other.destroy();
    });

    it('carries the write out and drops the answer', async () => {
      const before = await createAlias();
      await add({
        kind: 'drop-response',
        service: 'lambda',
        operation: 'UpdateAlias',
        count: 1,
      });
      expect(await nameOf(describeAlias('written'))).not.toBe('no error');
      const after = await getAlias();
      expect(after.Description).toBe('written');
      expect(after.RevisionId).not.toBe(before.RevisionId);
      expect(await nameOf(describeAlias('again'))).toBe('no error');
    });

    it('refuses a kind that it does not have, and forgets all on DELETE', async () => {
      await expect(add({ kind: 'explode' })).resolves.toMatchObject({
        status: 400,
      });
      await add({ kind: 'error', count: 5 });
      await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'DELETE' });
      expect(sandbox.faults.all()).toEqual([]);
    });
  });

  describe('in CloudTrail', () => {
    it('names the call as AWS does, who made it, and no value of any variable', async () => {
      await createAlias();
      const sts = new STSClient(clientOptions(sandbox.url));
      const { Credentials } = await sts.send(
        new AssumeRoleCommand({
          RoleArn: 'arn:aws:iam::111111111111:role/careplane-release',
          RoleSessionName: 'cp-rollout-7',
          SourceIdentity: 'daniel.okafor',
        }),
      );
      const credentials = {
        accessKeyId: String(Credentials?.AccessKeyId),
        secretAccessKey: String(Credentials?.SecretAccessKey),
        sessionToken: Credentials?.SessionToken,
      };
      const asRole = { ...clientOptions(sandbox.url), credentials };
      const caller = new STSClient(asRole);
      const identity = await caller.send(new GetCallerIdentityCommand({}));
      expect(identity.Arn).toBe(
        'arn:aws:sts::111111111111:assumed-role/careplane-release/cp-rollout-7',
      );
      expect(JSON.stringify(identity)).not.toContain('daniel');
      const writer = new LambdaClient(asRole);
      await writer.send(
        new UpdateAliasCommand({
          FunctionName: FUNCTION,
          Name: 'live',
          RoutingConfig: { AdditionalVersionWeights: {} },
        }),
      );
      const trail = new CloudTrailClient(clientOptions(sandbox.url));
      const look = (
        AttributeKey: 'EventName' | 'Username',
        AttributeValue: string,
      ) =>
        trail.send(
          new LookupEventsCommand({
            LookupAttributes: [{ AttributeKey, AttributeValue }],
          }),
        );
      const { Events } = await look('EventName', 'UpdateAlias20150331');
      expect(Events).toHaveLength(1);
      expect(JSON.parse(Events?.[0].CloudTrailEvent ?? '')).toMatchObject({
        eventSource: 'lambda.amazonaws.com',
        userIdentity: {
          type: 'AssumedRole',
          arn: identity.Arn,
          sessionContext: { sourceIdentity: 'daniel.okafor' },
        },
        requestParameters: { functionName: FUNCTION, name: 'live' },
      });
      const bySession = await look('Username', 'cp-rollout-7');
      expect(
        bySession.Events?.map(event => [event.EventName, event.ReadOnly]),
      ).toEqual([
        ['UpdateAlias20150331', 'false'],
        ['GetCallerIdentity', 'true'],
      ]);
      const everything = await trail.send(new LookupEventsCommand({}));
      expect(JSON.stringify(everything)).toContain('CreateFunction20150331');
      expect(JSON.stringify(everything)).not.toContain('MRN-0000042');
      [sts, caller, writer, trail].forEach(client => client.destroy());
    });

    it('pages, goes back 90 days, and records what failed', async () => {
      await createAlias();
      for (let index = 0; index < 4; index += 1)
        await describeAlias(`${index}`);
      await nameOf(
        lambda.send(new DeleteFunctionCommand({ FunctionName: 'not-there' })),
      );
      const trail = new CloudTrailClient(clientOptions(sandbox.url));
      const names: string[] = [];
      let NextToken: string | undefined;
      do {
        const page: { Events?: { EventName?: string }[]; NextToken?: string } =
          await trail.send(
            new LookupEventsCommand({ MaxResults: 2, NextToken }),
          );
        names.push(...(page.Events ?? []).map(event => event.EventName ?? ''));
        NextToken = page.NextToken;
      } while (NextToken);
      expect(names[0]).toBe('DeleteFunction20150331');
      expect(names.filter(name => name === 'UpdateAlias20150331')).toHaveLength(
        4,
      );
      const [failed] = sandbox.trail.lookup({ account: '111111111111' });
      expect(failed.errorCode).toBe('ResourceNotFoundException');
      const wrong = { AttributeKey: 'Colour' as never, AttributeValue: 'red' };
      expect(
        await nameOf(
          trail.send(new LookupEventsCommand({ LookupAttributes: [wrong] })),
        ),
      ).toBe('InvalidLookupAttributesException');
      await sandbox.clock.advance(91 * 24 * 3_600_000);
      const { Events } = await trail.send(new LookupEventsCommand({}));
      expect(Events).toEqual([]);
      trail.destroy();
    });

    it('records a call that was denied, with who made it and the error code', async () => {
      await createAlias();
      sandbox.faults.add({
        kind: 'deny',
        service: 'lambda',
        operation: 'UpdateAlias',
        count: 1,
      });
      expect(await nameOf(describeAlias('denied'))).toBe(
        'AccessDeniedException',
      );
      expect((await getAlias()).Description).not.toBe('denied');
      const trail = new CloudTrailClient(clientOptions(sandbox.url));
      const { Events = [] } = await trail.send(
        new LookupEventsCommand({
          LookupAttributes: [
            {
              AttributeKey: 'EventName',
              AttributeValue: 'UpdateAlias20150331',
            },
          ],
        }),
      );
      trail.destroy();
      expect(Events).toHaveLength(1);
      expect(JSON.parse(Events[0].CloudTrailEvent ?? '')).toMatchObject({
        errorCode: expect.stringMatching(/^AccessDenied/),
        userIdentity: { accountId: '111111111111' },
        requestParameters: { functionName: FUNCTION, name: 'live' },
        responseElements: null,
      });
    });
  });

  it('lets issued credentials run out', async () => {
    const sts = new STSClient(clientOptions(sandbox.url));
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: 'arn:aws:iam::333333333333:role/careplane-read',
        RoleSessionName: 'short',
        DurationSeconds: 900,
      }),
    );
    const session = new STSClient({
      ...clientOptions(sandbox.url),
      credentials: {
        accessKeyId: String(Credentials?.AccessKeyId),
        secretAccessKey: 'x',
      },
    });
    expect((await session.send(new GetCallerIdentityCommand({}))).Account).toBe(
      '333333333333',
    );
    await sandbox.clock.advance(901_000);
    const refusal = () =>
      nameOf(session.send(new GetCallerIdentityCommand({})));
    expect(await refusal()).toBe('ExpiredTokenException');
    // A session that others came after is still an expired one, not an unknown.
    await sts.send(
      new AssumeRoleCommand({
        RoleArn: 'arn:aws:iam::333333333333:role/careplane-read',
        RoleSessionName: 'next',
      }),
    );
    expect(await refusal()).toBe('ExpiredTokenException');
    sts.destroy();
    session.destroy();
  });

  it('names an operation that it does not have, in each protocol', async () => {
    const answers = await Promise.all([
      fetch(sandbox.url, {
        method: 'POST',
        headers: {
          'x-amz-target':
            'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.CreateTrail',
          'content-type': 'application/x-amz-json-1.1',
        },
        body: '{}',
      }),
      fetch(sandbox.url, {
        method: 'POST',
        headers: {
          authorization:
            'AWS4-HMAC-SHA256 Credential=111111111111/20260101/us-east-1/sts/aws4_request',
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: 'Action=GetFederationToken&Version=2011-06-15',
      }),
      fetch(`${sandbox.url}/2015-03-31/layers`, {
        headers: {
          authorization:
            'AWS4-HMAC-SHA256 Credential=111111111111/20260101/us-east-1/lambda/aws4_request',
        },
      }),
      fetch(sandbox.url, {
        method: 'POST',
        headers: {
          authorization:
            'AWS4-HMAC-SHA256 Credential=111111111111/20260101/us-east-1/dynamodb/aws4_request',
        },
      }),
    ]);
    const texts = await Promise.all(answers.map(answer => answer.text()));
    expect(texts[0]).toContain('CreateTrail');
    expect(texts[0]).toContain('UnknownOperationException');
    expect(texts[1]).toContain('<Code>InvalidAction</Code>');
    expect(texts[1]).toContain('GetFederationToken');
    expect(answers[2].headers.get('x-amzn-errortype')).toBe(
      'UnknownOperationException',
    );
    expect(texts[3]).toContain('dynamodb');
    expect(answers.every(answer => answer.status >= 400)).toBe(true);
  });

  it('answers malformed JSON with 400, never with 200', async () => {
    for (const body of ['{', '[]', '7', '"text"']) {
      const answer = await fetch(sandbox.url, {
        method: 'POST',
        headers: {
          'x-amz-target': 'CloudTrail_20131101.LookupEvents',
          'content-type': 'application/x-amz-json-1.1',
        },
        body,
      });
      expect(answer.status).toBe(400);
      expect(await answer.text()).toContain('SerializationException');
    }
  });

  it('serves calls that come in at once', async () => {
    await createAlias();
    const s3 = new S3Client(clientOptions(sandbox.url));
    const names = await Promise.all([
      ...Array.from({ length: 50 }, () => nameOf(getAlias())),
      nameOf(s3.send(new GetObjectCommand({ Bucket: 'none', Key: 'k' }))),
    ]);
    expect(names.slice(0, -1).every(name => name === 'no error')).toBe(true);
    expect(names.at(-1)).toBe('NoSuchBucket');
    s3.destroy();
  });
});
