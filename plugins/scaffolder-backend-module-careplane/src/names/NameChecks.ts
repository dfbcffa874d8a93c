import {
  CloudFormationClient,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CodeCommitClient,
  GetRepositoryCommand,
} from '@aws-sdk/client-codecommit';
import {
  CodePipelineClient,
  GetPipelineCommand,
} from '@aws-sdk/client-codepipeline';
import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { DescribeServicesCommand, ECSClient } from '@aws-sdk/client-ecs';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { AwsTarget, awsErrorCode } from '@careplane/aws-node';
import type { AwsDependencies } from '../aws/session';
import { nameProblems, suggestNames } from './rules';

/** `unknown` means that nobody could be asked; it never counts as free. */
export type NameCheckState = 'ok' | 'taken' | 'invalid' | 'unknown';

/** One line of "Can this be created?". */
export interface NameCheck {
  id: string;
  /** What was looked at, for example "Lambda function in qa". */
  title: string;
  state: NameCheckState;
  detail: string;
  /** What to do about it, where something can be done. */
  fix?: string;
}

export interface NameCheckResult {
  name: string;
  /** Whether every check is `ok`. */
  free: boolean;
  checks: NameCheck[];
  suggestions: string[];
}

export interface CheckedStage extends AwsTarget {
  name: string;
  title: string;
}

const CLUSTER = 'careplane';
const ABSENT = /NotFound|DoesNotExist|ResourceNotFoundException/;

/** Looks a service's name up everywhere it would be used. */
export class NameChecks {
  constructor(
    private readonly dependencies: AwsDependencies,
    private readonly stages: CheckedStage[],
    private readonly inCatalog: (name: string) => Promise<string | undefined>,
  ) {}

  /** `template` is `lambda-api` or `fargate-service`; others check what both use. */
  async check(name: string, template: string): Promise<NameCheckResult> {
    const suggestions = suggestNames(name);
    const problems = nameProblems(name);
    if (problems.length > 0) {
      const checks = problems.map((fix, index) => ({
        id: `rules-${index}`,
        title: 'Allowed name',
        state: 'invalid' as const,
        detail: `${
          name || 'An empty name'
        } is not allowed by every service that carries it`,
        fix,
      }));
      return { name, free: false, checks, suggestions };
    }
    const checks = await Promise.all([
      allowed(name),
      this.look('catalog', 'Catalog', async () => this.inCatalog(name)),
      ...this.inDelivery(name, template),
      ...this.stages.flatMap(stage => this.onStage(name, template, stage)),
    ]);
    const taken = checks.some(check => check.state === 'taken');
    return {
      name,
      free: checks.every(check => check.state === 'ok'),
      checks: checks.map(check =>
        check.state === 'taken' && suggestions[0]
          ? { ...check, fix: `Try ${suggestions[0]}.` }
          : check,
      ),
      suggestions: taken ? suggestions : [],
    };
  }

  private inDelivery(name: string, template: string): Promise<NameCheck>[] {
    const { clients, accounts } = this.dependencies;
    const place = accounts.delivery();
    const checks = [
      this.look('repository', 'CodeCommit repository', async () => {
        await clients
          .read(CodeCommitClient, place)
          .send(new GetRepositoryCommand({ repositoryName: name }));
        return `The repository ${name} exists`;
      }),
      this.look('pipeline', 'Pipeline', async () => {
        await clients
          .read(CodePipelineClient, place)
          .send(new GetPipelineCommand({ name }));
        return `The pipeline ${name} exists`;
      }),
      this.stack('pipeline-stack', 'Pipeline stack', place, `pipeline-${name}`),
    ];
    if (template !== 'lambda-api') {
      checks.push(
        this.look('images', 'Image repository', async () => {
          await clients
            .read(ECRClient, place)
            .send(new DescribeRepositoriesCommand({ repositoryNames: [name] }));
          return `The image repository ${name} exists`;
        }),
      );
    }
    return checks;
  }

  private onStage(
    name: string,
    template: string,
    stage: CheckedStage,
  ): Promise<NameCheck>[] {
    const { clients } = this.dependencies;
    const checks = [
      this.stack(
        `stack-${stage.name}`,
        `Stack in ${stage.title}`,
        stage,
        `svc-${name}`,
      ),
    ];
    if (template !== 'fargate-service') {
      checks.push(
        this.look(
          `function-${stage.name}`,
          `Lambda function in ${stage.title}`,
          async () => {
            await clients
              .read(LambdaClient, stage)
              .send(
                new GetFunctionConfigurationCommand({ FunctionName: name }),
              );
            return `The function ${name} exists in ${stage.title}`;
          },
        ),
      );
    }
    if (template !== 'lambda-api') {
      checks.push(
        this.look(
          `service-${stage.name}`,
          `ECS service in ${stage.title}`,
          async () => {
            const { services = [] } = await clients.read(ECSClient, stage).send(
              new DescribeServicesCommand({
                cluster: CLUSTER,
                services: [name],
              }),
            );
            return services.some(({ status }) => status !== 'INACTIVE')
              ? `The service ${name} exists in ${stage.title}`
              : undefined;
          },
        ),
      );
    }
    return checks;
  }

  private stack(
    id: string,
    title: string,
    place: AwsTarget,
    StackName: string,
  ) {
    return this.look(id, title, async () => {
      await this.dependencies.clients
        .read(CloudFormationClient, place)
        .send(new DescribeStacksCommand({ StackName }));
      return `The stack ${StackName} exists`;
    });
  }

  /** `find` answers what is in the way, nothing, or throws AWS's "not found". */
  private async look(
    id: string,
    title: string,
    find: () => Promise<string | undefined>,
  ): Promise<NameCheck> {
    try {
      const found = await find();
      return found
        ? { id, title, state: 'taken', detail: found }
        : { id, title, state: 'ok', detail: 'Free' };
    } catch (error) {
      const code = awsErrorCode(error);
      if (ABSENT.test(code) || isAbsentStack(code, error)) {
        return { id, title, state: 'ok', detail: 'Free' };
      }
      return {
        id,
        title,
        state: 'unknown',
        detail: `Could not be looked up (${code})`,
        fix: 'Try again in a moment; if it stays, ask the platform team.',
      };
    }
  }
}

function isAbsentStack(code: string, error: unknown): boolean {
  return (
    code === 'ValidationError' &&
    error instanceof Error &&
    /does not exist/.test(error.message)
  );
}

async function allowed(name: string): Promise<NameCheck> {
  return {
    id: 'rules',
    title: 'Allowed name',
    state: 'ok',
    detail: `Every service that carries ${name} takes it`,
  };
}
