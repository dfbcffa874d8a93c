import { InputError } from '@backstage/errors';
import { Arn, formatArn, parseArn, shorten } from './arn';

/** The parts that name one resource of each kind that Careplane knows. */
export interface ResourceParts {
  'lambda-function': { functionName: string };
  'lambda-alias': { functionName: string; alias: string };
  'lambda-version': { functionName: string; version: string };
  'ecs-cluster': { cluster: string };
  'ecs-service': { cluster: string; service: string };
  'ecs-service-deployment': {
    cluster: string;
    service: string;
    deployment: string;
  };
  'ecs-task-definition': { family: string; revision: number };
  codepipeline: { pipeline: string };
  'codebuild-project': { project: string };
  'codebuild-build': { project: string; build: string };
  'codecommit-repository': { repository: string };
  'ecr-repository': { repository: string };
  'cloudformation-stack': { stack: string; id: string };
  'cloudformation-change-set': { changeSet: string; id: string };
  'codedeploy-group': { application: string; group: string };
  'iam-role': { role: string };
  's3-bucket': { bucket: string };
  'sqs-queue': { queue: string };
  'rds-instance': { instance: string };
  'rds-cluster': { cluster: string };
  'dynamodb-table': { table: string };
}

export type ResourceKind = keyof ResourceParts;

/** An ARN whose resource part was read. Discriminated by `kind`. */
export type ResourceArn = {
  [K in ResourceKind]: {
    kind: K;
    partition: string;
    region: string;
    accountId: string;
  } & ResourceParts[K];
}[ResourceKind];

/** The member of {@link ResourceArn} of one kind. */
export type ResourceArnOf<K extends ResourceKind> = Extract<
  ResourceArn,
  { kind: K }
>;

interface Shape<K extends ResourceKind> {
  service: string;
  /** Forms of the resource part; the groups feed `read`. */
  pattern: RegExp;
  read(match: RegExpExecArray): ResourceParts[K];
  write(parts: ResourceParts[K]): string;
  example: string;
}

const FUNCTION = '[A-Za-z0-9_-]{1,64}';
const ECS_NAME = '[A-Za-z0-9_-]{1,255}';

/**
 * One shape per kind, after the tables of resource types in the AWS service
 * authorization reference. A Lambda qualifier made of digits, or `$LATEST`, is
 * a version: alias names may not be numbers.
 */
