import { createHash } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-codedeploy';
import { parse } from 'yaml';
import { AwsError } from '../../core';
import type { HookEvent, LambdaSpec } from './model';

const HOOKS: readonly HookEvent[] = ['BeforeAllowTraffic', 'AfterAllowTraffic'];

const invalid = (message: string) =>
  new AwsError('InvalidRevisionException', message);

const object = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

/** A list of one-key maps, or one map, as AppSpec files have both. */
const entries = (value: unknown): [string, unknown][] =>
  (Array.isArray(value) ? value : [value]).flatMap(item =>
    Object.entries(object(item)),
  );

/**
 * Reads the AppSpec of a Lambda deployment, in YAML or JSON.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
 *
 * @throws AwsError InvalidRevisionException
 */
export function readLambdaSpec(
  revision: sdk.RevisionLocation | undefined,
): LambdaSpec {
  const given = revision?.appSpecContent ?? revision?.string;
  if (!revision || !given?.content) {
    throw invalid('The revision must be given as AppSpecContent or String');
  }
  const sha256 = createHash('sha256').update(given.content).digest('hex');
  if (given.sha256 && given.sha256 !== sha256) {
    throw invalid('The SHA-256 of the AppSpec content does not match');
  }
  let whole: Record<string, unknown>;
  try {
    whole = object(parse(given.content));
  } catch {
    throw invalid('The AppSpec content is neither YAML nor JSON');
  }
  if (Number(whole.version) !== 0) {
    throw invalid('The AppSpec file must say version 0.0');
  }
  const resource = entries(whole.Resources ?? whole.resources)
    .map(([, value]) => object(value))
    .find(({ Type }) => Type === 'AWS::Lambda::Function');
  const { Name, Alias, CurrentVersion, TargetVersion } = object(
    resource?.Properties,
  );
  const named = [Name, Alias, CurrentVersion, TargetVersion].map(value =>
    value === undefined || value === null ? '' : String(value),
  );
  if (named.some(value => value === '')) {
    throw invalid(
      'The AppSpec file needs a resource of type AWS::Lambda::Function with Name, Alias, CurrentVersion and TargetVersion',
    );
  }
  if (named[2] === named[3]) {
    throw invalid('CurrentVersion and TargetVersion must be different');
  }
  const hooks: LambdaSpec['hooks'] = {};
  for (const [event, name] of entries(whole.Hooks ?? whole.hooks)) {
    const known = HOOKS.find(one => one === event);
    if (!known) throw invalid(`Lambda deployments have no hook ${event}`);
    hooks[known] = String(name);
  }
  return {
    functionName: named[0],
    alias: named[1],
    currentVersion: named[2],
    targetVersion: named[3],
    hooks,
  };
}

/** The AppSpec that takes a deployment back. */
export function reverseRevision(spec: LambdaSpec): sdk.RevisionLocation {
  const content = JSON.stringify({
    version: 0.0,
    Resources: [
      {
        [spec.functionName]: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Name: spec.functionName,
            Alias: spec.alias,
            CurrentVersion: spec.targetVersion,
            TargetVersion: spec.currentVersion,
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
