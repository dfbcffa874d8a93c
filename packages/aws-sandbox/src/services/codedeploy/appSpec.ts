import { createHash } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-codedeploy';
import { parse } from 'yaml';
import { AwsError, type Sandbox } from '../../core';
import { sameTag } from '../s3/checks';
import { requireVersion } from '../s3/model';
import type { EcsSpec, HookEvent, LambdaSpec } from './model';

const LAMBDA_HOOKS: readonly HookEvent[] = [
  'BeforeAllowTraffic',
  'AfterAllowTraffic',
];
const ECS_HOOKS: readonly HookEvent[] = [
  'BeforeInstall',
  'AfterInstall',
  'AfterAllowTestTraffic',
  ...LAMBDA_HOOKS,
];

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

type Revision = sdk.RevisionLocation;

/** @throws AwsError InvalidRevisionException */
function contentOf(revision: Revision | undefined): Record<string, unknown> {
  const given = revision?.appSpecContent ?? revision?.string;
  if (!revision || !given?.content) {
    throw invalid(
      'The revision must be given as AppSpecContent or String, or as an AppSpec file in S3',
    );
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
  return whole;
}

/**
 * The revision with its AppSpec where that lies in S3 as a file.
 * https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_S3Location.html
 *
 * @throws AwsError InvalidRevisionException
 */
export function fetched(sandbox: Sandbox, revision: Revision): Revision {
  const { bucket, key, version, eTag, bundleType } = revision.s3Location ?? {};
  if (!bucket || !key || !/^(yaml|json)$/i.test(bundleType ?? '')) {
    return revision;
  }
  try {
    const found = requireVersion(sandbox, bucket, key, version);
    if (eTag && !sameTag(eTag, found)) {
      throw invalid('The ETag of the AppSpec file does not match');
    }
    const content = Buffer.from(sandbox.blobs.get(found.sha256)).toString();
    return { revisionType: 'String', string: { content } };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalid(`The AppSpec file in S3 cannot be used: ${error.message}`);
  }
}

const propertiesOf = (whole: Record<string, unknown>, type: string) =>
  object(
    entries(whole.Resources ?? whole.resources)
      .map(([, value]) => object(value))
      .find(({ Type }) => Type === type)?.Properties,
  );

function hooksOf(
  whole: Record<string, unknown>,
  events: readonly HookEvent[],
  platform: string,
): LambdaSpec['hooks'] {
  const hooks: LambdaSpec['hooks'] = {};
  for (const [event, name] of entries(whole.Hooks ?? whole.hooks)) {
    const known = events.find(one => one === event);
    if (!known) throw invalid(`${platform} deployments have no hook ${event}`);
    hooks[known] = String(name);
  }
  return hooks;
}

/**
 * Reads the AppSpec of a Lambda deployment, in YAML or JSON.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
 *
 * @throws AwsError InvalidRevisionException
 */
export function readLambdaSpec(revision: Revision | undefined): LambdaSpec {
  const whole = contentOf(revision);
  const { Name, Alias, CurrentVersion, TargetVersion } = propertiesOf(
    whole,
    'AWS::Lambda::Function',
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
  return {
    functionName: named[0],
    alias: named[1],
    currentVersion: named[2],
    targetVersion: named[3],
    hooks: hooksOf(whole, LAMBDA_HOOKS, 'Lambda'),
  };
}

/**
 * Reads the AppSpec of an ECS deployment, in YAML or JSON; same page.
 *
 * @throws AwsError InvalidRevisionException
 */
export function readEcsSpec(revision: Revision | undefined): EcsSpec {
  const whole = contentOf(revision);
  const { TaskDefinition, LoadBalancerInfo } = propertiesOf(
    whole,
    'AWS::ECS::Service',
  );
  const { ContainerName, ContainerPort } = object(LoadBalancerInfo);
  const port = Number(ContainerPort);
  if (
    typeof TaskDefinition !== 'string' ||
    typeof ContainerName !== 'string' ||
    !Number.isInteger(port)
  ) {
    throw invalid(
      'The AppSpec file needs a resource of type AWS::ECS::Service with TaskDefinition and LoadBalancerInfo: ContainerName and ContainerPort',
    );
  }
  return {
    taskDefinition: TaskDefinition,
    container: ContainerName,
    port,
    hooks: hooksOf(whole, ECS_HOOKS, 'ECS'),
  };
}

const asRevision = (resource: Record<string, unknown>): Revision => {
  const content = JSON.stringify({ version: 0.0, Resources: [resource] });
  return {
    revisionType: 'AppSpecContent',
    appSpecContent: {
      content,
      sha256: createHash('sha256').update(content).digest('hex'),
    },
  };
};

/** The AppSpec that takes a deployment of ECS back. */
export const reverseEcsRevision = (
  spec: EcsSpec,
  taskDefinition: string,
): Revision =>
  asRevision({
    TargetService: {
      Type: 'AWS::ECS::Service',
      Properties: {
        TaskDefinition: taskDefinition,
        LoadBalancerInfo: {
          ContainerName: spec.container,
          ContainerPort: spec.port,
        },
      },
    },
  });

/** The AppSpec that takes a deployment of Lambda back. */
export const reverseRevision = (spec: LambdaSpec): Revision =>
  asRevision({
    [spec.functionName]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Name: spec.functionName,
        Alias: spec.alias,
        CurrentVersion: spec.targetVersion,
        TargetVersion: spec.currentVersion,
      },
    },
  });