const SHAPES: { [K in ResourceKind]: Shape<K> } = {
  'lambda-function': {
    service: 'lambda',
    pattern: new RegExp(`^function:(${FUNCTION})$`),
    read: m => ({ functionName: m[1] }),
    write: p => `function:${p.functionName}`,
    example: 'arn:aws:lambda:us-east-1:111111111111:function:claims-api',
  },
  'lambda-version': {
    service: 'lambda',
    pattern: new RegExp(`^function:(${FUNCTION}):(\\$LATEST|[0-9]+)$`),
    read: m => ({ functionName: m[1], version: m[2] }),
    write: p => `function:${p.functionName}:${p.version}`,
    example: 'arn:aws:lambda:us-east-1:111111111111:function:claims-api:7',
  },
  'lambda-alias': {
    service: 'lambda',
    pattern: new RegExp(
      `^function:(${FUNCTION}):((?=[A-Za-z0-9_-]*[A-Za-z_-])[A-Za-z0-9_-]{1,128})$`,
    ),
    read: m => ({ functionName: m[1], alias: m[2] }),
    write: p => `function:${p.functionName}:${p.alias}`,
    example: 'arn:aws:lambda:us-east-1:111111111111:function:claims-api:live',
  },
  'ecs-cluster': {
    service: 'ecs',
    pattern: new RegExp(`^cluster/(${ECS_NAME})$`),
    read: m => ({ cluster: m[1] }),
    write: p => `cluster/${p.cluster}`,
    example: 'arn:aws:ecs:us-east-1:111111111111:cluster/careplane',
  },
  'ecs-service': {
    service: 'ecs',
    pattern: new RegExp(`^service/(${ECS_NAME})/(${ECS_NAME})$`),
    read: m => ({ cluster: m[1], service: m[2] }),
    write: p => `service/${p.cluster}/${p.service}`,
    example: 'arn:aws:ecs:us-east-1:111111111111:service/careplane/web',
  },
  'ecs-service-deployment': {
    service: 'ecs',
    pattern: new RegExp(
      `^service-deployment/(${ECS_NAME})/(${ECS_NAME})/([A-Za-z0-9_-]+)$`,
    ),
    read: m => ({ cluster: m[1], service: m[2], deployment: m[3] }),
    write: p => `service-deployment/${p.cluster}/${p.service}/${p.deployment}`,
    example:
      'arn:aws:ecs:us-east-1:111111111111:service-deployment/careplane/web/abc',
  },
  'ecs-task-definition': {
    service: 'ecs',
    pattern: new RegExp(`^task-definition/(${ECS_NAME}):([1-9][0-9]*)$`),
    read: m => ({ family: m[1], revision: Number(m[2]) }),
    write: p => `task-definition/${p.family}:${p.revision}`,
    example: 'arn:aws:ecs:us-east-1:111111111111:task-definition/web:12',
  },
  codepipeline: {
    service: 'codepipeline',
    pattern: /^([A-Za-z0-9.@_-]{1,100})$/,
    read: m => ({ pipeline: m[1] }),
    write: p => p.pipeline,
    example: 'arn:aws:codepipeline:us-east-1:111111111111:claims-api',
  },
  'codebuild-project': {
    service: 'codebuild',
    pattern: /^project\/([A-Za-z0-9][A-Za-z0-9_-]{1,254})$/,
    read: m => ({ project: m[1] }),
    write: p => `project/${p.project}`,
    example:
      'arn:aws:codebuild:us-east-1:111111111111:project/claims-api-build',
  },
  'codebuild-build': {
    service: 'codebuild',
    pattern: /^build\/([A-Za-z0-9][A-Za-z0-9_-]{1,254}):([A-Za-z0-9-]+)$/,
    read: m => ({ project: m[1], build: m[2] }),
    write: p => `build/${p.project}:${p.build}`,
    example:
      'arn:aws:codebuild:us-east-1:111111111111:build/claims-api-build:0a1b',
  },
  'codecommit-repository': {
    service: 'codecommit',
    pattern: /^([A-Za-z0-9._-]{1,100})$/,
    read: m => ({ repository: m[1] }),
    write: p => p.repository,
    example: 'arn:aws:codecommit:us-east-1:111111111111:claims-api',
  },
  'ecr-repository': {
    service: 'ecr',
    pattern: /^repository\/([a-z0-9]+(?:[._/-]+[a-z0-9]+)*)$/,
    read: m => ({ repository: m[1] }),
    write: p => `repository/${p.repository}`,
    example: 'arn:aws:ecr:us-east-1:111111111111:repository/web',
  },
  'cloudformation-stack': {
    service: 'cloudformation',
    pattern: /^stack\/([A-Za-z][A-Za-z0-9-]{0,127})\/([A-Za-z0-9-]+)$/,
    read: m => ({ stack: m[1], id: m[2] }),
    write: p => `stack/${p.stack}/${p.id}`,
    example:
      'arn:aws:cloudformation:us-east-1:111111111111:stack/svc-claims-api/0a1b',
  },
  'cloudformation-change-set': {
    service: 'cloudformation',
    pattern: /^changeSet\/([A-Za-z][A-Za-z0-9-]{0,127})\/([A-Za-z0-9-]+)$/,
    read: m => ({ changeSet: m[1], id: m[2] }),
    write: p => `changeSet/${p.changeSet}/${p.id}`,
    example: 'arn:aws:cloudformation:us-east-1:111111111111:changeSet/cp/0a1b',
  },
  'codedeploy-group': {
    service: 'codedeploy',
    pattern: /^deploymentgroup:([^/:]{1,100})\/([^/:]{1,100})$/,
    read: m => ({ application: m[1], group: m[2] }),
    write: p => `deploymentgroup:${p.application}/${p.group}`,
    example: 'arn:aws:codedeploy:us-east-1:111111111111:deploymentgroup:app/g',
  },
  'iam-role': {
    service: 'iam',
    pattern: /^role\/((?:[!-.0-~]+\/)*[A-Za-z0-9_+=,.@-]{1,64})$/,
    read: m => ({ role: m[1] }),
    write: p => `role/${p.role}`,
    example: 'arn:aws:iam::111111111111:role/careplane-read',
  },
  's3-bucket': {
    service: 's3',
    pattern: /^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])$/,
    read: m => ({ bucket: m[1] }),
    write: p => p.bucket,
    example: 'arn:aws:s3:::careplane-artifacts-111111111111',
  },
  'sqs-queue': {
    service: 'sqs',
    pattern: /^([A-Za-z0-9_-]{1,80}(?:\.fifo)?)$/,
    read: m => ({ queue: m[1] }),
    write: p => p.queue,
    example: 'arn:aws:sqs:us-east-1:111111111111:intake',
  },
  'rds-instance': {
    service: 'rds',
    pattern: /^db:([a-z][a-z0-9-]{0,62})$/,
    read: m => ({ instance: m[1] }),
    write: p => `db:${p.instance}`,
    example: 'arn:aws:rds:us-east-1:111111111111:db:visits',
  },
  'rds-cluster': {
    service: 'rds',
    pattern: /^cluster:([a-z][a-z0-9-]{0,62})$/,
    read: m => ({ cluster: m[1] }),
    write: p => `cluster:${p.cluster}`,
    example: 'arn:aws:rds:us-east-1:111111111111:cluster:visits',
  },
  'dynamodb-table': {
    service: 'dynamodb',
    pattern: /^table\/([A-Za-z0-9_.-]{3,255})$/,
    read: m => ({ table: m[1] }),
    write: p => `table/${p.table}`,
    example: 'arn:aws:dynamodb:us-east-1:111111111111:table/visits',
  },
};

