import { AwsError } from '../../../core';
import { readZipFile } from '../zip';
import { readArtifact, type ActionRun } from './driver';

/**
 * Parameters, tags and stack policy of a CloudFormation action: the template
 * configuration file first, `ParameterOverrides` over it, with
 * `Fn::GetArtifactAtt` and `Fn::GetParam`.
 *
 * @throws AwsError ValidationError where a file or value is not there.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-parameter-override-functions.html
 */
export async function readParameters(run: ActionRun): Promise<object> {
  const { TemplateConfiguration, ParameterOverrides } =
    run.record.configuration;
  const parameters: Record<string, string> = {};
  let tags: Record<string, string> = {};
  let policy: unknown;
  if (TemplateConfiguration) {
    const [artifact, file] = TemplateConfiguration.split('::');
    const settings = parseObject(
      await readText(run, artifact, file),
      TemplateConfiguration,
    );
    Object.assign(parameters, texts(settings.Parameters));
    tags = texts(settings.Tags);
    policy = settings.StackPolicy;
  }
  const overrides = parseObject(
    ParameterOverrides || '{}',
    'ParameterOverrides',
  );
  for (const [key, value] of Object.entries(overrides)) {
    parameters[key] = await resolve(run, value);
  }
  return {
    Parameters: Object.entries(parameters).map(
      ([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      }),
    ),
    ...(Object.keys(tags).length > 0
      ? { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }
      : {}),
    ...(policy && run.record.configuration.ActionMode === 'CREATE_UPDATE'
      ? { StackPolicyBody: JSON.stringify(policy) }
      : {}),
  };
}

async function resolve(run: ActionRun, value: unknown): Promise<string> {
  if (typeof value !== 'object' || value === null) return String(value);
  const { 'Fn::GetArtifactAtt': attribute, 'Fn::GetParam': parameter } =
    value as Record<string, unknown>;
  if (Array.isArray(attribute)) {
    const [name, key] = attribute.map(String);
    const location = run.execution.artifacts[name];
    const found: Record<string, string | undefined> = {
      BucketName: location?.bucket,
      ObjectKey: location?.key,
      URL:
        location &&
        `https://${location.bucket}.s3.amazonaws.com/${location.key}`,
    };
    return found[key] ?? refuse(`Artifact [${name}] has no attribute ${key}`);
  }
  if (Array.isArray(parameter)) {
    const [name, file, key] = parameter.map(String);
    const found = parseObject(await readText(run, name, file), file)[key];
    return found === undefined
      ? refuse(`File ${file} in artifact [${name}] has no key ${key}`)
      : String(found);
  }
  return refuse(
    'ParameterOverrides may hold texts, Fn::GetArtifactAtt and Fn::GetParam',
  );
}

async function readText(
  run: ActionRun,
  artifact: string,
  file: string,
): Promise<string> {
  const data = await readZipFile(await readArtifact(run, artifact), file);
  return (
    data?.toString('utf8') ??
    refuse(`File ${file} does not exist in artifact [${artifact}]`)
  );
}

function parseObject(text: string, name: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (value && typeof value === 'object' && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Answered below, as any other text that is no object.
  }
  return refuse(`${name} is not a JSON object`);
}

function texts(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries((value ?? {}) as object).map(([key, item]) => [
      key,
      String(item),
    ]),
  );
}

function refuse(message: string): never {
  throw new AwsError('ValidationError', message);
}
