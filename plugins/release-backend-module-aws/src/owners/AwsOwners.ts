import { ECSClient, ListTagsForResourceCommand } from '@aws-sdk/client-ecs';
import { LambdaClient, ListTagsCommand } from '@aws-sdk/client-lambda';
import { NotFoundError } from '@backstage/errors';
import { parseArnOf } from '@careplane/aws-common';
import { AwsClients, withAwsErrors } from '@careplane/aws-node';
import { liveParameterOf } from '@careplane/backstage-plugin-release-common';
import type {
  OwnerPort,
  OwnerSigns,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';
import { EcsReader } from '../ecs/EcsReader';
import { latestOf, TargetTrail } from '../lib/TargetTrail';
import type { TargetMove } from '../lib/trailEvents';
import { placeOf, StackReader } from '../stack/StackReader';

/** Tags that say which tool made a resource. Others may hold anything. */
const KNOWN_TAGS = [
  'aws:cloudformation:stack-name',
  'lambda:createdby',
  'managed-by',
  'managed_by',
  'managedby',
  'terraform',
];

/** So many writes are told one by one. */
const MOST_WRITERS = 50;

/** Reads the signs of a target's owner; whatever fails is named, not thrown. */
export class AwsOwners implements OwnerPort {
  constructor(
    private readonly clients: AwsClients,
    private readonly trail: TargetTrail,
    private readonly stacks: StackReader,
  ) {}

  async signs(
    target: TargetRef,
    options: { fresh?: boolean } = {},
  ): Promise<OwnerSigns> {
    const unread: string[] = [];
    const read = async <T>(action: string, run: () => Promise<T>, none: T) => {
      try {
        return await run();
      } catch (error) {
        // What is not there has no sign, and is no question left open.
        if (!(error instanceof NotFoundError)) unread.push(action);
        return none;
      }
    };
    const isLambda = target.kind === 'lambda-alias';
    const [stack, tags, writers, controller] = await Promise.all([
      read(
        'cloudformation:DescribeStackResources',
        () => this.stack(target, !options.fresh),
        undefined,
      ),
      read(
        isLambda ? 'lambda:ListTags' : 'ecs:ListTagsForResource',
        () => (isLambda ? this.lambdaTags(target) : this.ecsTags(target)),
        {},
      ),
      read<Pick<OwnerSigns, 'writers' | 'readBackTo'>>(
        'cloudtrail:LookupEvents',
        () => this.writers(target, options),
        { writers: [] },
      ),
      isLambda
        ? undefined
        : read(
            'ecs:DescribeServices',
            () => this.controller(target),
            undefined,
          ),
    ]);
    return { stack, tags: known(tags), ...writers, controller, unread };
  }

  private async stack(
    target: TargetRef,
    shared: boolean,
  ): Promise<OwnerSigns['stack']> {
    const named = shared
      ? await this.stacks.stack(target, { shared })
      : undefined;
    const name = await this.stacks.holderOf(target, named, { shared });
    if (!name) return undefined;
    const held = { ...target, stackName: name };
    // What many targets share may be older than the stack that holds this one.
    const stack =
      (await this.stacks.stack(held, { shared })) ??
      (await this.stacks.stack(held));
    const live = liveParameterOf(target);
    const takesLiveValue = (stack?.Parameters ?? []).some(
      parameter => parameter.ParameterKey === live,
    );
    return {
      name,
      // What keeps Careplane's contract needs no further sign.
      transforms: takesLiveValue ? [] : await this.stacks.transforms(held),
      takesLiveValue,
      serverless: (stack?.Outputs ?? []).some(
        output => output.OutputKey === 'ServerlessDeploymentBucketName',
      ),
    };
  }

  private async lambdaTags(target: TargetRef) {
    const client = this.clients.read(LambdaClient, placeOf(target));
    const Resource = target.arn.replace(/:[^:]+$/, '');
    const { Tags } = await this.call(target, 'lambda', 'ListTags', () =>
      client.send(new ListTagsCommand({ Resource })),
    );
    return Tags ?? {};
  }

  private async ecsTags(target: TargetRef) {
    const client = this.clients.read(ECSClient, placeOf(target));
    const { tags } = await this.call(target, 'ecs', 'ListTagsForResource', () =>
      client.send(new ListTagsForResourceCommand({ resourceArn: target.arn })),
    );
    return Object.fromEntries(
      (tags ?? []).map(tag => [tag.key ?? '', tag.value ?? '']),
    );
  }

  private async writers(
    target: TargetRef,
    options: { fresh?: boolean },
  ): Promise<Pick<OwnerSigns, 'writers' | 'readBackTo'>> {
    const [moves, code] = await Promise.all([
      this.trail.writes(target, options),
      this.trail.codeWrites(target, options),
    ]);
    const told = [
      ...newest(moves.found).map(({ tool, at, actor }) => ({
        tool,
        at,
        actor,
      })),
      ...newest(code.found).map(({ tool, at, actor }) => ({
        tool,
        at,
        actor,
        wrote: 'code' as const,
      })),
    ];
    return {
      writers: told.sort((a, b) => b.at.localeCompare(a.at)),
      readBackTo: latestOf(
        [moves, code].flatMap(({ readBackTo }) => readBackTo ?? []),
      ),
    };
  }

  private async controller(
    target: TargetRef,
  ): Promise<OwnerSigns['controller']> {
    const service = parseArnOf(target.arn, 'ecs-service');
    const { deploymentController } = await new EcsReader(
      this.clients,
      service,
    ).describe();
    if (deploymentController?.type === 'CODE_DEPLOY') return 'codedeploy';
    return deploymentController?.type === 'EXTERNAL' ? 'external' : undefined;
  }

  private call<T>(
    target: TargetRef,
    service: string,
    operation: string,
    run: () => Promise<T>,
  ): Promise<T> {
    const place = placeOf(target);
    return withAwsErrors(
      { service, operation, ...place, resource: target.arn },
      run,
    );
  }
}

/** The newest first, and of each tool one at least: it may write again. */
function newest<T extends Pick<TargetMove, 'at' | 'tool'>>(all: T[]): T[] {
  const sorted = [...all].sort((a, b) => b.at.localeCompare(a.at));
  const isFirst = ({ tool }: T, index: number) =>
    sorted.findIndex(one => one.tool === tool) === index;
  return sorted.filter((one, i) => i < MOST_WRITERS || isFirst(one, i));
}

/** Of the known tags only; keys and values in lower case. */
function known(tags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags)
      .map(([key, value]) => [key.toLowerCase(), value.toLowerCase()])
      .filter(([key]) => KNOWN_TAGS.includes(key)),
  );
}
