import { JsonCodec2, JsonShapeDeserializer2 } from '@aws-sdk/core/protocols';
import { AwsError } from '../AwsError';
import { parseJsonObject } from './awsJson';
import { serdeContext, TIMESTAMP } from './codecs';
import { readBindings, writeBindings, type BodyCodec } from './httpBindings';
import { matchRoute } from './httpRouter';
import type { Protocol } from './Protocol';

const settings = {
  timestampFormat: { useTrait: true, default: TIMESTAMP.epochSeconds },
  httpBindings: true,
  jsonName: true,
};

const codec = new JsonCodec2(settings);
codec.setSerdeContext(serdeContext);
const reader = new JsonShapeDeserializer2(settings);
reader.setSerdeContext(serdeContext);

const body: BodyCodec = {
  contentType: 'application/json',
  read: (schema, bytes) =>
    reader.readObject(schema, parseJsonObject(bytes.toString('utf8'))),

  write(schema, value) {
    const serializer = codec.createSerializer();
    serializer.write(schema, value);
    return serializer.flush();
  },
};

/** REST with JSON bodies, as Lambda speaks it. */
export const restJson: Protocol = {
  operationOf: (model, call) => matchRoute(model, call)?.operation.name,

  read(model, operation, call) {
    const labels = matchRoute(model, call)?.labels ?? {};
    return readBindings(operation, labels, call, body, settings);
  },

  write(_model, operation, output, requestId) {
    const answer = writeBindings(operation, output, body, settings);
    answer.headers['x-amzn-requestid'] = requestId;
    return answer;
  },

  fail(_model, error, requestId) {
    return {
      status: error.status,
      headers: {
        'content-type': 'application/json',
        'x-amzn-requestid': requestId,
        'x-amzn-errortype': error.name,
      },
      body: JSON.stringify({
        Type: error.fault === 'server' ? 'Service' : 'User',
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
      { status: 404 },
    ),
};
