import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CodeDeployClient,
  GetDeploymentGroupCommand,
  ListApplicationsCommand,
} from '@aws-sdk/client-codedeploy';
import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
} from '@aws-sdk/client-ecr';
import { CreateClusterCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  CreateBucketCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { ZipFile } from 'yazl';
import { wizardRenderer } from '../../seeds/demo/render';
import { startSandbox } from '../../startSandbox';
import { ImageStore } from '../ecr/ImageStore';

jest.setTimeout(60_000);

const TEMPLATES = join(__dirname, '../../../../../templates');

function rendered(path: string, values: Record<string, string>): string {
  const delivery = { accountId: '111111111111', region: 'us-east-1' };
  return wizardRenderer().render(readFileSync(join(TEMPLATES, path), 'utf8'), {
    values: { ...values, delivery, stages: [{ name: 'dev', ...delivery }] },
  });
}

async function zip(): Promise<Buffer> {
  const file = new ZipFile();
  file.addBuffer(
    Buffer.from('exports.handler = async () => ({ statusCode: 200 });'),
    'handler.js',
  );
  file.end();
  const chunks: Buffer[] = [];
  for await (const chunk of file.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe('the templates of this repository', () => {
  let sandbox: Awaited<ReturnType<typeof startSandbox>>;
  const config = () => ({
    endpoint: sandbox.url,
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: { accessKeyId: '111111111111', secretAccessKey: 'x' },
  });
  beforeEach(async () => {
    sandbox = await startSandbox({ port: 0 });
  });
  afterEach(() => sandbox.close());

  const deploy = async (
    name: string,
    body: string,
    values: Record<string, string>,
  ) => {
    const cfn = new CloudFormationClient(config());
    const declared = new Set(
      [
        ...body
          .split(/^(?:Conditions|Resources):/m)[0]
          .matchAll(/^ {2}(\w+):$/gm),
      ].map(match => match[1]),
    );
    await cfn.send(
      new CreateStackCommand({
        StackName: name,
        TemplateBody: body,
        Capabilities: ['CAPABILITY_NAMED_IAM'],
        Parameters: Object.entries(values)
          .filter(([key]) => declared.has(key))
          .map(([ParameterKey, ParameterValue]) => ({
            ParameterKey,
            ParameterValue,
          })),
      }),
    );
    for (;;) {
      const [stack] = (
        await cfn.send(new DescribeStacksCommand({ StackName: name }))
      ).Stacks!;
      if (!stack.StackStatus!.endsWith('IN_PROGRESS')) {
        const { StackEvents } = await cfn.send(
          new DescribeStackEventsCommand({ StackName: name }),
        );
        const failures = StackEvents!
          .filter(event => event.ResourceStatus!.endsWith('_FAILED'))
          .map(
            event =>
              `${event.LogicalResourceId}: ${event.ResourceStatusReason}`,
          );
        return {
          status: stack.StackStatus,
          failures,
          outputs: Object.fromEntries(
            stack.Outputs!.map(item => [item.OutputKey, item.OutputValue]),
          ),
        };
      }
      await new Promise(resolve => {
        setTimeout(resolve, 100);
      });
    }
  };
  const COMMON = {
    Stage: 'dev',
    ReleaseId: 'a'.repeat(64),
    ReleaseVersion: '1.0.0',
    VpcId: 'vpc-1',
    SubnetIds: 'subnet-1,subnet-2',
    CertificateArn: 'arn:aws:acm:us-east-1:111111111111:certificate/1',
    AccessLogBucket: 'logs',
    ClusterName: 'careplane',
    ArtifactBucket: 'artifacts',
    SonarHostUrl: 'http://127.0.0.1:4568',
    StageAccounts: '111111111111,222222222222',
  };

  it('deploys a Lambda service, its alias on the version it published, with a deployment group while its stack says so', async () => {
    const s3 = new S3Client(config());
    await s3.send(new CreateBucketCommand({ Bucket: 'artifacts' }));
    await s3.send(
      new PutObjectCommand({
        Bucket: 'artifacts',
        Key: 'code.zip',
        Body: await zip(),
      }),
    );
    const service = (name: string, parameters: Record<string, string>) =>
      deploy(
        `svc-${name}`,
        rendered('lambda-api/content/template.yaml', {
          name,
          description: 'Claims',
          dataClass: 'phi',
        }),
        {
          ...COMMON,
          CodeBucket: 'artifacts',
          CodeKey: 'code.zip',
          ...parameters,
        },
      );
    const made = await service('claims-api', {});
    expect(made).toMatchObject({
      status: 'CREATE_COMPLETE',
      failures: [],
      outputs: {
        PublishedVersion: '1',
        TargetArn:
          'arn:aws:lambda:us-east-1:111111111111:function:claims-api:live',
      },
    });

    expect(
      await service('visit-api', { TrafficShifting: 'careplane' }),
    ).toMatchObject({ status: 'CREATE_COMPLETE', failures: [] });
    const codedeploy = new CodeDeployClient(config());
    const { applications } = await codedeploy.send(
      new ListApplicationsCommand({}),
    );
    expect(applications).toEqual(['claims-api']);
    const { deploymentGroupInfo } = await codedeploy.send(
      new GetDeploymentGroupCommand({
        applicationName: 'claims-api',
        deploymentGroupName: 'live',
      }),
    );
    expect(deploymentGroupInfo).toMatchObject({
      computePlatform: 'Lambda',
      alarmConfiguration: { enabled: true, alarms: [{}] },
      autoRollbackConfiguration: { enabled: true },
    });
  });

  it('deploys a Fargate service, its tasks on the image by digest', async () => {
    await new ECRClient(config()).send(
      new CreateRepositoryCommand({ repositoryName: 'video-gateway' }),
    );
    await new ECSClient(config()).send(
      new CreateClusterCommand({ clusterName: 'careplane' }),
    );
    const images = new ImageStore(sandbox, '111111111111');
    const configuration = Buffer.from(
      JSON.stringify({ config: { Cmd: ['nginx'] } }),
    );
    sandbox.blobs.put(configuration);
    const digest = `sha256:${createHash('sha256')
      .update(configuration)
      .digest('hex')}`;
    const image = images.put(
      images.repository('video-gateway'),
      JSON.stringify({
        schemaVersion: 2,
        config: { digest, size: configuration.length },
        layers: [],
      }),
      undefined,
      '1.0.0',
    );
    const { imageDetails } = await new ECRClient(config()).send(
      new DescribeImagesCommand({ repositoryName: 'video-gateway' }),
    );
    expect(imageDetails![0].imageScanStatus).toBeUndefined();
    const made = await deploy(
      'svc-video-gateway',
      rendered('fargate-service/content/template.yaml', {
        name: 'video-gateway',
        description: 'Video',
        dataClass: 'phi',
      }),
      {
        ...COMMON,
        ImageUri: `111111111111.dkr.ecr.us-east-1.amazonaws.com/video-gateway@${image.digest}`,
      },
    );
    expect(made).toMatchObject({
      status: 'CREATE_COMPLETE',
      failures: [],
      outputs: {
        TargetArn:
          'arn:aws:ecs:us-east-1:111111111111:service/careplane/video-gateway',
      },
    });
    expect(made.outputs.PublishedTaskDefinition).toMatch(
      /task-definition\/.*:1$/,
    );
  });

  it.each(['lambda', 'fargate'])(
    'deploys the pipeline of a %s service',
    async kind => {
      const made = await deploy(
        'pipeline-claims-api',
        rendered('shared/pipeline/pipeline.yaml', {
          name: 'claims-api',
          description: 'Claims',
          dataClass: 'phi',
          kind,
        }),
        COMMON,
      );
      expect(made).toMatchObject({ status: 'CREATE_COMPLETE', failures: [] });
    },
  );
});
