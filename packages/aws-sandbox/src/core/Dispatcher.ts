import { randomUUID } from 'node:crypto';
import { AwsError } from './AwsError';
import type { OperationModel } from './ServiceModel';
import { toTrailEvent } from './trail/record';
import type { CallAs, CallContext, Sandbox, ServiceDefinition } from './types';
import { requireMembers } from './validate';
import { DEFAULT_REGION } from './http/identity';

interface CallResult {
  output?: Record<string, unknown>;
  error?: unknown;
}

/** Runs operations: checks, the service's code, the CloudTrail record. */
export class Dispatcher {
  private readonly services: ReadonlyMap<string, ServiceDefinition>;

  constructor(
    services: readonly ServiceDefinition[],
    private readonly sandbox: () => Sandbox,
  ) {
    const byId = new Map<string, ServiceDefinition>();
    for (const service of services) {
      if (byId.has(service.id)) {
        throw new Error(`Two services are called ${service.id}`);
      }
      byId.set(service.id, service);
    }
    this.services = byId;
  }

  all(): ServiceDefinition[] {
    return [...this.services.values()];
  }

  /** By id or by SigV4 signing name. */
  find(name: string): ServiceDefinition | undefined {
    return (
      this.services.get(name) ??
      this.all().find(service => service.model.signingName === name)
    );
  }

  /** An in-process call; answers the operation's output. Throws AwsError. */
  async call(
    serviceId: string,
    operationName: string,
    input: object,
    as: CallAs,
  ): Promise<Record<string, unknown>> {
    const service = this.find(serviceId);
    const operation = service?.model.operations.get(operationName);
    if (!service || !operation || !service.operations[operationName]) {
      throw new AwsError(
        'UnknownOperationException',
        `The sandbox has no operation ${operationName} in ${serviceId}`,
      );
    }
    return this.run(
      service,
      operation,
      { ...input },
      {
        account: as.account,
        region: as.region ?? DEFAULT_REGION,
        principal: as.principal ?? {
          arn: `arn:aws:iam::${as.account}:root`,
          accessKeyId: as.account,
        },
        requestId: randomUUID(),
        sandbox: this.sandbox(),
      },
    );
  }

  /** CloudTrail's record of a call, also of one that was refused at the door. */
  record(
    service: ServiceDefinition,
    operation: OperationModel,
    context: CallContext,
    call: CallResult & { input: Record<string, unknown>; userAgent?: string },
  ) {
    if (service.trail.except?.includes(operation.name)) return;
    context.sandbox.trail.append(
      toTrailEvent({ service, operation: operation.name, context, ...call }),
    );
  }

  async run(
    service: ServiceDefinition,
    operation: OperationModel,
    input: Record<string, unknown>,
    context: CallContext,
    userAgent?: string,
  ): Promise<Record<string, unknown>> {
    const record = (result: CallResult) =>
      this.record(service, operation, context, { input, userAgent, ...result });
    try {
      requireMembers(service.model, operation, input);
      const handler = service.operations[operation.name];
      const output = ((await handler(input as never, context)) ?? {}) as Record<
        string,
        unknown
      >;
      record({ output });
      return output;
    } catch (error) {
      record({ error });
      throw error;
    }
  }
}
