import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Credentials } from './Credentials';
import type { EventHub } from './events/EventHub';
import type { ServiceModel } from './ServiceModel';
import type { Trail } from './trail/Trail';

/** Who makes a call. `arn` is the assumed-role ARN for issued credentials. */
export interface Principal {
  arn: string;
  accessKeyId: string;
  /** `RoleSessionName` of AssumeRole. */
  sessionName?: string;
  /** Seen in CloudTrail only, never in GetCallerIdentity. */
  sourceIdentity?: string;
  /** A service of AWS that calls on somebody's behalf, as CloudTrail's `invokedBy`. */
  invokedBy?: string;
}

/** What an operation knows beside its input. */
export interface CallContext {
  account: string;
  region: string;
  principal: Principal;
  requestId: string;
  sandbox: Sandbox;
}

/**
 * A persisted collection of JSON values. What is read is a copy: change it and
 * `set()` it again. Dates do not survive JSON, so keep ISO strings or numbers.
 */
export interface Collection<T> {
  readonly size: number;
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  has(key: string): boolean;
  delete(key: string): boolean;
  keys(): string[];
  values(): T[];
  entries(): [string, T][];
  clear(): void;
}

/** Content-addressed bytes on disk. */
export interface Blobs {
  /** Stores the bytes; answers their SHA-256 in hex. */
  put(data: Uint8Array): string;
  /** Throws when nothing with this digest was stored. */
  get(sha256: string): Buffer;
  has(sha256: string): boolean;
  path(sha256: string): string;
}

/** Virtual time: real time plus an offset, which is persisted. */
export interface SandboxClock {
  now(): Date;
  /** Moves time forward and runs, in order, every job that falls due. */
  advance(milliseconds: number): Promise<void>;
  readonly offset: number;
  /** Sets the time while no work waits, so that a seed begins in the past. */
  beginAt(moment: Date): void;
}

/** Persisted work at a point of virtual time; survives restarts, at least once. */
export interface Jobs {
  /** Call it in a service's `setup`, so that jobs of an earlier run find it. */
  handle<T extends object>(
    kind: string,
    run: (payload: T) => Promise<void>,
  ): void;
  /** Answers the job's id. */
  schedule(kind: string, at: Date, payload: object): string;
  cancel(id: string): void;
  /** Resolves when no job that is due now is waiting or running. */
  idle(): Promise<void>;
}

export interface SandboxLog {
  info(message: string): void;
  warn(message: string): void;
}

/** Whom an in-process call is made as. */
export interface CallAs {
  account: string;
  principal?: Principal;
  region?: string;
}

/** What services share. */
export interface Sandbox {
  readonly clock: SandboxClock;
  readonly blobs: Blobs;
  readonly jobs: Jobs;
  readonly trail: Trail;
  /** What happens in the accounts, for EventBridge. */
  readonly events: EventHub;
  /** Sessions that AssumeRole issued. */
  readonly credentials: Credentials;
  readonly log: SandboxLog;
  /** Absolute. A temporary folder when none was asked for. */
  readonly dataDir: string;
  /** `http://127.0.0.1:<port>`; empty until the port is open. */
  readonly url: string;
  store<T>(service: string, account: string, name: string): Collection<T>;
  /** Accounts that hold something in this store. */
  accounts(service: string, name: string): string[];
  /**
   * Calls an operation in this process: the same code, checks and CloudTrail
   * record as over HTTP. Throws AwsError.
   */
  call<T = Record<string, unknown>>(
    service: string,
    operation: string,
    input: object,
    as: CallAs,
  ): Promise<T>;
  /** Who speaks, by the request's headers; for raw routes. */
  identify(headers: IncomingMessage['headers']): {
    account: string;
    region: string;
    principal: Principal;
  };
  onClose(run: () => void | Promise<void>): void;
}

/** A path that is not an AWS API, such as git's smart HTTP. */
export interface RawRoute {
  path: RegExp;
  /** The body has not been read yet. The guard has passed the request. */
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    context: { url: URL; match: RegExpExecArray; sandbox: Sandbox },
  ): void | Promise<void>;
}

/** How calls of a service appear in CloudTrail. */
export interface TrailOptions {
  /** Event source; by default `<signing name>.amazonaws.com`. */
  source?: string;
  /** Operations that are data events, which a trail does not hold by default. */
  except?: readonly string[];
  /** AWS's event name where it is not the operation's. */
  eventName?(operation: string): string;
  /** Request parameters kept beside names, ids, ARNs and versions. */
  parameters?: readonly string[];
  /** Response elements kept beside names, ids, ARNs and versions. */
  response?: readonly string[];
}

export type OperationHandler = (
  input: never,
  context: CallContext,
) => unknown | Promise<unknown>;

/** A service as the core runs it. Made by `defineService`. */
export interface ServiceDefinition {
  id: string;
  model: ServiceModel;
  operations: Readonly<Record<string, OperationHandler>>;
  routes: readonly RawRoute[];
  trail: TrailOptions;
  setup?(sandbox: Sandbox): void | Promise<void>;
}
