import type { Json, JsonObject } from '../template';
import {
  bool,
  ignoreMissing,
  list,
  lowerCamel,
  number,
  object,
  tagMap,
  text,
  type ResourceContext,
  type ResourceHandler,
} from './handler';

const lowerTags = (properties: JsonObject, context: ResourceContext) =>
  Object.entries(tagMap(properties.Tags, context.tags)).map(([key, value]) => ({
    key,
    value,
  }));

interface RepositoryMetadata {
  repositoryId?: string;
  Arn?: string;
  cloneUrlHttp?: string;
  cloneUrlSsh?: string;
}

const repository: ResourceHandler = {
  replaceOn: [],
  taggable: true,
  async create(properties, context) {
    const repositoryName = text(properties.RepositoryName)!;
    const { repositoryMetadata: made } = await context.call<{
      repositoryMetadata?: RepositoryMetadata;
    }>('codecommit', 'CreateRepository', {
      repositoryName,
      repositoryDescription: text(properties.RepositoryDescription),
      tags: tagMap(properties.Tags, context.tags),
    });
    return {
      physicalId: made?.repositoryId ?? repositoryName,
      attributes: {
        Arn:
          made?.Arn ??
          `arn:aws:codecommit:${context.region}:${context.account}:${repositoryName}`,
        Name: repositoryName,
        CloneUrlHttp: made?.cloneUrlHttp ?? '',
        CloneUrlSsh: made?.cloneUrlSsh ?? '',
      },
    };
  },
  async update(physicalId, wanted, before, context) {
    if (wanted.RepositoryName !== before.RepositoryName) {
      await context.call('codecommit', 'UpdateRepositoryName', {
        oldName: text(before.RepositoryName),
        newName: text(wanted.RepositoryName),
      });
    }
    await context.call('codecommit', 'UpdateRepositoryDescription', {
      repositoryName: text(wanted.RepositoryName),
      repositoryDescription: text(wanted.RepositoryDescription) ?? '',
    });
    return { physicalId };
  },
  delete: (_id, properties, context) =>
    ignoreMissing(
      context.call('codecommit', 'DeleteRepository', {
        repositoryName: text(properties.RepositoryName),
      }),
    ),
};

const BOOLEANS = new Set([
  'privilegedMode',
  'encryptionDisabled',
  'overrideArtifactName',
  'reportBuildStatus',
  'insecureSsl',
  'buildStatusConfig',
  'pollForSourceChanges',
]);

/** Text booleans of a template where the API wants booleans. */
function typed(value: Json): Json {
  if (Array.isArray(value)) return value.map(typed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      BOOLEANS.has(key) && typeof item === 'string'
        ? item === 'true'
        : typed(item),
    ]),
  );
}

const project = (
  name: string,
  properties: JsonObject,
  context: ResourceContext,
) => {
  const rest = typed(lowerCamel(properties)) as JsonObject;
  const source = object(rest.source);
  if (source.buildSpec !== undefined) {
    source.buildspec = source.buildSpec;
    delete source.buildSpec;
  }
  return {
    ...rest,
    source,
    name,
    timeoutInMinutes: number(rest.timeoutInMinutes),
    queuedTimeoutInMinutes: number(rest.queuedTimeoutInMinutes),
    concurrentBuildLimit: number(rest.concurrentBuildLimit),
    tags: lowerTags(properties, context),
  };
};

const buildProject: ResourceHandler = {
  replaceOn: ['Name'],
  taggable: true,
  async create(properties, context) {
    const name = text(properties.Name) ?? context.uniqueName(150);
    await context.call(
      'codebuild',
      'CreateProject',
      project(name, properties, context),
    );
    return {
      physicalId: name,
      attributes: {
        Arn: `arn:aws:codebuild:${context.region}:${context.account}:project/${name}`,
      },
    };
  },
  async update(physicalId, wanted, _before, context) {
    await context.call(
      'codebuild',
      'UpdateProject',
      project(physicalId, wanted, context),
    );
    return { physicalId };
  },
  delete: (name, _properties, context) =>
    ignoreMissing(context.call('codebuild', 'DeleteProject', { name })),
};

/** A pipeline's free-form configuration keeps its keys and carries text only. */
const configuration = (
  value: Json | undefined,
): Record<string, string> | undefined =>
  value === undefined
    ? undefined
    : Object.fromEntries(
        Object.entries(object(value)).map(([key, item]) => [
          key,
          typeof item === 'object' ? JSON.stringify(item) : String(item),
        ]),
      );

const FREE_FORM = new Set(['Configuration']);

/** A rule's type has its version as text, and its configuration too. */
const withVersions = (stage: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(stage).map(([key, value]) => {
      if (!['beforeEntry', 'onSuccess', 'onFailure'].includes(key)) {
        return [key, value];
      }
      const conditions = object(value).conditions;
      if (!conditions) return [key, value];
      return [
        key,
        {
          ...object(value),
          conditions: list(conditions).map(item => ({
            ...object(item),
            rules: list(object(item).rules).map(each => {
              const rule = object(each);
              const type = object(rule.ruleTypeId);
              return {
                ...rule,
                ruleTypeId: { ...type, version: text(type.version) },
                configuration: configuration(rule.configuration) ?? {},
              };
            }),
          })),
        },
      ];
    }),
  );

const pipeline = (name: string, properties: JsonObject) => {
  const rest = lowerCamel(properties, FREE_FORM) as JsonObject;
  delete rest.tags;
  delete rest.restartExecutionOnUpdate;
  const stages = list(rest.stages).map(stage => ({
    ...withVersions(object(stage)),
    actions: list(object(stage).actions).map(item => {
      const action = object(item);
      const type = object(action.actionTypeId);
      return {
        ...action,
        actionTypeId: { ...type, version: text(type.version) },
        configuration: configuration(action.configuration),
        runOrder: number(action.runOrder) ?? 1,
        timeoutInMinutes: number(action.timeoutInMinutes),
      };
    }),
  }));
  return {
    version: 1,
    pipelineType: 'V1',
    executionMode: 'SUPERSEDED',
    ...rest,
    name,
    stages,
  };
};

const codePipeline: ResourceHandler = {
  replaceOn: ['Name'],
  taggable: true,
  async create(properties, context) {
    const name = text(properties.Name) ?? context.uniqueName(100);
    const made = await context.call<{ pipeline?: { version?: number } }>(
      'codepipeline',
      'CreatePipeline',
      {
        pipeline: pipeline(name, properties),
        tags: lowerTags(properties, context),
      },
    );
    return {
      physicalId: name,
      attributes: { Version: String(made.pipeline?.version ?? 1) },
    };
  },
  async update(physicalId, wanted, _before, context) {
    const made = await context.call<{ pipeline?: { version?: number } }>(
      'codepipeline',
      'UpdatePipeline',
      {
        pipeline: pipeline(physicalId, wanted),
      },
    );
    if (bool(wanted.RestartExecutionOnUpdate)) {
      await context.call('codepipeline', 'StartPipelineExecution', {
        name: physicalId,
      });
    }
    return {
      physicalId,
      attributes: { Version: String(made.pipeline?.version ?? 1) },
    };
  },
  delete: (name, _properties, context) =>
    ignoreMissing(context.call('codepipeline', 'DeletePipeline', { name })),
};

export const deliveryResources: Record<string, ResourceHandler> = {
  'AWS::CodeCommit::Repository': repository,
  'AWS::CodeBuild::Project': buildProject,
  'AWS::CodePipeline::Pipeline': codePipeline,
};
