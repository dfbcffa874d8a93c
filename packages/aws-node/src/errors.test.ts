import { InputError, serializeError } from '@backstage/errors';
import {
  AwsAccessDeniedError,
  AwsThrottledError,
  isAccessDenied,
  requestIdOf,
  toBackstageError,
} from './errors';

const SECRET = 'MRN-0042-PLANTED';
const context = {
  service: 'lambda',
  operation: 'UpdateAlias',
  accountId: '333333333333',
  region: 'us-east-1',
  role: 'careplane-release',
  resource: 'alias live of claims-api',
};

/** The form of an error of SDK v3. */
function aws(name: string, status: number, more: object = {}): Error {
  return Object.assign(new Error(`${name} about ${SECRET}`), {
    name,
    $fault: status >= 500 ? 'server' : 'client',
    $metadata: { httpStatusCode: status, requestId: 'req-1' },
    ...more,
  });
}

describe('toBackstageError', () => {
  it.each([
    ['TooManyRequestsException', 429, 'ServiceUnavailableError'],
    ['ThrottlingException', 400, 'ServiceUnavailableError'],
    ['Throttling', 400, 'ServiceUnavailableError'],
    ['ServiceException', 500, 'ServiceUnavailableError'],
    ['ExpiredTokenException', 400, 'ServiceUnavailableError'],
    ['ResourceNotFoundException', 404, 'NotFoundError'],
    ['RepositoryDoesNotExistException', 400, 'NotFoundError'],
    ['NoSuchKey', 404, 'NotFoundError'],
    ['ChangeSetNotFoundException', 404, 'NotFoundError'],
    ['PreconditionFailedException', 412, 'ConflictError'],
    ['ResourceConflictException', 409, 'ConflictError'],
    ['StageNotRetryableException', 400, 'ConflictError'],
    ['AlreadyExistsException', 400, 'ConflictError'],
    ['ValidationError', 400, 'InputError'],
    ['InvalidParameterValueException', 400, 'InputError'],
    ['PackedPolicyTooLarge', 400, 'InputError'],
  ])('maps %s (%d) to %s', (name, status, expected) => {
    const mapped = toBackstageError(aws(name, status), context);
    expect(mapped.name).toBe(expected);
    expect(requestIdOf(mapped)).toBe('req-1');
  });

  it('names action, role and account where AWS denies, and no status of ours', () => {
    const mapped = toBackstageError(aws('AccessDeniedException', 403), context);
    expect(isAccessDenied(mapped)).toBe(true);
    expect(mapped).toMatchObject({
      action: 'lambda:UpdateAlias',
      accountId: '333333333333',
      role: 'careplane-release',
    });
    expect(mapped.name).not.toBe('NotAllowedError');
    expect(mapped.message).toMatch(
      /denied lambda:UpdateAlias .*role careplane-release.*333333333333/,
    );
  });

  it('names the action that AWS names, as when the role cannot be assumed', () => {
    const error = aws('AccessDenied', 403);
    error.message = `User: arn:aws:sts::1:x is not authorized to perform: sts:TagSession on ${SECRET}`;
    const mapped = toBackstageError(error, context);
    expect((mapped as AwsAccessDeniedError).action).toBe('sts:TagSession');
  });

  it('hands on when to try again', () => {
    const mapped = toBackstageError(
      aws('TooManyRequestsException', 429, { retryAfterSeconds: '7' }),
      context,
    );
    expect(mapped).toBeInstanceOf(AwsThrottledError);
    expect(mapped).toMatchObject({ retryAfterSeconds: 7 });
    expect(mapped.message).toContain('in 7 s');
  });

  it('sees a network fault below an SDK error', () => {
    const refused = Object.assign(new Error('connect 10.0.0.1'), {
      code: 'ECONNREFUSED',
    });
    const outer = Object.assign(new Error('failed'), { cause: refused });
    expect(toBackstageError(outer, context)).toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('takes what the SDK could not get an answer to for a network fault', () => {
    const wrapped = Object.assign(new Error('wrapper for TimeoutError'), {
      $metadata: { attempts: 1 },
    });
    expect(toBackstageError(wrapped, context).name).toBe(
      'ServiceUnavailableError',
    );
  });

  it('leaves what our own middleware threw inside the SDK as it is', () => {
    const refused = Object.assign(new InputError('production refuses'), {
      $metadata: { attempts: 1 },
    });
    expect(toBackstageError(refused, context)).toBe(refused);
  });

  it("never repeats AWS's own text, not even in its cause", () => {
    for (const [name, status] of [
      ['AccessDeniedException', 403],
      ['ValidationException', 400],
      ['SomethingNew', 418],
      ['InternalError', 500],
      ['ResourceNotFoundException', 404],
      ['TooManyRequestsException', 429],
      ['PreconditionFailedException', 412],
    ] as const) {
      const mapped = toBackstageError(aws(name, status), context);
      const wire = JSON.stringify([
        serializeError(mapped, { includeStack: true }),
        mapped.message,
        String(mapped.cause),
      ]);
      expect(wire).not.toContain(SECRET);
      expect(wire).toContain('req-1');
    }
    expect(
      String(toBackstageError(new TypeError(SECRET), context)),
    ).not.toContain(SECRET);
  });

  it('leaves an error alone that is mapped already', () => {
    const once = toBackstageError(aws('NoSuchKey', 404), context);
    expect(toBackstageError(once, context)).toBe(once);
    const denied = toBackstageError(aws('AccessDenied', 403), context);
    expect(toBackstageError(denied, context)).toBe(denied);
  });
});
