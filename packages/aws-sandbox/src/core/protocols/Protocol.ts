import type { AwsError } from '../AwsError';
import type { HttpAnswer, HttpCall } from '../http/HttpMessages';
import type { OperationModel, ServiceModel } from '../ServiceModel';

/** Members by name, as the SDK's types have them. */
export type Members = Record<string, unknown>;

/** An error, ready to be written: from a schema, or from its code alone. */
export interface WireError {
  /** Name of the shape, as JSON protocols send it. */
  name: string;
  /** Code of the query and XML protocols. */
  queryCode: string;
  message: string;
  status: number;
  fault: 'client' | 'server';
  fields: Members;
}

/** The server's side of one AWS protocol. */
export interface Protocol {
  /** Name of the operation that the request asks for. */
  operationOf(model: ServiceModel, call: HttpCall): string | undefined;
  /** Throws AwsError when the request cannot be read. */
  read(model: ServiceModel, operation: OperationModel, call: HttpCall): Members;
  write(
    model: ServiceModel,
    operation: OperationModel,
    output: Members,
    requestId: string,
  ): HttpAnswer;
  fail(model: ServiceModel, error: WireError, requestId: string): HttpAnswer;
  /** What this protocol says to an operation that nobody has. */
  unknownOperation(name: string, model: ServiceModel): AwsError;
}
