import type { AwsError } from '../AwsError';
import { isReadOnly } from '../trail/record';
import type { ServiceDefinition } from '../types';
import { errorOf } from './faultErrors';

const FAULT_KINDS = [
  'throttle',
  'error',
  'deny',
  'validation',
  'conflict',
  'latency',
  'drop-request',
  'drop-response',
  'stale',
] as const;

/** Something that goes wrong on purpose. */
export interface Fault {
  /**
   * - `throttle`, `error` (5xx), `deny`, `validation`, `conflict`: the service's
   *   own error; nothing is carried out
   * - `latency`: `milliseconds` before the call is carried out
   * - `drop-request`: nothing is carried out, no answer comes
   * - `drop-response`: carried out, no answer comes (timeout after success)
   * - `stale`: a read answers an older state, see `milliseconds` and `count`
   */
  kind: (typeof FAULT_KINDS)[number];
  /** Service id or signing name; every service without it. */
  service?: string;
  operation?: string;
  account?: string;
  /** How often; without it, until it is removed. */
  count?: number;
  /** So many matching calls pass first. */
  skip?: number;
  /**
   * `latency`: how long, 1000 by default. `drop-request`, `drop-response`: the
   * connection is held so long before it is cut, 0 by default. `stale`: reads
   * lag so far behind, on the sandbox's clock; without it they answer the state
   * before the last write, `count` times. States older than the fault are not
   * known.
   */
  milliseconds?: number;
  /** Instead of the service's usual error. */
  code?: string;
  message?: string;
  status?: number;
}

/** What a matching fault asks of the server. */
export interface FaultEffect {
  delay: number;
  error?: AwsError;
  /** Cut the connection without an answer, before or after carrying out. */
  drop?: 'request' | 'response';
  /** How long the connection is held before it is cut. */
  hold: number;
  /** Read an older state: so many milliseconds ago, or before the last write. */
  stale?: { milliseconds?: number };
  /** Kinds that took effect, for the call record. */
  kinds: Fault['kind'][];
}

/** A fault that was added, to look at and to take back. */
export interface FaultHandle {
  /** How many uses are left; undefined: no limit. */
  left(): number | undefined;
  remove(): void;
}

interface FaultCall {
  service: ServiceDefinition;
  operation: string;
  account: string;
}

export class Faults {
  private list: Fault[] = [];

  constructor(
    private readonly stale: {
      /** Begins or ends to remember older states. */
      remember(isWanted: boolean): void;
      /** Whether the service's state in this account was written since. */
      hasOlder(service: string, account: string): boolean;
    },
  ) {}

  add(fault: Fault): FaultHandle {
    if (!FAULT_KINDS.includes(fault.kind)) {
      throw new Error(
        `Unknown kind of fault "${fault.kind}": use one of ${FAULT_KINDS.join(
          ', ',
        )}`,
      );
    }
    const own = { ...fault };
    this.change([...this.list, own]);
    return {
      left: () => (this.list.includes(own) ? own.count : 0),
      remove: () => this.change(this.list.filter(each => each !== own)),
    };
  }

  all(): Fault[] {
    return this.list
      .filter(fault => fault.count !== 0)
      .map(fault => ({ ...fault }));
  }

  clear() {
    this.change([]);
  }

  /** Takes one use from each fault that matches the call. */
  take(call: FaultCall): FaultEffect {
    this.forget();
    const effect: FaultEffect = { delay: 0, hold: 0, kinds: [] };
    for (const fault of this.list) {
      if (!matches(fault, call) || !this.applies(fault, call, effect)) continue;
      if (fault.skip) {
        fault.skip -= 1;
        continue;
      }
      if (fault.count !== undefined) fault.count -= 1;
      effect.kinds.push(fault.kind);
      apply(fault, call, effect);
    }
    return effect;
  }

  /** One error and one cut per call; a stale read needs an older state. */
  private applies(fault: Fault, call: FaultCall, effect: FaultEffect) {
    switch (fault.kind) {
      case 'latency':
        return true;
      case 'drop-request':
      case 'drop-response':
        return !effect.drop;
      case 'stale':
        return (
          !effect.stale &&
          isReadOnly(call.operation) &&
          this.stale.hasOlder(call.service.id, call.account)
        );
      default:
        return !effect.error;
    }
  }

  /** A fault that is used up goes with the next call: a stale read needs it until then. */
  private forget() {
    if (this.list.some(fault => fault.count === 0)) {
      this.change(this.list.filter(fault => fault.count !== 0));
    }
  }

  private change(list: Fault[]) {
    this.list = list;
    this.stale.remember(list.some(fault => fault.kind === 'stale'));
  }
}

function matches(fault: Fault, call: FaultCall) {
  const { service, operation, account } = call;
  return (
    (fault.service ?? service.id) in
      { [service.id]: true, [service.model.signingName]: true } &&
    (fault.operation ?? operation) === operation &&
    (fault.account ?? account) === account
  );
}

function apply(fault: Fault, call: FaultCall, effect: FaultEffect) {
  switch (fault.kind) {
    case 'latency':
      effect.delay += fault.milliseconds ?? 1000;
      break;
    case 'drop-request':
    case 'drop-response':
      effect.drop = fault.kind === 'drop-request' ? 'request' : 'response';
      effect.hold = fault.milliseconds ?? 0;
      break;
    case 'stale':
      effect.stale = { milliseconds: fault.milliseconds };
      break;
    default:
      effect.error = errorOf(fault.kind, call.service, call.operation, fault);
  }
}
