import { AwsError } from '../AwsError';
import { errorOf } from '../control/faultErrors';
import type { FaultEffect, Faults } from '../control/Faults';
import type { Quotas } from '../control/Quotas';
import type { LoggedRequest, RequestLog } from '../control/RequestLog';
import type { Credentials } from '../Credentials';
import type { Dispatcher } from '../Dispatcher';
import { toWireError } from '../errors';
import { protocols, type Protocol } from '../protocols';
import type { OperationModel } from '../ServiceModel';
import { isReadOnly } from '../trail/record';
import { elements, XML_HEADER } from '../protocols/xml';
import type { Sandbox, ServiceDefinition } from '../types';
import { decodeBody } from './decode';
import type { HttpAnswer, HttpCall } from './HttpMessages';
import { credentialScope, type Caller } from './identity';
import { resolve } from './resolve';

/** States that stale reads see. */
interface OlderSandboxes {
  writeBegins(service: string, account: string): void;
  sandboxAsOf(milliseconds: number | undefined): Sandbox;
}

/** From an HTTP request to an operation and back. */
export class AwsApi {
  constructor(
    private readonly parts: {
      dispatcher: Dispatcher;
      credentials: Credentials;
      faults: Faults;
      requests: RequestLog;
      quotas: Quotas;
      older: OlderSandboxes;
      sandbox: () => Sandbox;
    },
  ) {}

  services(): ServiceDefinition[] {
    return this.parts.dispatcher.all();
  }

  /** `cut` asks the server to close the connection without an answer. */
  async answer(
    received: HttpCall,
    requestId: string,
  ): Promise<HttpAnswer | 'cut'> {
    const call = decodeBody(received);
    const {
      service,
      protocol: id,
      name,
    } = resolve(call, this.parts.dispatcher);
    const protocol = protocols[id];
    if (!service) return unknownService(name, call);
    const operationName = protocol.operationOf(service.model, call);
    const note = this.noteFor(call, service, operationName);
    try {
      const caller = this.caller(call);
      const operation = service.model.operations.get(operationName ?? '');
      if (!operation || !service.operations[operation.name]) {
        throw protocol.unknownOperation(
          operationName ?? `${call.method} ${call.path}`,
          service.model,
        );
      }
      const place = {
        service,
        operation: operation.name,
        account: caller.account,
      };
      const effect = this.parts.faults.take(place);
      note.with({ faults: effect.kinds });
      if (effect.delay > 0) await wait(effect.delay);
      if (effect.drop === 'request') {
        note(caller, 0);
        return this.cut(effect);
      }
      const quota = this.parts.quotas.take({ ...place, region: caller.region });
      note.with({ quotaGroup: quota.group });
      const input = readInput(protocol, service, operation, call);
      const refused = quota.allowed
        ? effect.error
        : errorOf('throttle', service, operation.name);
      const userAgent = call.headers['user-agent'];
      if (refused) {
        const sandbox = this.parts.sandbox();
        this.parts.dispatcher.record(
          service,
          operation,
          { ...caller, requestId, sandbox },
          { input, userAgent, error: refused },
        );
        throw refused;
      }
      if (!isReadOnly(operation.name)) {
        this.parts.older.writeBegins(service.id, caller.account);
      }
      const output = await this.parts.dispatcher.run(
        service,
        operation,
        input,
        { ...caller, requestId, sandbox: this.sandboxFor(effect) },
        userAgent,
      );
      const answer = protocol.write(
        service.model,
        operation,
        output,
        requestId,
      );
      note(caller, answer.status);
      return effect.drop ? this.cut(effect) : answer;
    } catch (error) {
      return this.failed(error, { service, protocol, requestId, call, note });
    }
  }

  private sandboxFor({ stale }: FaultEffect): Sandbox {
    return stale
      ? this.parts.older.sandboxAsOf(stale.milliseconds)
      : this.parts.sandbox();
  }

