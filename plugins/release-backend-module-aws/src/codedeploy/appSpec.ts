import { createHash } from 'node:crypto';
import type { RevisionLocation } from '@aws-sdk/client-codedeploy';
import { parse } from 'yaml';

/** What a deployment does to an alias. */
export interface AliasShift {
  functionName: string;
  alias: string;
  from: string;
  to: string;
}

/**
 * The revision of a deployment that moves an alias, as AppSpec content:
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
 */
export function revisionOf(shift: AliasShift): RevisionLocation {
  const content = JSON.stringify({
    version: 0.0,
    Resources: [
      {
        [shift.functionName.replace(/[^A-Za-z0-9]/g, '')]: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Name: shift.functionName,
            Alias: shift.alias,
            CurrentVersion: shift.from,
            TargetVersion: shift.to,
          },
        },
      },
    ],
  });
  return {
    revisionType: 'AppSpecContent',
    appSpecContent: {
      content,
      sha256: createHash('sha256').update(content).digest('hex'),
    },
  };
}

const object = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

/** YAML reads a version without quotes as a number. */
const version = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : undefined;

type FoundShift = Pick<AliasShift, 'functionName' | 'alias'> &
  Partial<AliasShift>;

/** What somebody's AppSpec does to an alias; undefined where it names none. */
export function shiftOf(content: string | undefined): FoundShift | undefined {
  if (!content) return undefined;
  try {
    const spec = object(parse(content, { logLevel: 'silent' }));
    const resources = spec.Resources ?? spec.resources;
    for (const item of [resources].flat()) {
      for (const resource of Object.values(object(item))) {
        const { Name, Alias, CurrentVersion, TargetVersion } = object(
          object(resource).Properties,
        );
        if (typeof Name === 'string' && typeof Alias === 'string') {
          return {
            functionName: Name,
            alias: Alias,
            from: version(CurrentVersion),
            to: version(TargetVersion),
          };
        }
      }
    }
  } catch {
    // Somebody else's text, which need not be an AppSpec.
  }
  return undefined;
}
