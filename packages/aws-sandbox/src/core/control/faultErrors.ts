import { AwsError } from '../AwsError';
import type { ServiceDefinition } from '../types';

/** Modelled names, most specific first; the first that the service has is used. */
const NAMES = {
  throttle: ['TooManyRequestsException'],
  error: [
    'ServiceException',
    'ServerException',
    'InternalServiceFault',
    'InternalServerException',
    'InternalServerError',
    'InternalServiceError',
  ],
  validation: [
    'InvalidParameterValueException',
    'InvalidParameterException',
    'ValidationException',
    'InvalidParameterCombinationException',
    'ValidationError',
  ],
  conflict: [
    'ResourceConflictException',
    'ConflictException',
    'UpdateInProgressException',
    'ConcurrentModificationException',
    'OperationAbortedException',
  ],
} as const;

export type ErrorKind = keyof typeof NAMES | 'deny';

/** What the caller of a service sees when something goes wrong there. */
export function errorOf(
  kind: ErrorKind,
  service: ServiceDefinition,
  operation: string,
  asked: { code?: string; message?: string; status?: number } = {},
): AwsError {
  const { code, status, message } = {
    ...usual(kind, service, operation),
    ...withoutUndefined(asked),
  };
  const Type = status >= 500 ? 'Service' : 'User';
  const isLambda = service.id === 'lambda';
  return new AwsError(code, message, {
    status,
    fields: {
      ...(isLambda ? { Type } : {}),
      ...(isLambda && kind === 'throttle'
        ? { Reason: 'CallerRateLimitExceeded' }
        : {}),
    },
  });
}

function usual(
  kind: ErrorKind,
  service: ServiceDefinition,
  operation: string,
): { code: string; message: string; status: number } {
  const { model } = service;
  const inXml = model.protocol === 'awsQuery' || model.protocol === 'restXml';
  const known =
    kind === 'deny' ? undefined : NAMES[kind].find(name => model.error(name));
  const statusOf = (otherwise: number) =>
    known ? model.error(known)?.status ?? otherwise : otherwise;
  switch (kind) {
    case 'throttle': {
      if (service.id === 's3') {
        return {
          code: 'SlowDown',
          message: 'Please reduce your request rate.',
          status: 503,
        };
      }
      const code = known ?? 'ThrottlingException';
      return {
        code: inXml ? 'Throttling' : code,
        message: 'Rate exceeded',
        status: inXml || !known ? 400 : 429,
      };
    }
    case 'deny':
      return {
        code: inXml ? 'AccessDenied' : 'AccessDeniedException',
        message: `User is not authorized to perform: ${model.signingName}:${operation} because no identity-based policy allows it`,
        status: model.protocol.startsWith('awsJson') ? 400 : 403,
      };
    case 'validation':
      return {
        code: known ?? (inXml ? 'ValidationError' : 'ValidationException'),
        message: 'The request is not valid (a fault of the sandbox)',
        status: statusOf(400),
      };
    case 'conflict':
      return {
        code: known ?? 'ConflictException',
        message: 'The resource is being changed (a fault of the sandbox)',
        status: statusOf(409),
      };
    default:
      return {
        code:
          known ?? (service.id === 's3' ? 'InternalError' : 'InternalFailure'),
        message: 'An internal error has occurred',
        status: Math.max(500, statusOf(500)),
      };
  }
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, each]) => each !== undefined),
  ) as Partial<T>;
}
