import type { Parameter } from '@aws-sdk/client-cloudformation';
import { InputError } from '@backstage/errors';
import {
  liveParameterOf,
  TargetKind,
} from '@careplane/backstage-plugin-release-common';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import type { Manifest } from '../releases/manifest';
import { readTemplate } from './yaml';

/** The output that names the newest published revision. */
export function publishedOutputOf(kind: TargetKind): string {
  return kind === 'lambda-alias'
    ? 'PublishedVersion'
    : 'PublishedTaskDefinition';
}

/** Parameters that a template declares, and which of them have a default. */
export function declaredParameters(template: string): Map<string, boolean> {
  const parameters = readTemplate(template).Parameters ?? {};
  return new Map(
    Object.entries(parameters as Record<string, unknown>).map(
      ([name, declaration]) => [
        name,
        typeof declaration === 'object' &&
          declaration !== null &&
          'Default' in declaration,
      ],
    ),
  );
}

/** What Careplane knows of a release on a stage, by parameter name. */
export function releaseParameters(
  manifest: Manifest,
  target: TargetRef,
  liveValue: string,
): Record<string, string> {
  const { artifact } = manifest;
  return {
    Stage: target.stage.name,
    ReleaseId: manifest.id,
    ReleaseVersion: manifest.version,
    ...(artifact.type === 'zip'
      ? { CodeBucket: artifact.bucket, CodeKey: artifact.key }
      : { ImageUri: artifact.uri }),
    [liveParameterOf(target)]: liveValue,
  };
}

/**
 * Parameters of a change set: values for what the template declares, the
 * previous value for the rest of an update, the template's default for the rest
 * of a first creation.
 *
 * @throws InputError that names parameters which have no value from anywhere.
 */
export function changeSetParameters(options: {
  declared: Map<string, boolean>;
  values: Record<string, string>;
  /** Names that the stack has; empty at its first creation. */
  previous: string[];
}): Parameter[] {
  const { declared, values, previous } = options;
  const missing: string[] = [];
  const parameters = [...declared].flatMap(
    ([name, hasDefault]): Parameter[] => {
      if (values[name] !== undefined) {
        return [{ ParameterKey: name, ParameterValue: values[name] }];
      }
      if (previous.includes(name)) {
        return [{ ParameterKey: name, UsePreviousValue: true }];
      }
      if (!hasDefault) missing.push(name);
      return [];
    },
  );
  if (missing.length) {
    throw new InputError(
      `The template needs ${missing.join(
        ', ',
      )}, for which there is no value. Set them in release.stages[].parameters.`,
    );
  }
  return parameters;
}
