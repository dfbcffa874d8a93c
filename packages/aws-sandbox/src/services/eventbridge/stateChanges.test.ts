import {
  CodeCommitClient,
  CreateCommitCommand,
  CreateRepositoryCommand,
} from '@aws-sdk/client-codecommit';
import {
  CodePipelineClient,
  CreatePipelineCommand,
} from '@aws-sdk/client-codepipeline';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startSandbox } from '../../startSandbox';
import { clientOptions } from '../../testing';
import type { AwsEvent, RunningSandbox } from '../../core';

const ACCOUNT = '111111111111';
jest.setTimeout(60_000);

describe('what services tell EventBridge', () => {
  let sandbox: RunningSandbox;
  let told: AwsEvent[];

  beforeEach(async () => {
    sandbox = await startSandbox();
    told = [];
    sandbox.events.listen(event => {
      if (event.detailType !== 'AWS API Call via CloudTrail') told.push(event);
    });
  });

  afterEach(() => sandbox.close());

  async function until(done: () => boolean) {
    for (let look = 0; look < 200 && !done(); look += 1) {
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    return told;
  }

  it('tells of an ECS deployment when it begins and when it is complete', async () => {
    const ecs = new ECSClient(clientOptions(sandbox.url, ACCOUNT));
    await ecs.send(new CreateClusterCommand({ clusterName: 'careplane' }));
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'web',
        containerDefinitions: [{ name: 'web', image: 'nobody/has-it:1' }],
      }),
    );
    const { service } = await ecs.send(
      new CreateServiceCommand({
        cluster: 'careplane',
        serviceName: 'web',
        taskDefinition: 'web',
        desiredCount: 0,
      }),
    );
    const names = () =>
      told.map(({ detail }) => (detail as { eventName: string }).eventName);
    await until(() => names().length >= 2);
    expect(names()).toEqual([
      'SERVICE_DEPLOYMENT_IN_PROGRESS',
      'SERVICE_DEPLOYMENT_COMPLETED',
    ]);
    expect(told[1]).toMatchObject({
      account: ACCOUNT,
      source: 'aws.ecs',
      detailType: 'ECS Deployment State Change',
      resources: [service?.serviceArn],
      detail: { eventType: 'INFO', deploymentId: expect.any(String) },
    });
    ecs.destroy();
  });

  it('tells of a pipeline, its stages and its actions as they change', async () => {
    const options = clientOptions(sandbox.url, ACCOUNT);
    const s3 = new S3Client({ ...options, forcePathStyle: true });
    const repositories = new CodeCommitClient(options);
    const pipelines = new CodePipelineClient(options);
    await s3.send(new CreateBucketCommand({ Bucket: 'artifacts' }));
    await repositories.send(
      new CreateRepositoryCommand({ repositoryName: 'visit-api' }),
    );
    await repositories.send(
      new CreateCommitCommand({
        repositoryName: 'visit-api',
        branchName: 'main',
        putFiles: [
          { filePath: 'README.md', fileContent: Buffer.from('# visit-api') },
        ],
      }),
    );
    const step = (
      name: string,
      category: 'Source' | 'Approval',
      more = {},
    ) => ({
      name,
      actions: [
        {
          name,
          actionTypeId: {
            category,
            owner: 'AWS' as const,
            provider: category === 'Source' ? 'CodeCommit' : 'Manual',
            version: '1',
          },
          ...more,
        },
      ],
    });
    await pipelines.send(
      new CreatePipelineCommand({
        pipeline: {
          name: 'visit-api',
          roleArn: `arn:aws:iam::${ACCOUNT}:role/pipeline`,
          pipelineType: 'V2',
          artifactStore: { type: 'S3', location: 'artifacts' },
          stages: [
            step('Source', 'Source', {
              configuration: {
                RepositoryName: 'visit-api',
                BranchName: 'main',
              },
              outputArtifacts: [{ name: 'Source' }],
            }),
            step('Consent', 'Approval'),
          ],
        },
      }),
    );
    const lines = () =>
      told.map(({ detailType, detail }) => {
        const { state, stage } = detail as { state: string; stage?: string };
        return [detailType.split(' ')[1], stage, state].join(' ').trim();
      });
    await until(() => lines().includes('Action Consent STARTED'));
    expect(lines()).toEqual(
      expect.arrayContaining([
        'Pipeline  STARTED',
        'Stage Source STARTED',
        'Action Source STARTED',
        'Action Source SUCCEEDED',
        'Stage Source SUCCEEDED',
        'Stage Consent STARTED',
        'Action Consent STARTED',
      ]),
    );
    expect(told[0]).toMatchObject({
      source: 'aws.codepipeline',
      detailType: 'CodePipeline Pipeline Execution State Change',
      resources: [`arn:aws:codepipeline:us-east-1:${ACCOUNT}:visit-api`],
      detail: { pipeline: 'visit-api', 'execution-id': expect.any(String) },
    });
    for (const client of [s3, repositories, pipelines]) client.destroy();
  });
});
