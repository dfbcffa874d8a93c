import { cbor, CborCodec } from '@smithy/core/cbor';
import { AwsError } from '../AwsError';
import { queryErrorHeader } from './awsJson';
import { serdeContext } from './codecs';
import type { Members, Protocol } from './Protocol';

const codec = new CborCodec();
codec.setSerdeContext(serdeContext);

function headers(requestId: string) {
  return {
    'content-type': 'application/cbor',
    'smithy-protocol': 'rpc-v2-cbor',
    'x-amzn-requestid': requestId,
  };
}

/** Smithy RPC v2 with CBOR: `/service/<name>/operation/<name>`. */
export const rpcCbor: Protocol = {
  operationOf: (_model, call) =>
    /\/service\/[^/]+\/operation\/([^/]+)\/?$/.exec(call.path)?.[1],

  read(_model, operation, call) {
    if (call.body.length === 0) return {};
    return codec
      .createDeserializer()
      .read(operation.input, new Uint8Array(call.body)) as unknown as Members;
  },

  write(_model, operation, output, requestId) {
    const serializer = codec.createSerializer();
    serializer.write(operation.output, output);
    const body = operation.output.isUnitSchema() ? '' : serializer.flush();
    return { status: 200, headers: headers(requestId), body };
  },

  fail(model, error, requestId) {
    return {
      status: error.status,
      headers: {
        ...headers(requestId),
        ...queryErrorHeader(model.queryCompatible, error),
      },
      body: cbor.serialize({
        __type: `${model.namespace}#${error.name}`,
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
