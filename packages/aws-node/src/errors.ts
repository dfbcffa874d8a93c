import {
  ConflictError,
  ForwardedError,
  InputError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';

/** What was tried, for a message that says what to do. Never holds values. */
export interface AwsCallContext {
  /** IAM prefix, for example `lambda`. */
  service: string;
  /** Operation, for example `UpdateAlias`. */
  operation: string;
  accountId?: string;
  region?: string;
  /** Role name or kind, for example `careplane-release`. */
  role?: string;
  /** What was asked for, for example "alias live of claims-api". */
  resource?: string;
}

/** Stands for the AWS error: its code and request id, never its text. */
class AwsErrorCause extends Error {
  readonly requestId?: string;
  constructor(code: string, requestId?: string) {
    super(requestId ? `AWS request ${requestId}` : 'no AWS request id');
    this.name = code;
    this.requestId = requestId;
  }
}

/** AWS refused the call: the role lacks an action. A platform fault, no 403. */
export class AwsAccessDeniedError extends ForwardedError {
  constructor(
    message: string,
    cause: Error,
    /** The IAM action that is missing, for example `lambda:UpdateAlias`. */
    readonly action: string,
    readonly accountId?: string,
    readonly role?: string,
  ) {
    super(message, cause);
  }
}

/** AWS is throttling; try again after `retryAfterSeconds`. */
export class AwsThrottledError extends ServiceUnavailableError {
  constructor(
    message: string,
    cause: Error,
    readonly retryAfterSeconds: number,
  ) {
    super(message, cause);
  }
}

interface Fields {
  name?: unknown;
  code?: unknown;
  Code?: unknown;
  message?: unknown;
  requestId?: unknown;
  RequestId?: unknown;
  $fault?: unknown;
  $metadata?: { httpStatusCode?: unknown; requestId?: unknown };
  $retryable?: { throttling?: unknown };
  $response?: { headers?: Record<string, unknown> };
  retryAfterSeconds?: unknown;
  cause?: unknown;
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value ? value : undefined;

/** AWS's error code: the exception's name without namespace. */
export function awsErrorCode(error: unknown): string {
  const { name, Code, code } = fieldsOf(error);
  const found =
    [name, Code, code]
      .map(text)
      .find(value => value && value !== 'Error' && value !== 'UnknownError') ??
    'UnknownError';
  return found.split('#').pop()!.split(':')[0];
}

/** The AWS request id of an output or an error, mapped ones included. */
export function requestIdOf(value: unknown): string | undefined {
  const { $metadata, requestId, RequestId, cause } = fieldsOf(value);
  return (
    text($metadata?.requestId) ??
    text(requestId) ??
    text(RequestId) ??
    (cause ? requestIdOf(cause) : undefined)
  );
}

/** Whether an error, mapped or not, says that AWS denied the call. */
export function isAccessDenied(error: unknown): error is AwsAccessDeniedError {
  return error instanceof AwsAccessDeniedError;
}

const THROTTLE =
  /^(TooManyRequestsException|Throttling.*|ThrottledException|RequestLimitExceeded|RequestThrottled.*|SlowDown|PriorRequestNotComplete|ProvisionedThroughputExceededException|LimitExceededException\.Throttle|BandwidthLimitExceeded)$/;
const DENIED =
  /^(AccessDenied.*|UnauthorizedOperation|UnauthorizedException|NotAuthorized.*|AuthorizationError.*|AccessDenied|Forbidden|OptInRequired)$/;
const CREDENTIALS =
  /^(CredentialsProviderError|ExpiredToken.*|InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignatureException|TokenRefreshRequired|InvalidIdentityToken)$/;
const NOT_FOUND =
  /(NotFound.*|DoesNotExist.*|^NoSuch.*|^ServiceNotActiveException|^404)$/;
const CONFLICT =
  /^(PreconditionFailed.*|.*Conflict.*|ResourceInUseException|.*AlreadyExists.*|ConditionalCheckFailedException|ConcurrentModificationException|InvalidChangeSetStatus.*|OperationInProgressException|ParentCommitIdOutdatedException|BranchNameExists.*|.*NameExistsException|PipelineExecutionOutdatedException|NotLatestPipelineExecutionException|StageNotRetryableException|InvalidOperationException|DeploymentLimitExceededException)$/;
const INPUT =
  /^(Validation.*|InvalidParameter.*|Invalid.*Exception|InvalidRequest.*|InvalidInput.*|InsufficientCapabilities.*|ClientException|MissingParameter.*|MalformedPolicyDocument.*|PackedPolicyTooLarge.*|InvalidArgument|.*RequiredException|LimitExceeded.*|SerializationException|BadRequestException)$/;
const NETWORK =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|TimeoutError|RequestTimeout.*|NetworkingError|AbortError|UND_ERR_.*)$/;

function networkCode(error: unknown, depth = 0): string | undefined {
  const { name, code, cause } = fieldsOf(error);
  const own = [code, name]
    .map(text)
    .find(value => value && NETWORK.test(value));
  if (own) return own;
  return cause && depth < 4 ? networkCode(cause, depth + 1) : undefined;
}

function retryAfter(error: unknown): number {
  const { retryAfterSeconds, $response } = fieldsOf(error);
  const seconds = Number(
    retryAfterSeconds ?? $response?.headers?.['retry-after'] ?? NaN,
  );
  return Number.isFinite(seconds) && seconds > 0 && seconds <= 3600
    ? Math.ceil(seconds)
    : 5;
}

/** AWS names the missing action in its text; only that word is taken from it. */
function deniedAction(error: unknown, context: AwsCallContext): string {
  const message = text(fieldsOf(error).message) ?? '';
  const match = /not authorized to perform:? ([a-z0-9-]+:[A-Za-z0-9]+)/.exec(
    message,
  );
  return match?.[1] ?? `${context.service}:${context.operation}`;
}

/** Whether AWS answered: the SDK adds $metadata to what failed on the way too. */
function answered(error: unknown): boolean {
  const { $metadata, $fault } = fieldsOf(error);
  return $fault !== undefined || $metadata?.httpStatusCode !== undefined;
}

function isMapped(error: unknown): error is Error {
  return (
    error instanceof Error &&
    !answered(error) &&
    /^(InputError|NotFoundError|ConflictError|ServiceUnavailableError|NotAllowedError)$/.test(
      error.name,
    )
  );
}

/**
 * Turns what an AWS SDK call threw into the Backstage error that its meaning
 * has. AWS's own text is left out: it may repeat what was sent. The cause keeps
 * code and request id, which is what AWS Support asks for.
 *
 * | AWS | Backstage |
 * |---|---|
 * | throttling | `AwsThrottledError` (ServiceUnavailableError) with `retryAfterSeconds` |
 * | network, timeout, 5xx, no credentials | `ServiceUnavailableError` |
 * | not found | `NotFoundError` |
 * | conflict, 409, 412 | `ConflictError` |
 * | denied | `AwsAccessDeniedError` (ForwardedError) naming action, role, account |
 * | validation, other 4xx | `InputError` |
 */
export function toBackstageError(
  error: unknown,
  context: AwsCallContext,
): Error {
  if (error instanceof AwsAccessDeniedError || isMapped(error)) return error;

  const code = awsErrorCode(error);
  const { $metadata, $retryable } = fieldsOf(error);
  const status = Number($metadata?.httpStatusCode ?? 0);
  const cause = new AwsErrorCause(code, requestIdOf(error));
  const call = `${context.service}:${context.operation}`;
  const where = context.accountId
    ? ` in account ${context.accountId}${
        context.region ? ` (${context.region})` : ''
      }`
    : '';
  const what = context.resource ? ` for ${context.resource}` : '';

  if (
    THROTTLE.test(code) ||
    $retryable?.throttling === true ||
    status === 429
  ) {
    const seconds = retryAfter(error);
    return new AwsThrottledError(
      `AWS is throttling ${call}${where}. What is shown keeps its age; try again in ${seconds} s.`,
      cause,
      seconds,
    );
  }
  const lost = $metadata && !answered(error) && !CREDENTIALS.test(code);
  const network = networkCode(error) ?? (lost ? 'no answer' : undefined);
  if (network) {
    return new ServiceUnavailableError(
      `AWS did not answer ${call}${where} (${network}). What is shown keeps its age; check the network path to AWS and try again.`,
      cause,
    );
  }
  if (CREDENTIALS.test(code)) {
    return new ServiceUnavailableError(
      `Careplane has no valid AWS credentials for ${call}${where} (${code}). Check aws.mainAccount and the backend's environment.`,
      cause,
    );
  }
  if (DENIED.test(code) || status === 403) {
    const action = deniedAction(error, context);
    const role = context.role ? `role ${context.role}` : 'The role in use';
    return new AwsAccessDeniedError(
      `AWS denied ${action}${what}: ${role}${where} may not do it. Allow ${action} on that role.`,
      cause,
      action,
      context.accountId,
      context.role,
    );
  }
  if (NOT_FOUND.test(code) || status === 404) {
    return new NotFoundError(
      `${
        context.resource ?? 'What was asked for'
      } does not exist${where} (${call}: ${code}).`,
      cause,
    );
  }
  if (CONFLICT.test(code) || status === 409 || status === 412) {
    return new ConflictError(
      `${call}${what}${where} met a state that has changed meanwhile (${code}). Nothing was overwritten.`,
      cause,
    );
  }
  if (INPUT.test(code) || (status >= 400 && status < 500)) {
    return new InputError(
      `AWS did not accept the input of ${call}${what}${where} (${code}).`,
      cause,
    );
  }
  if (status >= 500) {
    return new ServiceUnavailableError(
      `AWS failed to answer ${call}${where} (${code}). Try again in a minute.`,
      cause,
    );
  }
  return new ForwardedError(`${call}${what}${where} failed (${code}).`, cause);
}

/** Runs a call and maps what it throws with {@link toBackstageError}. */
export async function withAwsErrors<T>(
  context: AwsCallContext,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw toBackstageError(error, context);
  }
}
