import { AwsError } from '../AwsError';
import type { ServiceDefinition } from '../types';

const FAULT_KINDS = [
  'throttle',
  'error',
  'latency',
  'deny',
  'drop-response',
] as const;

/** Something that goes wrong on purpose. */
export interface Fault {
  kind: (typeof FAULT_KINDS)[number];
  /** Service id or signing name; every service without it. */
  service?: string;
  operation?: string;
  account?: string;
  /** How often; without it, until it is removed. */
  count?: number;
  /** For `latency`: how long. */
  milliseconds?: number;
  /** For `error`: code, message and status; 500 InternalFailure by default. */
  code?: string;
  message?: string;
  status?: number;
}

/** What a matching fault asks of the server. */
export interface FaultEffect {
  delay: number;
  error?: AwsError;
  /** Carry out the operation, then cut the connection. */
  dropResponse: boolean;
}

export class Faults {
  private list: Fault[] = [];

  add(fault: Fault) {
    if (!FAULT_KINDS.includes(fault.kind)) {
      throw new Error(
        `Unknown kind of fault "${fault.kind}": use one of ${FAULT_KINDS.join(
          ', ',
        )}`,
      );
    }
    this.list.push({ ...fault });
  }

  all(): Fault[] {
    return this.list.map(fault => ({ ...fault }));
  }

  clear() {
    this.list = [];
  }

  /** Takes one use from each fault that matches the call. */
  take(call: {
    service: ServiceDefinition;
    operation: string;
    account: string;
  }): FaultEffect {
    const effect: FaultEffect = { delay: 0, dropResponse: false };
    for (const fault of this.list) {
      if (!matches(fault, call) || (effect.error && toError(fault, call))) {
        continue;
      }
      if (fault.count !== undefined) fault.count -= 1;
      if (fault.kind === 'latency') effect.delay += fault.milliseconds ?? 1000;
      else if (fault.kind === 'drop-response') effect.dropResponse = true;
      else effect.error = toError(fault, call);
    }
    this.list = this.list.filter(fault => fault.count !== 0);
    return effect;
  }
}

function matches(
  fault: Fault,
  call: { service: ServiceDefinition; operation: string; account: string },
) {
  const { service, operation, account } = call;
  return (
    (fault.service ?? service.id) in
      { [service.id]: true, [service.model.signingName]: true } &&
    (fault.operation ?? operation) === operation &&
    (fault.account ?? account) === account
  );
}

function toError(
  fault: Fault,
  call: { service: ServiceDefinition; operation: string },
): AwsError | undefined {
  const { service, operation } = call;
  switch (fault.kind) {
    case 'throttle': {
      const code = service.model.error('TooManyRequestsException')
        ? 'TooManyRequestsException'
        : 'ThrottlingException';
      const inXml = ['awsQuery', 'restXml'].includes(service.model.protocol);
      return new AwsError(inXml ? 'Throttling' : code, 'Rate exceeded', {
        status: inXml || code === 'ThrottlingException' ? 400 : 429,
      });
    }
    case 'deny':
      return new AwsError(
        service.model.protocol === 'awsQuery' ||
        service.model.protocol === 'restXml'
          ? 'AccessDenied'
          : 'AccessDeniedException',
        fault.message ??
          `User is not authorized to perform: ${service.model.signingName}:${operation} because no identity-based policy allows it`,
        { status: service.model.protocol.startsWith('awsJson') ? 400 : 403 },
      );
    case 'error':
      return new AwsError(
        fault.code ?? 'InternalFailure',
        fault.message ?? 'An internal error has occurred',
        { status: fault.status ?? 500 },
      );
    default:
      return undefined;
  }
}
