import { ServiceModel } from './ServiceModel';
import type {
  CallContext,
  OperationHandler,
  RawRoute,
  Sandbox,
  ServiceDefinition,
  TrailOptions,
} from './types';

type CommandOf<
  Sdk,
  Operation extends string,
> = `${Operation}Command` extends keyof Sdk
  ? Sdk[`${Operation}Command`]
  : never;

type RawInput<Command> = Command extends abstract new (
  ...args: infer Args
) => unknown
  ? Exclude<Args[0], undefined>
  : never;

type RawOutput<Command> = Command extends abstract new (...args: never) => {
  resolveMiddleware(
    ...args: never[]
  ): (args: never) => Promise<{ output: infer Output }>;
}
  ? Output
  : never;

/** Required members are there: the core refuses a request without them. */
type Checked<T> = {
  [K in keyof T]: object extends Pick<T, K> ? T[K] : Exclude<T[K], undefined>;
};

/** Streams and blobs are plain bytes on the server's side. */
type Bytes<T> = T extends undefined
  ? undefined
  : T extends Uint8Array
  ? Uint8Array
  : T extends { transformToByteArray(): unknown }
  ? Uint8Array
  : T;

/** What a client may send in many forms arrives as bytes. */
type BodyIn<T> = {
  [K in keyof T]: K extends 'Body'
    ? Uint8Array | undefined
    : ArrayBuffer extends T[K]
    ? Uint8Array | Extract<T[K], undefined>
    : T[K];
};

type CheckedInput<Command> = BodyIn<Checked<RawInput<Command>>>;

type PlainOutput<Command> = {
  [K in keyof Omit<RawOutput<Command>, '$metadata'>]: Bytes<
    RawOutput<Command>[K]
  >;
};

/** What an operation is given, by the SDK's namespace and its name. */
export type InputOf<Sdk, Operation extends string> = CheckedInput<
  CommandOf<Sdk, Operation>
>;

/** What an operation answers. */
export type OutputOf<Sdk, Operation extends string> = PlainOutput<
  CommandOf<Sdk, Operation>
>;

export type OperationName<Sdk> = string &
  keyof {
    [K in keyof Sdk as K extends `${infer Name}Command` ? Name : never]: true;
  };

/** Operations of a service, typed by its SDK client. */
export type Operations<Sdk> = {
  [K in keyof Sdk as K extends `${infer Name}Command` ? Name : never]?: (
    input: CheckedInput<Sdk[K]>,
    context: CallContext,
  ) =>
    | PlainOutput<Sdk[K]>
    | Promise<PlainOutput<Sdk[K]>>
    | void
    | Promise<void>;
};

/**
 * Describes a service of the sandbox.
 *
 * @example
 * ```ts
 * import * as sdk from '@aws-sdk/client-sts';
 * export default defineService({
 *   id: 'sts',
 *   sdk,
 *   operations: {
 *     async GetCallerIdentity(_input, ctx) {
 *       return { Account: ctx.account, Arn: ctx.principal.arn };
 *     },
 *   },
 * });
 * ```
 *
 * Inputs come checked for required members. Timestamps are `Date`s, blobs are
 * `Uint8Array`s, in both directions. An operation that the service does not
 * list answers with AWS's error for an unknown operation and names it.
 */
export function defineService<Sdk extends object>(options: {
  id: string;
  sdk: Sdk;
  operations: NoInfer<Operations<Sdk>>;
  routes?: readonly RawRoute[];
  trail?: TrailOptions;
  /** Runs before the port opens: register job handlers here. */
  setup?(sandbox: Sandbox): void | Promise<void>;
}): ServiceDefinition {
  return {
    id: options.id,
    model: new ServiceModel(options.sdk),
    operations: options.operations as Record<string, OperationHandler>,
    routes: options.routes ?? [],
    trail: options.trail ?? {},
    setup: options.setup,
  };
}
