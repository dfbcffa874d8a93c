import { ZipFile } from 'yazl';
import { AwsError } from '../../../core';
import type { Json, JsonObject } from '../template';
import {
  ignoreMissing,
  number,
  object,
  tagMap,
  text,
  type ResourceContext,
  type ResourceHandler,
} from './handler';

async function zipOf(
  source: string,
  handler: string | undefined,
): Promise<Uint8Array> {
  const zip = new ZipFile();
  const file = (handler ?? 'index.handler').split('.')[0];
  zip.addBuffer(Buffer.from(source), `${file}.js`, {
    mtime: new Date(Date.UTC(2020, 0, 1)),
  });
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function codeOf(
  properties: JsonObject,
): Promise<JsonObject | { ZipFile: Uint8Array }> {
  const code = object(properties.Code);
  if (code.ZipFile !== undefined) {
    return {
      ZipFile: await zipOf(String(code.ZipFile), text(properties.Handler)),
    };
  }
  return { ...code };
}

const environment = (value: Json | undefined) => ({
  Variables: Object.fromEntries(
    Object.entries(object(object(value).Variables)).map(([key, item]) => [
      key,
      String(item),
    ]),
  ),
});

const configuration = (properties: JsonObject) => ({
  Role: text(properties.Role),
  Handler: text(properties.Handler),
  Runtime: text(properties.Runtime),
  Description: text(properties.Description) ?? '',
  Timeout: number(properties.Timeout) ?? 3,
  MemorySize: number(properties.MemorySize) ?? 128,
  Environment: environment(properties.Environment),
  KMSKeyArn: text(properties.KmsKeyArn),
  TracingConfig: properties.TracingConfig,
  VpcConfig: properties.VpcConfig,
  DeadLetterConfig: properties.DeadLetterConfig,
  Layers: properties.Layers,
  EphemeralStorage: properties.EphemeralStorage && {
    Size: number(object(properties.EphemeralStorage).Size),
  },
  LoggingConfig: properties.LoggingConfig,
});

const functionArn = (name: string, { region, account }: ResourceContext) =>
  `arn:aws:lambda:${region}:${account}:function:${name}`;

async function reserve(
  name: string,
  properties: JsonObject,
  before: JsonObject,
  context: ResourceContext,
) {
  const wanted = number(properties.ReservedConcurrentExecutions);
  if (wanted === number(before.ReservedConcurrentExecutions)) return;
  if (wanted === undefined) {
    await context.call('lambda', 'DeleteFunctionConcurrency', {
      FunctionName: name,
    });
  } else {
    await context.call('lambda', 'PutFunctionConcurrency', {
      FunctionName: name,
      ReservedConcurrentExecutions: wanted,
    });
  }
}

async function isReady(
  name: string,
  context: ResourceContext,
): Promise<boolean> {
  const { Configuration } = await context.call<{
    Configuration?: { State?: string; LastUpdateStatus?: string };
  }>('lambda', 'GetFunction', { FunctionName: name });
  return (
    Configuration?.State !== 'Pending' &&
    Configuration?.LastUpdateStatus !== 'InProgress'
  );
}

/** Lambda takes one update of a function at a time. */
async function ready(name: string, context: ResourceContext): Promise<void> {
  for (
    let attempt = 0;
    attempt < 200 && !(await isReady(name, context));
    attempt += 1
  ) {
    await new Promise(resolve => {
      setTimeout(resolve, 25);
    });
  }
}

const lambdaFunction: ResourceHandler = {
  replaceOn: ['FunctionName', 'PackageType'],
  taggable: true,
  async create(properties, context) {
    const name = text(properties.FunctionName) ?? context.uniqueName(64);
    await context.call('lambda', 'CreateFunction', {
      FunctionName: name,
      ...configuration(properties),
      Code: await codeOf(properties),
      Architectures: properties.Architectures,
      PackageType: text(properties.PackageType),
      CodeSigningConfigArn: text(properties.CodeSigningConfigArn),
      Tags: tagMap(properties.Tags, context.tags),
    });
    await reserve(name, properties, {}, context);
    return {
      physicalId: name,
      attributes: { Arn: functionArn(name, context) },
    };
  },
  async update(name, wanted, before, context) {
    const changed = (keys: string[]) =>
      keys.some(
        key => JSON.stringify(wanted[key]) !== JSON.stringify(before[key]),
      );
    if (changed(['Code', 'Architectures', 'Handler'])) {
      await context.call('lambda', 'UpdateFunctionCode', {
        FunctionName: name,
        ...(await codeOf(wanted)),
        Architectures: wanted.Architectures,
      });
      await ready(name, context);
    }
    if (
      JSON.stringify(configuration(wanted)) !==
      JSON.stringify(configuration(before))
    ) {
      await context.call('lambda', 'UpdateFunctionConfiguration', {
        FunctionName: name,
        ...configuration(wanted),
      });
      await ready(name, context);
    }
    await reserve(name, wanted, before, context);
    await context.call('lambda', 'TagResource', {
      Resource: functionArn(name, context),
      Tags: tagMap(wanted.Tags, context.tags),
    });
    return {
      physicalId: name,
      attributes: { Arn: functionArn(name, context) },
    };
  },
  delete: (name, _properties, context) =>
    ignoreMissing(
      context.call('lambda', 'DeleteFunction', { FunctionName: name }),
    ),
  isStable: (name, _properties, context) => isReady(name, context),
};

interface VersionInfo {
  Version: string;
  FunctionArn: string;
}

async function publishedVersions(
  name: string,
  context: ResourceContext,
): Promise<string[]> {
  const versions: string[] = [];
  let Marker: string | undefined;
  do {
    const page = await context.call<{
      Versions?: VersionInfo[];
      NextMarker?: string;
    }>('lambda', 'ListVersionsByFunction', { FunctionName: name, Marker });
    versions.push(...(page.Versions ?? []).map(version => version.Version));
    Marker = page.NextMarker;
  } while (Marker);
  return versions;
}

const version: ResourceHandler = {
  replaceOn: [
    'FunctionName',
    'Description',
    'CodeSha256',
    'ProvisionedConcurrencyConfig',
  ],
  async create(properties, context) {
    const name = text(properties.FunctionName)!;
    const known = await publishedVersions(name, context);
    const made = await context.call<VersionInfo>('lambda', 'PublishVersion', {
      FunctionName: name,
      Description: text(properties.Description),
      CodeSha256: text(properties.CodeSha256),
    });
    if (known.includes(made.Version)) {
      throw new AwsError(
        'AlreadyExists',
        `A version for this Lambda function exists ( ${made.Version} ). Modify the function to create a new version.`,
      );
    }
    return {
      physicalId: made.FunctionArn,
      attributes: { Version: made.Version, FunctionArn: made.FunctionArn },
    };
  },
  async update(physicalId) {
    return { physicalId };
  },
  delete(physicalId, _properties, context) {
    const parts = physicalId.split(':');
    return ignoreMissing(
      context.call('lambda', 'DeleteFunction', {
        FunctionName: parts[6],
        Qualifier: parts[7],
      }),
    );
  },
};

export const lambdaResources: Record<string, ResourceHandler> = {
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::Version': version,
};
