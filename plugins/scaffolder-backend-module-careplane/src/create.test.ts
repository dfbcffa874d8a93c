import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { createMockDirectory } from '@backstage/backend-test-utils';
import { startSonarQubeServer } from '@careplane/aws-sandbox';
import { reader } from './aws/session';
import { awsOf, configData, startTestAws } from './__testUtils__/aws';
import { createService } from './__testUtils__/createService';

jest.setTimeout(300_000);

const BUCKET = 'careplane-artifacts-111111111111';
const DELIVERY = { account: '111111111111' };
/** Repository, pipeline and releases in an account where no stage lies. */
const APART = '222222222222';
const apart = {
  ...configData,
  aws: {
    ...configData.aws,
    delivery: {
      accountId: APART,
      region: 'us-east-1',
      artifactBucket: `careplane-artifacts-${APART}`,
    },
  },
};

describe('creating a service', () => {
  const workspace = createMockDirectory();
  let test: Awaited<ReturnType<typeof startTestAws>>;
  let sonar: Awaited<ReturnType<typeof startSonarQubeServer>>;
  const log: string[] = [];

  beforeAll(async () => {
    test = await startTestAws();
    sonar = await startSonarQubeServer({ port: 0, token: 'local' });
    for (const account of [DELIVERY.account, APART]) {
      await test.sandbox.call(
        's3',
        'CreateBucket',
        { Bucket: `careplane-artifacts-${account}` },
        { account },
      );
      await test.sandbox.call(
        'secretsmanager',
        'CreateSecret',
        { Name: 'careplane/sonarqube', SecretString: '{"token":"local"}' },
        { account },
      );
    }
    await test.sandbox.call(
      'ecs',
      'CreateCluster',
      { clusterName: 'careplane' },
      DELIVERY,
    );
  });
  afterAll(async () => {
    await sonar?.close();
    await test?.close();
  });
  beforeEach(() => {
    workspace.clear();
    log.length = 0;
  });

  const create = (template: string, name: string, data = configData) =>
    createService({
      template,
      aws: data === configData ? test.aws : awsOf(data),
      config: { ...data, sonarqube: { baseUrl: sonar.url } },
      workspacePath: workspace.path,
      log: line => log.push(line),
      parameters: {
        name,
        owner: 'group:default/virtual-care',
        description: 'Says "when" a visit is',
        dataClass: 'unknown',
      },
    });

  const describeStack = (StackName: string) =>
    test.sandbox.call<{
      Stacks: {
        StackStatus: string;
        Parameters: { ParameterKey: string; ParameterValue: string }[];
      }[];
    }>('cloudformation', 'DescribeStacks', { StackName }, DELIVERY);

  /** The manifest of the release that the stack on dev runs. */
  async function release(name: string) {
    const { Stacks } = await describeStack(`svc-${name}`);
    const id = Stacks[0].Parameters.find(
      ({ ParameterKey }) => ParameterKey === 'ReleaseId',
    )?.ParameterValue;
    const { Body } = await reader(test.aws, S3Client).send(
      new GetObjectCommand({
        Bucket: BUCKET,
        Key: `releases/${name}/${id}/manifest.json`,
      }),
    );
    const manifest = JSON.parse(await Body!.transformToString());
    expect(manifest).toMatchObject({
      schema: 'careplane.dev/release/v1',
      id,
      component: name,
      commit: {
        message: `Create ${name} from its template`,
        author: 'Maya Chen',
      },
      quality: { projectKey: name, status: 'OK' },
    });
    return manifest;
  }

  it('as a Lambda API ends with a function that answers on dev', async () => {
    const steps = await create('lambda-api', 'visit-times');
    expect(steps['first-run'].output.seconds).toEqual(expect.any(Number));
    expect(log.join('\n')).toMatch(/Dev \/ SmokeTest: Succeeded/);
    expect(await release('visit-times')).toMatchObject({
      kind: 'lambda-alias',
      artifact: { type: 'zip', bucket: BUCKET },
    });
    const { Payload } = await reader(test.aws, LambdaClient).send(
      new InvokeCommand({
        FunctionName: 'visit-times:live',
        Payload: JSON.stringify({ httpMethod: 'GET', path: '/v1/info' }),
      }),
    );
    expect(JSON.parse(Buffer.from(Payload!).toString())).toMatchObject({
      statusCode: 200,
      body: JSON.stringify({ service: 'visit-times', stage: 'dev' }),
    });

    const commits = () =>
      test.sandbox.requests
        .since()
        .filter(({ operation }) => operation === 'CreateCommit').length;
    const before = commits();
    const again = await create('lambda-api', 'visit-times');
    expect(again.start.output.executionId).toBe(steps.start.output.executionId);
    expect(commits()).toBe(before);
  });

  it('publishes the same release again after its first update was rolled back', async () => {
    await create('lambda-api', 'visit-times');
    const StackName = 'svc-visit-times';
    const { TemplateBody } = await test.sandbox.call<{ TemplateBody: string }>(
      'cloudformation',
      'GetTemplate',
      { StackName },
      DELIVERY,
    );
    const larger = TemplateBody.replace(
      /(ReleaseVersionResource)[0-9a-f]{12}/g,
      '$1000000000002',
    ).replace('MemorySize: 256', 'MemorySize: 512');
    expect(larger).toContain('ReleaseVersionResource000000000002:');
    const broken = larger.replace(
      /^Outputs:/m,
      `  Broken:
    Type: AWS::Lambda::Version
    DependsOn: LiveAlias
    Properties: { FunctionName: nobody }

Outputs:`,
    );
    const update = async (body: string) => {
      const { Stacks } = await describeStack(StackName);
      await test.sandbox.call(
        'cloudformation',
        'UpdateStack',
        {
          StackName,
          TemplateBody: body,
          Capabilities: ['CAPABILITY_NAMED_IAM'],
          Parameters: Stacks[0].Parameters.map(({ ParameterKey }) => ({
            ParameterKey,
            UsePreviousValue: true,
          })),
        },
        DELIVERY,
      );
      for (;;) {
        const status = (await describeStack(StackName)).Stacks[0].StackStatus;
        if (!status.endsWith('_IN_PROGRESS')) return status;
        await new Promise(resolve => {
          setTimeout(resolve, 100);
        });
      }
    };
    expect(await update(broken)).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await update(larger)).toBe('UPDATE_COMPLETE');
  });

  it('as a Fargate service ends with an image by digest that runs on dev', async () => {
    await create('fargate-service', 'visit-room');
    expect(await release('visit-room')).toMatchObject({
      kind: 'ecs-service',
      artifact: {
        type: 'image',
        uri: expect.stringMatching(/visit-room@sha256:[0-9a-f]{64}$/),
      },
    });
  });

  it('ends on dev where the pipeline lies in an account of its own', async () => {
    const steps = await create('lambda-api', 'visit-notes', apart);
    expect(log.join('\n')).toMatch(/Dev \/ SmokeTest: Succeeded/);
    expect(steps.pipeline.output.stackId).toContain(`:${APART}:`);
    const { Stacks } = await describeStack('svc-visit-notes');
    expect(Stacks[0].StackStatus).toBe('CREATE_COMPLETE');
    await expect(
      test.sandbox.call(
        'cloudformation',
        'DescribeStacks',
        { StackName: 'svc-visit-notes' },
        { account: APART },
      ),
    ).rejects.toThrow('does not exist');
    expect(
      readFileSync(join(workspace.path, 'service/catalog-info.yaml'), 'utf8'),
    ).toContain(
      `careplane.dev/target.dev: arn:aws:lambda:us-east-1:${DELIVERY.account}:function:visit-notes:live`,
    );
  });
});
