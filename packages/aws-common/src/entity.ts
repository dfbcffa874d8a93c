import type { Entity } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import * as keys from './annotations';
import { shorten } from './arn';
import { parseArnOf, ResourceArnOf, ResourceKind } from './resourceArn';

/**
 * Where an entity runs. `stage` is missing for peers' annotations, which have
 * no stages: such a target is shown and never written.
 */
export interface EntityTarget {
  arn: string;
  resource: ResourceArnOf<'lambda-alias' | 'lambda-function' | 'ecs-service'>;
  stage?: string;
  /** Key of the annotation that named it. */
  annotation: string;
}

/** A resource named by ARN. */
export interface ArnRef<K extends ResourceKind> {
  by: 'arn';
  arn: string;
  resource: ResourceArnOf<K>;
  annotation: string;
}

/** Resources found by tags, all of which must match. */
export interface TagsRef {
  by: 'tags';
  tags: { key: string; value: string }[];
  annotation: string;
}

export type Ref<K extends ResourceKind> = ArnRef<K> | TagsRef;

/** A SonarQube project. `instance` is `default` where none is named. */
export interface SonarProject {
  instance: string;
  projectKey: string;
}

/** A Lambda function that a peer's annotations name without its account. */
export interface NamedFunction {
  functionName: string;
  region: string;
}

/** Splits a comma-separated annotation; blanks are left out. */
export function annotationValues(entity: Entity, key: string): string[] {
  const value = entity.metadata.annotations?.[key];
  if (value === undefined) return [];
  return value
    .split(',')
    .map(part => part.trim())
    .filter(Boolean);
}

/** Adds which annotation of which entity is wrong to a parse error. */
function at<T>(entity: Entity, annotation: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(
      `Annotation '${annotation}' of '${entity.metadata.name}': ${error.message}`,
    );
  }
}

function arns<K extends ResourceKind>(
  entity: Entity,
  annotation: string,
  ...kinds: K[]
): ArnRef<K>[] {
  return annotationValues(entity, annotation).map(arn =>
    at(entity, annotation, () => ({
      by: 'arn' as const,
      arn,
      resource: parseArnOf(arn, ...kinds),
      annotation,
    })),
  );
}

/** Peers' form `key=value,key2=value2`; a value may hold further `=`. */
function tags(entity: Entity, annotation: string): TagsRef[] {
  const pairs = annotationValues(entity, annotation).map(pair =>
    at(entity, annotation, () => {
      const equals = pair.indexOf('=');
      if (equals < 1) {
        throw new InputError(
          `'${shorten(pair)}' is not a tag. Expected the form key=value.`,
        );
      }
      return { key: pair.slice(0, equals), value: pair.slice(equals + 1) };
    }),
  );
  return pairs.length ? [{ by: 'tags', tags: pairs, annotation }] : [];
}

function unique<T>(items: T[], keyOf: (item: T) => string): T[] {
  const seen = new Map<string, T>();
  for (const item of items) {
    const key = keyOf(item);
    if (!seen.has(key)) seen.set(key, item);
  }
  return [...seen.values()];
}

const refKey = (ref: Ref<ResourceKind>) =>
  ref.by === 'arn' ? ref.arn : JSON.stringify(ref.tags);

function refs<K extends ResourceKind>(
  entity: Entity,
  kind: K,
  arnKeys: string[],
  tagKey: string,
): Ref<K>[] {
  return unique<Ref<K>>(
    [
      ...arnKeys.flatMap(key => arns(entity, key, kind)),
      ...tags(entity, tagKey),
    ],
    refKey,
  );
}

const STAGE_PATTERN = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The targets of an entity: ours by stage, in the order of the annotations,
 * then peers' Lambda and ECS annotations without stage. A resource that both
 * name is listed once, with its stage.
 *
 * @throws InputError that names the annotation of a malformed value.
 */
export function targetsOf(entity: Entity): EntityTarget[] {
  const annotations = entity.metadata.annotations ?? {};
  const staged = Object.keys(annotations)
    .filter(key => key.startsWith(keys.ANNOTATION_TARGET_PREFIX))
    .flatMap(annotation => {
      const stage = annotation.slice(keys.ANNOTATION_TARGET_PREFIX.length);
      if (!STAGE_PATTERN.test(stage)) {
        throw new InputError(
          `Annotation '${shorten(annotation)}' of '${
            entity.metadata.name
          }': '${shorten(stage)}' is not the name of a stage.`,
        );
      }
      return arns(entity, annotation, 'lambda-alias', 'ecs-service').map(
        ({ arn, resource }) => ({ arn, resource, stage, annotation }),
      );
    });
  const unstaged = [
    ...arns(
      entity,
      keys.ANNOTATION_LAMBDA_FUNCTION_ARN,
      'lambda-function',
      'lambda-alias',
    ),
    ...arns(entity, keys.ANNOTATION_ECS_SERVICE_ARN, 'ecs-service'),
  ].map(({ arn, resource, annotation }) => ({ arn, resource, annotation }));
  const stagedArns = new Set(staged.map(target => target.arn));
  return unique<EntityTarget>(
    [...staged, ...unstaged.filter(target => !stagedArns.has(target.arn))],
    target => `${target.stage ?? ''} ${target.arn}`,
  );
}

