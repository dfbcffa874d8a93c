import { createHash, randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-lambda';
import type { Collection, Sandbox } from '../../core';

export const LATEST = '$LATEST';
export const REGION = 'us-east-1';

/** Members of a function's configuration that a version freezes. */
export type FrozenConfig = Pick<
  sdk.CreateFunctionRequest,
  | 'Runtime'
  | 'Handler'
  | 'Description'
  | 'Timeout'
  | 'MemorySize'
  | 'VpcConfig'
  | 'DeadLetterConfig'
  | 'Environment'
  | 'KMSKeyArn'
  | 'TracingConfig'
  | 'Layers'
  | 'FileSystemConfigs'
  | 'ImageConfig'
  | 'EphemeralStorage'
  | 'SnapStart'
  | 'LoggingConfig'
> & { Role: string };

export interface Code {
  /** Digest of the zip's blob; empty for an image. */
  blob: string;
  size: number;
  /** Base64, as Lambda shows it. */
  sha256: string;
  imageUri?: string;
  architectures: sdk.Architecture[];
  packageType: sdk.PackageType;
}

/** `$LATEST`, or a published version that never changes. */
export interface Revision {
  version: string;
  revisionId: string;
  lastModified: string;
  config: FrozenConfig;
  code: Code;
  state: sdk.State;
  /** Why it is in another state than Active. */
  stateReason?: { code: sdk.StateReasonCode; text: string };
  lastUpdateStatus: sdk.LastUpdateStatus;
}

export interface FunctionRecord {
  name: string;
  tags: Record<string, string>;
  reservedConcurrency?: number;
  latest: Revision;
}

export interface AliasRecord {
  name: string;
  functionVersion: string;
  description: string;
  weights: Record<string, number>;
  /** The weights are Lambda's own, while provisioned concurrency moves. */
  injected?: boolean;
  revisionId: string;
}

/** The state of one account's functions. */
export class LambdaState {
  readonly functions: Collection<FunctionRecord>;
  readonly versions: Collection<Revision>;
  readonly aliases: Collection<AliasRecord>;
  /** Statements by id, per function and qualifier. */
  readonly policies: Collection<Record<string, object>>;
  /** Highest number ever given: numbers are not reused, not even after deletion. */
  readonly numbers: Collection<number>;

  constructor(sandbox: Sandbox, readonly account: string) {
    this.functions = sandbox.store('lambda', account, 'functions');
    this.versions = sandbox.store('lambda', account, 'versions');
    this.aliases = sandbox.store('lambda', account, 'aliases');
    this.policies = sandbox.store('lambda', account, 'policies');
    this.numbers = sandbox.store('lambda', account, 'numbers');
  }

  arn(name: string, qualifier?: string): string {
    const arn = `arn:aws:lambda:${REGION}:${this.account}:function:${name}`;
    return qualifier ? `${arn}:${qualifier}` : arn;
  }

  /** Published versions, oldest first. */
  versionsOf(name: string): Revision[] {
    return under(this.versions, name).sort(
      (a, b) => Number(a.version) - Number(b.version),
    );
  }

  aliasesOf(name: string): AliasRecord[] {
    return under(this.aliases, name).sort((a, b) =>
      a.name.localeCompare(b.name),
    );
  }

  /** `$LATEST` or a published version. */
  revision(name: string, version: string): Revision | undefined {
    return version === LATEST
      ? this.functions.get(name)?.latest
      : this.versions.get(`${name}:${version}`);
  }

  /** Writes a revision where it belongs. */
  putRevision(name: string, revision: Revision) {
    if (revision.version !== LATEST) {
      this.versions.set(`${name}:${revision.version}`, revision);
      return;
    }
    const record = this.functions.get(name);
    if (record) this.functions.set(name, { ...record, latest: revision });
  }
}

function under<T>(collection: Collection<T>, name: string): T[] {
  return collection.keys().flatMap(key => {
    const value = key.startsWith(`${name}:`) ? collection.get(key) : undefined;
    return value === undefined ? [] : [value];
  });
}

export function newRevisionId(): string {
  return randomUUID();
}

/** Lambda's digest over what a version freezes beside its code. */
export function configSha256(config: FrozenConfig): string {
  const { Description: _description, ...rest } = config;
  return createHash('sha256').update(stable(rest)).digest('base64');
}

/** JSON with sorted keys, so that equal settings have equal text. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_key, item) =>
    item && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(
          Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : item,
  );
}

function stateReasonOf({ state, stateReason }: Revision) {
  if (state === 'Active') return {};
  return {
    StateReason: stateReason?.text ?? 'The function is being created.',
    StateReasonCode: stateReason?.code ?? ('Creating' as const),
  };
}

export function toConfiguration(
  state: LambdaState,
  name: string,
  revision: Revision,
  qualifier?: string,
) {
  const { config, code } = revision;
  const shownQualifier =
    qualifier ?? (revision.version === LATEST ? undefined : revision.version);
  return {
    FunctionName: name,
    FunctionArn: state.arn(name, shownQualifier),
    Runtime: config.Runtime,
    Role: config.Role,
    Handler: config.Handler,
    CodeSize: code.size,
    Description: config.Description ?? '',
    Timeout: config.Timeout ?? 3,
    MemorySize: config.MemorySize ?? 128,
    LastModified: revision.lastModified.replace('Z', '+0000'),
    CodeSha256: code.sha256,
    ConfigSha256: configSha256(config),
    Version: revision.version,
    VpcConfig: config.VpcConfig && {
      ...config.VpcConfig,
      VpcId: 'vpc-sandbox',
    },
    DeadLetterConfig: config.DeadLetterConfig,
    Environment: config.Environment?.Variables && {
      Variables: config.Environment.Variables,
    },
    KMSKeyArn: config.KMSKeyArn,
    TracingConfig: { Mode: config.TracingConfig?.Mode ?? 'PassThrough' },
    RevisionId: revision.revisionId,
    Layers: config.Layers?.map(Arn => ({ Arn })),
    State: revision.state,
    ...stateReasonOf(revision),
    LastUpdateStatus: revision.lastUpdateStatus,
    PackageType: code.packageType,
    Architectures: code.architectures,
    EphemeralStorage: { Size: config.EphemeralStorage?.Size ?? 512 },
    SnapStart: {
      ApplyOn: config.SnapStart?.ApplyOn ?? 'None',
      OptimizationStatus: 'Off' as const,
    },
    LoggingConfig: {
      LogFormat: 'Text' as const,
      LogGroup: `/aws/lambda/${name}`,
      ...config.LoggingConfig,
    },
    FileSystemConfigs: config.FileSystemConfigs,
    ImageConfigResponse: config.ImageConfig && {
      ImageConfig: config.ImageConfig,
    },
  } satisfies sdk.FunctionConfiguration;
}

export function toAlias(
  state: LambdaState,
  functionName: string,
  alias: AliasRecord,
) {
  return {
    AliasArn: state.arn(functionName, alias.name),
    Name: alias.name,
    FunctionVersion: alias.functionVersion,
    Description: alias.description,
    RoutingConfig:
      Object.keys(alias.weights).length > 0
        ? { AdditionalVersionWeights: alias.weights }
        : undefined,
    RevisionId: alias.revisionId,
  } satisfies sdk.AliasConfiguration;
}
