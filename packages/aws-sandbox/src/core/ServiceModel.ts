import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef } from '@smithy/types';

/** The kinds that the SDK's static schemas carry in their first place. */
const OPERATION = 9;
const ERROR = -3;

export type ProtocolId =
  | 'awsJson1_0'
  | 'awsJson1_1'
  | 'restJson1'
  | 'restXml'
  | 'awsQuery'
  | 'rpcv2Cbor';

export interface HttpBinding {
  method: string;
  /** With labels, as `/functions/{FunctionName}/aliases/{Name}`. */
  path: string;
  /** Constant query parameters, as `?list-type=2`. */
  query: URLSearchParams;
  status: number;
}

export interface OperationModel {
  name: string;
  input: NormalizedSchema;
  output: NormalizedSchema;
  http?: HttpBinding;
}

export interface ErrorModel {
  name: string;
  schema: NormalizedSchema;
  status: number;
  fault: 'client' | 'server';
  /** Wire code of the query protocol where it differs from the shape's name. */
  queryCode?: string;
}

interface SdkConfig {
  defaultSigningName?: string;
  signingName?: string;
  protocol?: { getShapeId?(): string };
  protocolSettings?: {
    defaultNamespace: string;
    serviceTarget?: string;
    version?: string;
    xmlNamespace?: string;
    awsQueryCompatible?: boolean;
  };
}

/**
 * What the SDK's client package says about its service: operations, errors and
 * bindings from its runtime schemas, name and protocol from its client's
 * configuration. No shape is typed by hand.
 */
export class ServiceModel {
  readonly operations = new Map<string, OperationModel>();
  readonly signingName: string;
  readonly protocol: ProtocolId;
  readonly namespace: string;
  readonly targetPrefix: string;
  readonly version: string;
  readonly xmlNamespace: string;
  readonly queryCompatible: boolean;
  private readonly errors = new Map<string, ErrorModel>();

  constructor(sdk: object) {
    for (const [exportName, value] of Object.entries(sdk)) {
      if (!exportName.endsWith('$') || !Array.isArray(value)) continue;
      if (value[0] === OPERATION) {
        this.operations.set(value[2], toOperation(value));
      } else if (value[0] === ERROR) {
        const error = toError(value);
        this.errors.set(error.name, error);
        if (error.queryCode) this.errors.set(error.queryCode, error);
      }
    }
    const config = readConfig(sdk);
    const settings = config.protocolSettings;
    this.signingName = config.signingName ?? config.defaultSigningName ?? '';
    this.protocol = toProtocolId(config.protocol?.getShapeId?.() ?? '');
    this.namespace = settings?.defaultNamespace ?? '';
    this.targetPrefix = settings?.serviceTarget ?? '';
    this.version = settings?.version ?? '';
    this.xmlNamespace = settings?.xmlNamespace ?? '';
    this.queryCompatible = settings?.awsQueryCompatible ?? false;
  }

  /** By shape name or by the query protocol's code. */
  error(code: string): ErrorModel | undefined {
    return this.errors.get(code);
  }
}

function toOperation(value: unknown[]): OperationModel {
  const [, , name, traits, input, output] = value as [
    number,
    string,
    string,
    { http?: [string, string, number] } | number,
    $SchemaRef,
    $SchemaRef,
  ];
  const http = typeof traits === 'object' ? traits.http : undefined;
  const [path, query] = (http?.[1] ?? '').split('?');
  return {
    name,
    input: NormalizedSchema.of(input),
    output: NormalizedSchema.of(output),
    http: http && {
      method: http[0],
      path,
      query: new URLSearchParams(query),
      status: http[2],
    },
  };
}

function toError(value: unknown[]): ErrorModel {
  const [, , name, rawTraits] = value as [
    number,
    string,
    string,
    Record<string, unknown> | number,
  ];
  const traits = typeof rawTraits === 'object' ? rawTraits : {};
  const query = traits.awsQueryError as [string, number] | undefined;
  const fault = traits.error === 'server' ? 'server' : 'client';
  return {
    name,
    schema: NormalizedSchema.of(value as unknown as $SchemaRef),
    fault,
    status:
      (traits.httpError as number | undefined) ??
      query?.[1] ??
      (fault === 'server' ? 500 : 400),
    queryCode: query?.[0],
  };
}

function readConfig(sdk: object): SdkConfig {
  const entry = Object.entries(sdk).find(
    ([name, value]) =>
      name.endsWith('Client') &&
      !name.startsWith('_') &&
      typeof value === 'function',
  );
  if (!entry) throw new Error('This is not the namespace of an SDK client');
  const Client = entry[1] as new (options: object) => { config: SdkConfig };
  return new Client({
    region: 'us-east-1',
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  }).config;
}

function toProtocolId(shapeId: string): ProtocolId {
  const name = shapeId.split('#')[1];
  switch (name) {
    case 'awsJson1_0':
    case 'awsJson1_1':
    case 'restJson1':
    case 'restXml':
    case 'awsQuery':
      return name;
    case 'rpcv2Cbor':
      return 'rpcv2Cbor';
    default:
      throw new Error(
        `The SDK speaks a protocol that is not known: ${shapeId}`,
      );
  }
}