const KINDS = Object.keys(SHAPES) as ResourceKind[];

function read<K extends ResourceKind>(
  kind: K,
  arn: Arn,
): ResourceArnOf<K> | undefined {
  const shape: Shape<K> = SHAPES[kind];
  if (shape.service !== arn.service) return undefined;
  const match = shape.pattern.exec(arn.resource);
  if (!match) return undefined;
  const { partition, region, accountId } = arn;
  return {
    kind,
    partition,
    region,
    accountId,
    ...shape.read(match),
  } as unknown as ResourceArnOf<K>;
}

/**
 * Reads an ARN and the resource that it names.
 *
 * @throws InputError when it is no ARN, or of a kind that Careplane does not know.
 */
export function parseResourceArn(text: string): ResourceArn {
  const arn = parseArn(text);
  for (const kind of KINDS) {
    const found = read(kind, arn);
    if (found) return found;
  }
  throw new InputError(
    `'${shorten(text)}' names a resource that Careplane does not know.`,
  );
}

/**
 * Reads an ARN that must be of one of the kinds given.
 *
 * @throws InputError that says which form was expected, with an example.
 */
export function parseArnOf<K extends ResourceKind>(
  text: string,
  ...kinds: K[]
): ResourceArnOf<K> {
  const arn = parseArn(text);
  for (const kind of kinds) {
    const found = read(kind, arn);
    if (found) return found;
  }
  throw new InputError(
    `'${shorten(text)}' is not the ARN of a ${kinds.join(
      ' or ',
    )}. Expected the form ${kinds.map(k => SHAPES[k].example).join(' or ')}.`,
  );
}

/** Writes the ARN of a resource; the inverse of {@link parseResourceArn}. */
export function formatResourceArn(resource: ResourceArn): string {
  const shape = SHAPES[resource.kind] as Shape<ResourceKind>;
  return formatArn({
    partition: resource.partition,
    service: shape.service,
    region: resource.region,
    accountId: resource.accountId,
    resource: shape.write(resource),
  });
}
