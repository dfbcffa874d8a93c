import { JsonCodec2, JsonShapeDeserializer2 } from '@aws-sdk/core/protocols';
import type { DocumentType } from '@smithy/types';
import { AwsError } from '../AwsError';
import type { Members, Protocol, WireError } from './Protocol';
import { serdeContext, TIMESTAMP } from './codecs';

const settings = {
  timestampFormat: { useTrait: true, default: TIMESTAMP.epochSeconds },
  jsonName: false,
};
const codec = new JsonCodec2(settings);
codec.setSerdeContext(serdeContext);
const reader = new JsonShapeDeserializer2(settings);
reader.setSerdeContext(serdeContext);

/** AWS JSON 1.0 and 1.1: a POST with `X-Amz-Target`, members in a JSON body. */
export function awsJson(version: '1.0' | '1.1'): Protocol {
  const contentType = `application/x-amz-json-${version}`;
  return {
    operationOf: (_model, call) =>
      call.headers['x-amz-target']?.split('.').at(-1),

    read(_model, operation, call) {
      const members = parseJsonObject(call.body.toString('utf8') || '{}');
      return reader.readObject(operation.input, members) as Members;
    },

    write(_model, operation, output, requestId) {
      const serializer = codec.createSerializer();
      serializer.write(operation.output, output);
      const body = operation.output.isUnitSchema() ? '' : serializer.flush();
      return {
        status: 200,
        headers: {
          'content-type': contentType,
          'x-amzn-requestid': requestId,
        },
        body,
      };
    },

    fail(model, error, requestId) {
      const name =
        version === '1.0' ? `${model.namespace}#${error.name}` : error.name;
      return {
        status: error.status,
        headers: {
          'content-type': contentType,
          'x-amzn-requestid': requestId,
          ...queryErrorHeader(model.queryCompatible, error),
        },
        body: JSON.stringify({
          __type: name,
          message: error.message,
          Message: error.message,
          ...error.fields,
        }),
      };
    },

    unknownOperation: (name, model) =>
      new AwsError(
        'UnknownOperationException',
        `The sandbox has no operation ${name} in ${model.signingName}`,
        { status: 400 },
      ),
  };
}

/** Tells SDKs the code that the service had under the query protocol. */
export function queryErrorHeader(
  compatible: boolean,
  error: WireError,
): Record<string, string> {
  if (!compatible) return {};
  const who = error.fault === 'server' ? 'Receiver' : 'Sender';
  return { 'x-amzn-query-error': `${error.queryCode};${who}` };
}

/** Malformed JSON is the client's mistake, and AWS says so. */
export function parseJsonObject(text: string): { [key: string]: DocumentType } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new AwsError(
      'SerializationException',
      'The request body is not valid JSON',
      { status: 400 },
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AwsError(
      'SerializationException',
      'The request body must be a JSON object',
      { status: 400 },
    );
  }
  return value as { [key: string]: DocumentType };
}