/**
 * The CodeDeploy group of an entity on a stage: ours by stage, else the peers'
 * annotation, which has no stages, where exactly one group of it is in the
 * stage's account and region.
 *
 * @throws InputError that names the annotation of a malformed value.
 */
export function deploymentGroupOf(
  entity: Entity,
  stage: { name: string; accountId: string; region: string },
): ArnRef<'codedeploy-group'> | undefined {
  const key = `${keys.ANNOTATION_DEPLOYMENT_GROUP_PREFIX}${stage.name}`;
  const [staged] = arns(entity, key, 'codedeploy-group');
  if (staged) return staged;
  const there = arns(
    entity,
    keys.ANNOTATION_CODEDEPLOY_GROUP,
    'codedeploy-group',
  ).filter(
    ({ resource }) =>
      resource.accountId === stage.accountId &&
      resource.region === stage.region,
  );
  return there.length === 1 ? there[0] : undefined;
}

/** Lambda functions named by `aws.com/lambda-function-name` and region. */
export function namedFunctionsOf(entity: Entity): NamedFunction[] {
  const region =
    entity.metadata.annotations?.[keys.ANNOTATION_LAMBDA_REGION]?.trim();
  return annotationValues(entity, keys.ANNOTATION_LAMBDA_FUNCTION_NAME).map(
    functionName =>
      at(entity, keys.ANNOTATION_LAMBDA_FUNCTION_NAME, () => {
        if (!region) {
          throw new InputError(
            `needs '${keys.ANNOTATION_LAMBDA_REGION}' beside it.`,
          );
        }
        return { functionName, region };
      }),
  );
}

/** Name of the service stack: `careplane.dev/stack`, else `svc-<name>`. */
export function stackNameOf(entity: Entity): string {
  const name =
    entity.metadata.annotations?.[keys.ANNOTATION_STACK]?.trim() ||
    `svc-${entity.metadata.name}`;
  return at(entity, keys.ANNOTATION_STACK, () => {
    if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name)) {
      throw new InputError(`'${shorten(name)}' is not a stack name.`);
    }
    return name;
  });
}

/**
 * What tests the component on a stage: a CodeBuild project, `none`, or
 * undefined where the entity does not say.
 */
export function testsOf(entity: Entity, stage: string): string | undefined {
  const key = `${keys.ANNOTATION_TESTS_PREFIX}${stage}`;
  const name = entity.metadata.annotations?.[key]?.trim();
  if (!name) return undefined;
  return at(entity, key, () => {
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{1,254}$/.test(name)) {
      throw new InputError(`'${shorten(name)}' is not a CodeBuild project.`);
    }
    return name;
  });
}

/** Names of alarms that watch a stage's target, besides those of its stack. */
export function alarmsOf(entity: Entity, stage: string): string[] {
  return unique(
    [
      ...annotationValues(entity, keys.ANNOTATION_ALARMS),
      ...annotationValues(entity, `${keys.ANNOTATION_ALARMS}.${stage}`),
    ],
    name => name,
  );
}

/** Pipelines named by ARN (current and legacy key) or found by tags. */
export function pipelinesOf(entity: Entity): Ref<'codepipeline'>[] {
  return refs(
    entity,
    'codepipeline',
    [keys.ANNOTATION_CODEPIPELINE_ARN, keys.ANNOTATION_CODEPIPELINE_LEGACY],
    keys.ANNOTATION_CODEPIPELINE_TAGS,
  );
}

/** CodeBuild projects named by ARN (current and legacy key) or found by tags. */
export function buildsOf(entity: Entity): Ref<'codebuild-project'>[] {
  return refs(
    entity,
    'codebuild-project',
    [keys.ANNOTATION_CODEBUILD_ARN, keys.ANNOTATION_CODEBUILD_LEGACY],
    keys.ANNOTATION_CODEBUILD_TAGS,
  );
}

/** Image repositories named by ARN (AWS's and Roadie's key) or found by tags. */
export function imagesOf(entity: Entity): Ref<'ecr-repository'>[] {
  return refs(
    entity,
    'ecr-repository',
    [keys.ANNOTATION_ECR_ARN, keys.ANNOTATION_ECR_ARN_ROADIE],
    keys.ANNOTATION_ECR_TAGS,
  );
}

/** CodeCommit repositories of a component. */
export function repositoriesOf(
  entity: Entity,
): ArnRef<'codecommit-repository'>[] {
  return unique(
    arns(entity, keys.ANNOTATION_CODECOMMIT, 'codecommit-repository'),
    refKey,
  );
}

/**
 * SonarQube projects: `[instance/]key`, split at the first slash as the
 * community plugin does, several separated by commas (which no project key
 * may contain).
 */
export function sonarProjectsOf(entity: Entity): SonarProject[] {
  const key = keys.ANNOTATION_SONARQUBE_PROJECT;
  const projects = annotationValues(entity, key).map(value =>
    at(entity, key, () => {
      const slash = value.indexOf('/');
      const instance = slash < 0 ? 'default' : value.slice(0, slash);
      const projectKey = value.slice(slash + 1);
      if (!instance || !projectKey) {
        throw new InputError(
          `'${shorten(value)}' is not a project. Expected [instance/]key.`,
        );
      }
      return { instance, projectKey };
    }),
  );
  return unique(projects, p => `${p.instance}/${p.projectKey}`);
}
