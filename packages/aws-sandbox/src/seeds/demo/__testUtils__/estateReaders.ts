import { execFile, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import {
  CloudFormationClient,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CodeCommitClient,
  ListRepositoriesCommand,
} from '@aws-sdk/client-codecommit';
import {
  CodePipelineClient,
  GetPipelineStateCommand,
  ListPipelinesCommand,
} from '@aws-sdk/client-codepipeline';
import {
  DescribeImageScanFindingsCommand,
  DescribeImagesCommand,
  ECRClient,
} from '@aws-sdk/client-ecr';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  LambdaClient,
  ListAliasesCommand,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { clientOptions } from '../../../testing';

const run = promisify(execFile);

/** The reads that an account's listing is made of, in AWS's own shapes. */
export interface EstateReader {
  functions(): Promise<{ Functions?: { FunctionName?: string }[] }>;
  aliases(name: string): Promise<{
    Aliases?: { Name?: string; FunctionVersion?: string }[];
  }>;
  pipelines(): Promise<{ pipelines?: { name?: string }[] }>;
  pipelineState(name: string): Promise<{
    stageStates?: {
      stageName?: string;
      latestExecution?: { status?: string; pipelineExecutionId?: string };
    }[];
  }>;
  images(name: string): Promise<{
    imageDetails?: {
      imageDigest?: string;
      imageTags?: string[];
      imagePushedAt?: Date | string;
    }[];
  }>;
  findings(
    name: string,
    digest: string,
  ): Promise<{
    imageScanFindings?: { findingSeverityCounts?: Record<string, number> };
  }>;
  services(names: string[]): Promise<{
    services?: { serviceName?: string; runningCount?: number }[];
  }>;
  stacks(): Promise<{
    Stacks?: { StackName?: string; StackStatus?: string }[];
  }>;
  repositories(): Promise<{ repositories?: { repositoryName?: string }[] }>;
}

/** Reads with the SDK's clients. */
export function sdkReader(url: string, account: string): EstateReader {
  const options = clientOptions(url, account);
  const lambda = new LambdaClient(options);
  const codepipeline = new CodePipelineClient(options);
  const ecr = new ECRClient(options);
  const ecs = new ECSClient(options);
  const cloudformation = new CloudFormationClient(options);
  const codecommit = new CodeCommitClient(options);
  return {
    functions: () => lambda.send(new ListFunctionsCommand({})),
    aliases: name =>
      lambda.send(new ListAliasesCommand({ FunctionName: name })),
    pipelines: () => codepipeline.send(new ListPipelinesCommand({})),
    pipelineState: name =>
      codepipeline.send(new GetPipelineStateCommand({ name })),
    images: name =>
      ecr.send(new DescribeImagesCommand({ repositoryName: name })),
    findings: (name, imageDigest) =>
      ecr.send(
        new DescribeImageScanFindingsCommand({
          repositoryName: name,
          imageId: { imageDigest },
        }),
      ),
    services: services =>
      ecs.send(new DescribeServicesCommand({ cluster: 'careplane', services })),
    stacks: () => cloudformation.send(new DescribeStacksCommand({})),
    repositories: () => codecommit.send(new ListRepositoriesCommand({})),
  };
}

export const hasAwsCli = spawnSync('aws', ['--version']).status === 0;

/** Reads with the AWS CLI, as a person at a terminal does. */
export function cliReader(url: string, account: string): EstateReader {
  const aws = async (...args: string[]) => {
    const { stdout } = await run('aws', ['--endpoint-url', url, ...args], {
      env: {
        PATH: process.env.PATH,
        HOME: tmpdir(),
        AWS_ACCESS_KEY_ID: account,
        AWS_SECRET_ACCESS_KEY: 'sandbox',
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_DEFAULT_OUTPUT: 'json',
        AWS_PAGER: '',
      },
      maxBuffer: 16 * 1024 * 1024,
    });
    return JSON.parse(stdout);
  };
  return {
    functions: () => aws('lambda', 'list-functions'),
    aliases: name => aws('lambda', 'list-aliases', '--function-name', name),
    pipelines: () => aws('codepipeline', 'list-pipelines'),
    pipelineState: name =>
      aws('codepipeline', 'get-pipeline-state', '--name', name),
    images: name => aws('ecr', 'describe-images', '--repository-name', name),
    findings: (name, digest) =>
      aws(
        ...['ecr', 'describe-image-scan-findings', '--repository-name', name],
        ...['--image-id', `imageDigest=${digest}`],
      ),
    services: names =>
      aws(
        ...['ecs', 'describe-services', '--cluster', 'careplane'],
        ...['--services', ...names],
      ),
    stacks: () => aws('cloudformation', 'describe-stacks'),
    repositories: () => aws('codecommit', 'list-repositories'),
  };
}