  private async cut({ hold }: FaultEffect): Promise<'cut'> {
    if (hold > 0) await wait(hold);
    return 'cut';
  }

  private failed(
    error: unknown,
    context: {
      service: ServiceDefinition;
      protocol: Protocol;
      requestId: string;
      call: HttpCall;
      note: Note;
    },
  ): HttpAnswer {
    const { service, protocol, requestId, call, note } = context;
    if (!(error instanceof AwsError)) {
      const stack = error instanceof Error ? error.stack : error;
      this.parts.sandbox().log.warn(`${service.id} failed: ${stack}`);
    }
    const wire = toWireError(service.model, error);
    const answer = protocol.fail(service.model, wire, requestId);
    note(this.callerOrNobody(call), answer.status, wire.name);
    return answer;
  }

  private caller(call: HttpCall): Caller {
    const { accessKeyId } = credentialScope(
      call.headers.authorization,
      call.query,
    );
    return this.parts.credentials.callerOf(accessKeyId);
  }

  private callerOrNobody(call: HttpCall): Caller | undefined {
    try {
      return this.caller(call);
    } catch {
      return undefined;
    }
  }

  private noteFor(
    call: HttpCall,
    service: ServiceDefinition,
    operation: string | undefined,
  ): Note {
    const started = Date.now();
    const extra: Partial<LoggedRequest> = {};
    const note = (
      caller: Caller | undefined,
      status: number,
      errorCode?: string,
    ) =>
      this.parts.requests.add({
        at: this.parts.sandbox().clock.now().toISOString(),
        service: service.id,
        operation: operation ?? `${call.method} ${call.path}`,
        account: caller?.account ?? 'unknown',
        principal: caller?.principal.arn ?? 'unknown',
        sessionName: caller?.principal.sessionName,
        sourceIdentity: caller?.principal.sourceIdentity,
        userAgent: call.headers['user-agent'] ?? '',
        status,
        durationMs: Date.now() - started,
        ...extra,
        ...(errorCode ? { errorCode } : {}),
      });
    return Object.assign(note, {
      with: (more: Partial<LoggedRequest>) => {
        Object.assign(extra, more);
      },
    });
  }
}

/** A codec throws whatever it likes at a body that it cannot read. */
function readInput(
  protocol: Protocol,
  service: ServiceDefinition,
  operation: OperationModel,
  call: HttpCall,
) {
  try {
    return protocol.read(service.model, operation, call);
  } catch (error) {
    if (error instanceof AwsError) throw error;
    throw new AwsError(
      'SerializationException',
      `The request could not be read: ${(error as Error).message}`,
      { status: 400 },
    );
  }
}

interface Note {
  (caller: Caller | undefined, status: number, errorCode?: string): void;
  /** Adds what is known of the call before it has ended. */
  with(more: Partial<LoggedRequest>): void;
}

/** Without a schema: XML to who sent a form, JSON to everybody else. */
function unknownService(name: string, call: HttpCall): HttpAnswer {
  const operation =
    call.headers['x-amz-target']?.split('.').at(-1) ??
    new URLSearchParams(call.body.toString('utf8')).get('Action');
  const message = `The sandbox has no service ${name}${
    operation ? `, so no ${operation}` : ''
  }`;
  const isForm = (call.headers['content-type'] ?? '').startsWith(
    'application/x-www-form-urlencoded',
  );
  if (isForm) {
    const fields = elements({
      Type: 'Sender',
      Code: 'InvalidAction',
      Message: message,
    });
    return {
      status: 400,
      headers: { 'content-type': 'text/xml' },
      body: `${XML_HEADER}<ErrorResponse><Error>${fields}</Error></ErrorResponse>`,
    };
  }
  return {
    status: 400,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-errortype': 'UnknownOperationException',
    },
    body: JSON.stringify({ __type: 'UnknownOperationException', message }),
  };
}

function wait(milliseconds: number) {
  return new Promise(done => setTimeout(done, milliseconds));
}
