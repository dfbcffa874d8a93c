import { XmlCodec } from '@aws-sdk/core/protocols';
import { AwsError } from '../AwsError';
import type { ServiceModel } from '../ServiceModel';
import { serdeContext, TIMESTAMP } from './codecs';
import { readBindings, writeBindings, type BodyCodec } from './httpBindings';
import { matchRoute } from './httpRouter';
import type { Protocol } from './Protocol';
import { elements, XML_HEADER } from './xml';

function settingsOf(model: ServiceModel) {
  return {
    timestampFormat: { useTrait: true, default: TIMESTAMP.dateTime },
    httpBindings: true,
    xmlNamespace: model.xmlNamespace,
    serviceNamespace: model.namespace,
  } as const;
}

function bodyOf(model: ServiceModel): BodyCodec {
  const codec = new XmlCodec(settingsOf(model));
  codec.setSerdeContext(serdeContext);
  return {
    contentType: 'application/xml',
    read(schema, bytes) {
      try {
        return codec.createDeserializer().read(schema, bytes.toString('utf8'));
      } catch {
        throw new AwsError(
          'MalformedXML',
          'The XML you provided was not well-formed',
          { status: 400 },
        );
      }
    },
    write(schema, value) {
      const serializer = codec.createSerializer();
      serializer.write(schema, value);
      return XML_HEADER + serializer.flush();
    },
  };
}

/** REST with XML bodies, as S3 speaks it. */
export const restXml: Protocol = {
  operationOf: (model, call) => matchRoute(model, call)?.operation.name,

  read(model, operation, call) {
    const labels = matchRoute(model, call)?.labels ?? {};
    return readBindings(
      operation,
      labels,
      call,
      bodyOf(model),
      settingsOf(model),
    );
  },

  write(model, operation, output, requestId) {
    const answer = writeBindings(
      operation,
      output,
      bodyOf(model),
      settingsOf(model),
    );
    answer.headers['x-amz-request-id'] = requestId;
    return answer;
  },

  fail(_model, error, requestId) {
    const fields = {
      Code: error.queryCode,
      Message: error.message,
      ...error.fields,
      RequestId: requestId,
    };
    return {
      status: error.status,
      headers: {
        'content-type': 'application/xml',
        'x-amz-request-id': requestId,
      },
      body: `${XML_HEADER}<Error>${elements(fields)}</Error>`,
    };
  },

  unknownOperation: (name, model) =>
    new AwsError(
      'NotImplemented',
      `The sandbox has no operation ${name} in ${model.signingName}`,
      { status: 501 },
    ),
};
