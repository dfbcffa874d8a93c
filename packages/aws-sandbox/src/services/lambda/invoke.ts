import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type * as sdk from '@aws-sdk/client-lambda';
import { AwsError, type CallContext, type Operations } from '../../core';
import { recordMetrics } from '../cloudwatch/record';
import {
  logLines,
  logTail,
  logTarget,
  writeLog,
  type LogTarget,
} from './invocationLog';
import { settleSoon } from './lifecycle';
import {
  conflict,
  notFound,
  refer,
  requireFunction,
  type Reference,
} from './lookup';
import { LATEST, type Revision } from './model';
import { Semaphore } from './runtime/Semaphore';
import { runHandler, type HandlerResult } from './runtime/runHandler';
import { unpack } from './runtime/unpack';

/** Handlers run in processes, so a burst waits rather than stops the machine. */
const PROCESSES = 8;
const processes = new Semaphore(PROCESSES);
const inFlight = new Map<string, number>();

/** The version that a call runs, and the alias that led there. */
interface Chosen {
  revision: Revision;
  alias?: string;
}

/** Follows an alias and its weights. */
function choose(reference: Reference): Chosen {
  const { state, name, qualifier = LATEST } = reference;
  const alias = state.aliases.get(`${name}:${qualifier}`);
  let version = alias?.functionVersion ?? qualifier;
  const [canary] = Object.entries(alias?.weights ?? {});
  if (canary && Math.random() < canary[1]) version = canary[0];
  const revision = state.revision(name, version);
  if (!revision) throw notFound(state.arn(name, qualifier));
  return { revision, alias: alias?.name };
}

/**
 * Refuses what cannot run. An inactive version wakes up, for a later call.
 * https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html
 */
function requireInvocable(
  { sandbox }: CallContext,
  { state: functions, name }: Reference,
  revision: Revision,
) {
  const { state, config, code } = revision;
  if (state === 'Inactive') {
    const pending: Revision = {
      ...revision,
      state: 'Pending',
      stateReason: {
        code: 'Restoring',
        text: 'The function is being restored.',
      },
    };
    functions.putRevision(name, pending);
    settleSoon(sandbox, functions, name, pending);
    throw new AwsError(
      'ResourceNotReadyException',
      'The function is inactive and its VPC connection is no longer available. Wait for the VPC connection to reestablish and try again.',
      { status: 502, fields: { Type: 'User' } },
    );
  }
  if (state === 'Pending' || state === 'Failed') {
    throw conflict(
      `The operation cannot be performed at this time. The function is currently in the following state: ${state}`,
    );
  }
  if (code.packageType === 'Image' || !/^nodejs\d/.test(config.Runtime ?? '')) {
    throw new AwsError(
      'InvalidRuntimeException',
      `The sandbox runs Node.js handlers from zip files only, not ${
        config.Runtime ?? 'container images'
      }`,
      { status: 502, fields: { Type: 'User' } },
    );
  }
}

async function execute(
  context: CallContext,
  reference: Reference,
  chosen: Chosen,
  event: unknown,
  log: LogTarget,
): Promise<HandlerResult> {
  const { sandbox, account, region, requestId } = context;
  const { state, name, qualifier } = reference;
  const { config, code, version } = chosen.revision;
  const timeout = config.Timeout ?? 3;
  const memory = config.MemorySize ?? 128;
  const root = await unpack(
    sandbox.blobs.path(code.blob),
    join(sandbox.dataDir, 'lambda', 'code'),
    code.blob,
  );
  return processes.run(() =>
    runHandler({
      root,
      handler: config.Handler ?? 'index.handler',
      event,
      timeoutMs: timeout * 1000,
      memoryMb: memory,
      context: {
        awsRequestId: requestId,
        functionName: name,
        functionVersion: version,
        invokedFunctionArn: state.arn(name, qualifier),
        memoryLimitInMB: String(memory),
        logGroupName: log.group,
        logStreamName: log.stream,
      },
      environment: {
        ...config.Environment?.Variables,
        ...sessionOf(context, config.Role, name),
        PATH: '/usr/local/bin:/usr/bin:/bin',
        LANG: 'en_US.UTF-8',
        TZ: ':UTC',
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_ENDPOINT_URL: sandbox.url,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_VERSION: version,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory),
        AWS_EXECUTION_ENV: `AWS_Lambda_${config.Runtime}`,
        LAMBDA_TASK_ROOT: root,
        _HANDLER: config.Handler ?? '',
        AWS_ACCOUNT_ID: account,
      },
    }),
  );
}

