import {
  ContainerDefinition,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  Tag,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { ConflictError } from '@backstage/errors';
import { parseArnOf } from '@careplane/aws-common';
import { AwsClients, requestIdOf, withAwsErrors } from '@careplane/aws-node';
import type { WriteContext } from '@careplane/backstage-plugin-release-node';
import { allow, releaseSession } from '../lib/sessions';

/** So many of a family's newest task definitions are looked through for a mark. */
const NEWEST = 20;

export const familyOf = (arn: string): string =>
  arn.split('/').pop()!.split(':')[0];

/** Registers task definitions like others, and finds them again by their tags. */
export class EcsRegistration {
  constructor(private readonly clients: AwsClients) {}

  /**
   * Registers a task definition once more with other containers, and with its
   * own tags and one more. What an earlier try made is found by `find`.
   */
  async register(
    definition: TaskDefinition,
    containerDefinitions: ContainerDefinition[],
    mark: Tag,
    write: WriteContext,
  ): Promise<{ id: string; requestId?: string }> {
    const arn = definition.taskDefinitionArn ?? '';
    const { accountId, region } = parseArnOf(arn, 'ecs-task-definition');
    const roles = [definition.taskRoleArn, definition.executionRoleArn].flatMap(
      role => role ?? [],
    );
    const client = this.clients.write(
      ECSClient,
      { accountId, region },
      releaseSession(
        write,
        allow(
          {
            actions: ['ecs:RegisterTaskDefinition', 'ecs:TagResource'],
            resources: [
              `arn:aws:ecs:${region}:${accountId}:task-definition/${definition.family}:*`,
            ],
          },
          ...(roles.length
            ? [{ actions: ['iam:PassRole'], resources: roles }]
            : []),
        ),
      ),
    );
    // Tags of AWS's own cannot be given to another resource.
    const own = ((await this.tagsOf(arn)) ?? []).filter(
      tag => !tag.key?.startsWith('aws:') && tag.key !== mark.key,
    );
    const done = await this.call(arn, 'RegisterTaskDefinition', () =>
      client.send(
        new RegisterTaskDefinitionCommand({
          ...registrable(definition),
          containerDefinitions,
          tags: [...own, mark],
        }),
      ),
    );
    const id = done.taskDefinition?.taskDefinitionArn;
    if (!id) throw new ConflictError('ECS did not say what it registered.');
    return { id, requestId: requestIdOf(done) };
  }

  /** The newest active task definition of the same family with this tag. */
  async find(arn: string, mark: Tag): Promise<string | undefined> {
    const { accountId, region } = parseArnOf(arn, 'ecs-task-definition');
    const client = this.clients.read(ECSClient, { accountId, region });
    const { taskDefinitionArns = [] } = await this.call(
      arn,
      'ListTaskDefinitions',
      () =>
        client.send(
          new ListTaskDefinitionsCommand({
            familyPrefix: familyOf(arn),
            status: 'ACTIVE',
            sort: 'DESC',
            maxResults: NEWEST,
          }),
        ),
    );
    for (const one of taskDefinitionArns) {
      const tags = await this.tagsOf(one);
      const marked = tags?.some(
        tag => tag.key === mark.key && tag.value === mark.value,
      );
      if (marked) return one;
    }
    return undefined;
  }

  private async tagsOf(arn: string) {
    const { accountId, region } = parseArnOf(arn, 'ecs-task-definition');
    const answer = await this.call(arn, 'DescribeTaskDefinition', () =>
      this.clients.read(ECSClient, { accountId, region }).send(
        new DescribeTaskDefinitionCommand({
          taskDefinition: arn,
          include: ['TAGS'],
        }),
      ),
    );
    return answer.tags;
  }

  private call<T>(
    arn: string,
    operation: string,
    run: () => Promise<T>,
  ): Promise<T> {
    const { accountId, region } = parseArnOf(arn, 'ecs-task-definition');
    return withAwsErrors(
      {
        service: 'ecs',
        operation,
        accountId,
        region,
        resource: `task definition ${arn.split('/').pop()}`,
      },
      run,
    );
  }
}

/** What of a task definition AWS takes when it is registered again. */
function registrable(definition: TaskDefinition) {
  const {
    taskDefinitionArn: _arn,
    revision: _revision,
    status: _status,
    requiresAttributes: _attributes,
    compatibilities: _compatibilities,
    registeredAt: _at,
    registeredBy: _by,
    deregisteredAt: _gone,
    deleteRequestedAt: _deleted,
    containerDefinitions: _containers,
    family = '',
    ...rest
  } = definition;
  return { ...rest, family };
}
