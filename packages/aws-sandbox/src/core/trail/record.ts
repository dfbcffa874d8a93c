import { randomUUID } from 'node:crypto';
import { AwsError } from '../AwsError';
import type { CallContext, Principal, ServiceDefinition } from '../types';
import type { TrailEvent } from './Trail';

const READ_ONLY =
  /^(Get|List|Describe|BatchGet|BatchDescribe|BatchCheck|Head|Lookup|Search|Filter|Test|Validate|Preview|Estimate|Select|Simulate)/;

/** Names, identifiers, ARNs and versions. Anything else may hold a payload. */
const ALLOWED =
  /(name|arn|ids?|version|qualifier|cluster|service|services|taskdefinition|digest|branch|prefix|bucket|key|statement|action|principal)$/i;

const DENIED = /(token|secret|password|environment|payload|keyid)/i;
const LONGEST = 1024;

/** Whether a call changes nothing, by AWS's own naming of operations. */
export function isReadOnly(operation: string): boolean {
  return READ_ONLY.test(operation);
}

/** The CloudTrail record of one call. Payloads and values never get into it. */
export function toTrailEvent(call: {
  service: ServiceDefinition;
  operation: string;
  context: CallContext;
  input: Record<string, unknown>;
  output?: Record<string, unknown>;
  error?: unknown;
  userAgent?: string;
}): TrailEvent {
  const { service, operation, context, input, output, error } = call;
  const { principal, account } = context;
  const parameters = pick(input, service.trail.parameters);
  return {
    eventId: randomUUID(),
    eventTime: context.sandbox.clock.now().toISOString(),
    eventSource:
      service.trail.source ?? `${service.model.signingName}.amazonaws.com`,
    eventName: service.trail.eventName?.(operation) ?? operation,
    readOnly: isReadOnly(operation),
    account,
    region: context.region,
    username: principal.sessionName ?? principal.arn.split('/').pop() ?? '',
    userIdentity: toUserIdentity(principal, account),
    userAgent: call.userAgent ?? principal.invokedBy,
    sourceIp: principal.invokedBy ?? '127.0.0.1',
    resources: resourcesOf(service, parameters),
    requestParameters: parameters,
    responseElements: output
      ? pick(output, service.trail.response ?? service.trail.parameters)
      : null,
    ...errorOf(error),
    requestId: context.requestId,
  };
}

function errorOf(error: unknown) {
  if (error === undefined) return {};
  return error instanceof AwsError
    ? { errorCode: error.code, errorMessage: error.message }
    : { errorCode: 'InternalFailure' };
}

function toUserIdentity(principal: Principal, account: string) {
  if (principal.invokedBy && !principal.sessionName) {
    return { type: 'AWSService', invokedBy: principal.invokedBy };
  }
  const match = /^arn:aws:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(
    principal.arn,
  );
  if (!match) {
    return {
      type: principal.arn.endsWith(':root') ? 'Root' : 'IAMUser',
      arn: principal.arn,
      accountId: account,
      accessKeyId: principal.accessKeyId,
      userName: principal.arn.split('/').pop(),
    };
  }
  return {
    type: 'AssumedRole',
    arn: principal.arn,
    accountId: match[1],
    accessKeyId: principal.accessKeyId,
    ...(principal.invokedBy ? { invokedBy: principal.invokedBy } : {}),
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        arn: `arn:aws:iam::${match[1]}:role/${match[2]}`,
        accountId: match[1],
        userName: match[2],
      },
      ...(principal.sourceIdentity
        ? { sourceIdentity: principal.sourceIdentity }
        : {}),
    },
  };
}

/** Members are named in lower camel case in CloudTrail's records. */
function pick(
  source: Record<string, unknown>,
  extra: readonly string[] = [],
): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(source)) {
    const name = key.charAt(0).toLowerCase() + key.slice(1);
    if (extra.includes(key)) {
      picked[name] = value;
    } else if (ALLOWED.test(key) && !DENIED.test(key) && isPlain(value)) {
      picked[name] = value;
    }
  }
  return picked;
}

function isPlain(value: unknown): boolean {
  return (
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    (typeof value === 'string' && value.length <= LONGEST)
  );
}

function resourcesOf(
  service: ServiceDefinition,
  parameters: Record<string, unknown>,
): TrailEvent['resources'] {
  return Object.entries(parameters).flatMap(([key, value]) =>
    typeof value === 'string' && /(name|arn|cluster|service|bucket)$/i.test(key)
      ? [{ type: `AWS::${service.id}::${key}`, name: value }]
      : [],
  );
}
