import {
  CodeCommitClient,
  CreateCommitCommand,
  CreateRepositoryCommand,
} from '@aws-sdk/client-codecommit';
import {
  CodePipelineClient,
  CreatePipelineCommand,
  GetPipelineStateCommand,
  ListPipelineExecutionsCommand,
  PutApprovalResultCommand,
  StartPipelineExecutionCommand,
  type PipelineDeclaration,
  type StageDeclaration,
} from '@aws-sdk/client-codepipeline';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { AwsSandbox } from '../../../testing';

const type = (category: 'Source' | 'Approval', provider: string) => ({
  category,
  owner: 'AWS' as const,
  provider,
  version: '1',
});

const source: StageDeclaration = {
  name: 'Source',
  actions: [
    {
      name: 'Checkout',
      namespace: 'Source',
      actionTypeId: type('Source', 'CodeCommit'),
      configuration: { RepositoryName: 'visit-api', BranchName: 'main' },
      outputArtifacts: [{ name: 'SourceOutput' }],
    },
  ],
};

/** A stage whose one action waits for an answer. */
export const ask = (
  name: string,
  more: Partial<StageDeclaration> = {},
): StageDeclaration => ({
  name,
  actions: [{ name: 'Ask', actionTypeId: type('Approval', 'Manual') }],
  ...more,
});

/** Pipelines of a commit and approvals, driven through the SDK. */
export class ApprovalPipelines {
  readonly client: CodePipelineClient;

  constructor(private readonly aws: AwsSandbox) {
    this.client = aws.client(CodePipelineClient);
  }

  async prepare() {
    await this.aws
      .client(S3Client)
      .send(new CreateBucketCommand({ Bucket: 'artifacts' }));
    const commits = this.aws.client(CodeCommitClient);
    await commits.send(
      new CreateRepositoryCommand({ repositoryName: 'visit-api' }),
    );
    await commits.send(
      new CreateCommitCommand({
        repositoryName: 'visit-api',
        branchName: 'main',
        putFiles: [{ filePath: 'README.md', fileContent: Buffer.from('#') }],
      }),
    );
  }

  static declaration(
    name: string,
    stages: StageDeclaration[],
    more: Partial<PipelineDeclaration> = {},
  ): PipelineDeclaration {
    return {
      name,
      roleArn: 'arn:aws:iam::111111111111:role/pipeline',
      pipelineType: 'V2',
      artifactStore: { type: 'S3', location: 'artifacts' },
      stages: [source, ...stages],
      ...more,
    };
  }

  /** Answers the id of the first execution. */
  async create(
    ...declared: Parameters<typeof ApprovalPipelines.declaration>
  ): Promise<string> {
    await this.client.send(
      new CreatePipelineCommand({
        pipeline: ApprovalPipelines.declaration(...declared),
      }),
    );
    await this.settle();
    const [first] = await this.executions(declared[0]);
    return first.pipelineExecutionId ?? '';
  }

  async start(name: string): Promise<string> {
    const { pipelineExecutionId = '' } = await this.client.send(
      new StartPipelineExecutionCommand({ name }),
    );
    await this.settle();
    return pipelineExecutionId;
  }

  async answer(
    pipelineName: string,
    stageName: string,
    status: 'Approved' | 'Rejected' = 'Approved',
    token?: string,
  ) {
    const asked =
      token ??
      (await this.stage(pipelineName, stageName)).actionStates?.[0]
        .latestExecution?.token;
    await this.client.send(
      new PutApprovalResultCommand({
        pipelineName,
        stageName,
        actionName: 'Ask',
        token: asked,
        result: { status, summary: 'looked at' },
      }),
    );
    await this.settle();
  }

  async stage(name: string, stageName: string) {
    const { stageStates = [] } = await this.client.send(
      new GetPipelineStateCommand({ name }),
    );
    const found = stageStates.find(stage => stage.stageName === stageName);
    if (!found) throw new Error(`There is no stage ${stageName}`);
    return found;
  }

  /** Newest first. */
  async executions(pipelineName: string) {
    const { pipelineExecutionSummaries = [] } = await this.client.send(
      new ListPipelineExecutionsCommand({ pipelineName }),
    );
    return pipelineExecutionSummaries;
  }

  async statusOf(pipelineName: string, id: string) {
    const all = await this.executions(pipelineName);
    return all.find(({ pipelineExecutionId }) => pipelineExecutionId === id)
      ?.status;
  }

  /** Lets everything happen that is due. */
  settle(): Promise<void> {
    return this.aws.jobs.idle();
  }
}
