import { createHash } from 'node:crypto';
import type { RevisionLocation } from '@aws-sdk/client-codedeploy';
import { parse } from 'yaml';

type Fields = Record<string, unknown>;

const object = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};

const without = (source: Fields, ...names: string[]): Fields =>
  Object.fromEntries(
    Object.entries(source).filter(([name]) => !names.includes(name)),
  );

/** What a deployment of an ECS service says, besides the task definition. */
export interface EcsAppSpec {
  /** `LoadBalancerInfo`, network, platform version and capacity, as they were. */
  properties: Fields;
  /** Lambda functions that test the deployment, by lifecycle event. */
  hooks: unknown;
}

/** The service's properties in an AppSpec, and the whole of it. */
function serviceIn(
  content: string | undefined,
): { spec: Fields; properties: Fields } | undefined {
  if (!content) return undefined;
  try {
    const spec = object(parse(content, { logLevel: 'silent' }));
    const resources = [spec.Resources ?? spec.resources].flat();
    for (const resource of resources.flatMap(one =>
      Object.values(object(one)),
    )) {
      const { Type, Properties } = object(resource);
      if (Type === 'AWS::ECS::Service') {
        return { spec, properties: object(Properties) };
      }
    }
  } catch {
    // Somebody else's text, which need not be an AppSpec.
  }
  return undefined;
}

/** The AppSpec of an earlier deployment; undefined where it is none of ECS. */
export function ecsAppSpecOf(
  content: string | undefined,
): EcsAppSpec | undefined {
  const found = serviceIn(content);
  return (
    found && {
      properties: without(found.properties, 'TaskDefinition'),
      hooks: found.spec.Hooks ?? found.spec.hooks,
    }
  );
}

/** The task definition that an earlier deployment brought. */
export function taskDefinitionOf(
  content: string | undefined,
): string | undefined {
  const { TaskDefinition } = serviceIn(content)?.properties ?? {};
  return typeof TaskDefinition === 'string' ? TaskDefinition : undefined;
}

/** The AppSpec of a service that was never deployed: container and port only. */
export const plainAppSpec = (
  ContainerName: string,
  ContainerPort: number,
): EcsAppSpec => ({
  properties: { LoadBalancerInfo: { ContainerName, ContainerPort } },
  hooks: undefined,
});

/**
 * A revision that brings a task definition as the deployments before did. A
 * return goes without the tests that could hold it up:
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
 */
export function ecsRevisionOf(
  { properties, hooks }: EcsAppSpec,
  taskDefinition: string,
  options: { rollback?: boolean } = {},
): RevisionLocation {
  const content = JSON.stringify({
    version: 0.0,
    Resources: [
      {
        TargetService: {
          Type: 'AWS::ECS::Service',
          Properties: { ...properties, TaskDefinition: taskDefinition },
        },
      },
    ],
    ...(hooks && !options.rollback ? { Hooks: hooks } : {}),
  });
  return {
    revisionType: 'AppSpecContent',
    appSpecContent: {
      content,
      sha256: createHash('sha256').update(content).digest('hex'),
    },
  };
}