const sessions = new Map<string, { id: string; until: number }>();

/** Credentials of the execution role, kept while they last. */
function sessionOf({ sandbox }: CallContext, role: string, name: string) {
  const [, account, path] =
    /^arn:aws[^:]*:iam::(\d{12}):role\/(.+)$/.exec(role) ?? [];
  const key = `${sandbox.url} ${role} ${name}`;
  const now = sandbox.clock.now().getTime();
  let session = sessions.get(key);
  if (!session || session.until <= now + 900_000) {
    session = {
      id: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
      until: now + 3_600_000,
    };
    sessions.set(key, session);
    sandbox.credentials.issue({
      accessKeyId: session.id,
      account: account ?? '',
      roleName: path?.split('/').at(-1) ?? '',
      roleId: 'AROASANDBOXLAMBDA',
      sessionName: name,
      tags: {},
      policyLength: 0,
      expiresAt: new Date(session.until).toISOString(),
    });
  }
  return {
    AWS_ACCESS_KEY_ID: session.id,
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_SESSION_TOKEN: 'sandbox',
  };
}

function measure(
  { sandbox, account }: CallContext,
  name: string,
  qualifier: string | undefined,
  chosen: Chosen | undefined,
  values: Record<string, { value: number; unit: 'Count' | 'Milliseconds' }>,
) {
  const byFunction = [{ Name: 'FunctionName', Value: name }];
  const resource = qualifier ? `${name}:${qualifier}` : name;
  const byResource = [...byFunction, { Name: 'Resource', Value: resource }];
  const sets = [byFunction, byResource];
  if (chosen?.alias) {
    sets.push([
      ...byResource,
      { Name: 'ExecutedVersion', Value: chosen.revision.version },
    ]);
  }
  recordMetrics(
    sandbox,
    account,
    'AWS/Lambda',
    sets.flatMap(dimensions =>
      Object.entries(values).map(([metric, { value, unit }]) => ({
        name: metric,
        dimensions,
        value,
        unit,
      })),
    ),
  );
}

const count = (value: number) => ({ value, unit: 'Count' as const });

export const invokeOperations = {
  async Invoke(input, context) {
    const reference = refer(context, input.FunctionName, input.Qualifier);
    const { name, qualifier, state } = reference;
    const record = requireFunction(reference);
    const chosen = choose(reference);
    requireInvocable(context, reference, chosen.revision);
    const event = parseEvent(input.Payload);
    const ExecutedVersion = chosen.revision.version;
    if (input.InvocationType === 'DryRun') return { StatusCode: 204 };

    const running = inFlight.get(state.arn(name)) ?? 0;
    if (running >= (record.reservedConcurrency ?? Infinity)) {
      measure(context, name, qualifier, undefined, { Throttles: count(1) });
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', {
        fields: {
          Type: 'User',
          Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
        },
      });
    }
    inFlight.set(state.arn(name), running + 1);
    const { requestId } = context;
    const log = logTarget(context.sandbox, name, ExecutedVersion);
    const finished = execute(context, reference, chosen, event, log)
      .then(result => {
        const lines = logLines(requestId, ExecutedVersion, result);
        writeLog(context, log, lines);
        measure(context, name, qualifier, chosen, {
          Invocations: count(1),
          Errors: count(result.isError ? 1 : 0),
          Duration: { value: result.durationMs, unit: 'Milliseconds' },
          Throttles: count(0),
        });
        return result;
      })
      .finally(() => {
        const left = (inFlight.get(state.arn(name)) ?? 1) - 1;
        if (left > 0) inFlight.set(state.arn(name), left);
        else inFlight.delete(state.arn(name));
      });

    if (input.InvocationType === 'Event') {
      finished.catch(error =>
        context.sandbox.log.warn(`Invoking ${name} failed: ${error.message}`),
      );
      return { StatusCode: 202 };
    }
    const result = await finished;
    return {
      StatusCode: 200,
      ExecutedVersion,
      FunctionError: result.isError ? 'Unhandled' : undefined,
      Payload: Buffer.from(result.payload, 'utf8'),
      LogResult:
        input.LogType === 'Tail'
          ? logTail(logLines(requestId, ExecutedVersion, result))
          : undefined,
    };
  },
} satisfies Operations<typeof sdk>;

function parseEvent(payload: Uint8Array | string | undefined): unknown {
  const text = Buffer.from(payload ?? []).toString('utf8');
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${(error as Error).message}`,
      { fields: { Type: 'User' } },
    );
  }
}
