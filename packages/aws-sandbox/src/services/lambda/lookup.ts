import { AwsError, type CallContext } from '../../core';
import {
  LATEST,
  LambdaState,
  type AliasRecord,
  type FunctionRecord,
  type Revision,
} from './model';

const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const QUALIFIER = /^(\$LATEST|[A-Za-z0-9_-]{1,128})$/;
const REFERENCE =
  /^(?:arn:aws:lambda:([a-z0-9-]+):)?(?:(\d{12}):)?(?:function:)?([^:]+)(?::([^:]+))?$/;

/** A function as a request names it: by name, partial ARN or ARN. */
export interface Reference {
  state: LambdaState;
  name: string;
  qualifier?: string;
}

export function notFound(arn: string): AwsError {
  return new AwsError(
    'ResourceNotFoundException',
    `Function not found: ${arn}`,
    { fields: { Type: 'User' } },
  );
}

export function conflict(message: string): AwsError {
  return new AwsError('ResourceConflictException', message, {
    fields: { Type: 'User' },
  });
}

export function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message, {
    fields: { Type: 'User' },
  });
}

export function refer(
  context: CallContext,
  functionName: string,
  qualifier?: string,
): Reference {
  const match = REFERENCE.exec(functionName);
  if (!match || !NAME.test(match[3])) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${functionName}' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern`,
    );
  }
  const [, region, account, name, inName] = match;
  if ((account ?? context.account) !== context.account) {
    throw new AwsError(
      'AccessDeniedException',
      `User: ${context.principal.arn} is not authorized to perform this on resource: ${functionName} because no resource-based policy allows it`,
      { status: 403 },
    );
  }
  const state = new LambdaState(context.sandbox, context.account);
  if (region && region !== context.region) throw notFound(functionName);
  if (inName && qualifier && inName !== qualifier) {
    throw invalid(
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  const wanted = qualifier ?? inName;
  if (wanted !== undefined && !QUALIFIER.test(wanted)) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${wanted}' at 'qualifier' failed to satisfy constraint: Member must satisfy regular expression pattern: (|[a-zA-Z0-9$_-]+)`,
    );
  }
  return { state, name, qualifier: wanted };
}

export function requireFunction({ state, name }: Reference): FunctionRecord {
  const record = state.functions.get(name);
  if (!record) throw notFound(state.arn(name));
  return record;
}

export function requireAlias(
  { state, name }: Reference,
  alias: string,
): AliasRecord {
  const record = state.aliases.get(`${name}:${alias}`);
  if (!record) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Cannot find alias arn: ${state.arn(name, alias)}`,
      { fields: { Type: 'User' } },
    );
  }
  return record;
}

/** Which revision a qualifier stands for; an alias by its main version. */
export function requireRevision(reference: Reference): Revision {
  const { state, name, qualifier = LATEST } = reference;
  requireFunction(reference);
  const alias = state.aliases.get(`${name}:${qualifier}`);
  const found = state.revision(name, alias?.functionVersion ?? qualifier);
  if (!found) throw notFound(state.arn(name, qualifier));
  return found;
}

/** Compare-and-swap: a write with an old RevisionId changes nothing. */
export function requireRevisionId(
  expected: string | undefined,
  actual: string,
  api: 'GetFunction' | 'GetAlias' | 'GetPolicy',
) {
  if (expected === undefined || expected === actual) return;
  throw new AwsError(
    'PreconditionFailedException',
    `The Revision Id provided does not match the latest Revision Id. Call the ${api} API to retrieve the latest Revision Id`,
    { fields: { Type: 'User' } },
  );
}
