import { XmlShapeSerializer } from '@aws-sdk/core/protocols';
import { AwsError } from '../AwsError';
import type { HttpCall } from '../http/HttpMessages';
import { serdeContext, TIMESTAMP } from './codecs';
import { onlyMembers } from './httpBindings';
import type { Protocol } from './Protocol';
import { readQueryForm } from './queryForm';
import { elements, XML_HEADER } from './xml';

function parametersOf(call: HttpCall): URLSearchParams {
  const form = new URLSearchParams(call.body.toString('utf8'));
  return form.has('Action') ? form : call.query;
}

/** The query protocol: a form in, XML out. */
export const awsQuery: Protocol = {
  operationOf: (_model, call) => parametersOf(call).get('Action') ?? undefined,

  read: (_model, operation, call) =>
    readQueryForm(operation.input, parametersOf(call)),

  write(model, operation, output, requestId) {
    const { name } = operation;
    let result = '';
    if (operation.output.isStructSchema()) {
      const serializer = new XmlShapeSerializer({
        timestampFormat: { useTrait: true, default: TIMESTAMP.dateTime },
        httpBindings: false,
        xmlNamespace: '',
        serviceNamespace: model.namespace,
      });
      serializer.setSerdeContext(serdeContext);
      const members = [...operation.output.structIterator()];
      const schema = onlyMembers(operation.output, members, `${name}Result`, 0);
      serializer.write(schema, output);
      result = String(serializer.flush());
    }
    return {
      status: 200,
      headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
      body: `${XML_HEADER}<${name}Response xmlns="${model.xmlNamespace}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`,
    };
  },

  fail(model, error, requestId) {
    const fields = {
      Type: error.fault === 'server' ? 'Receiver' : 'Sender',
      Code: error.queryCode,
      Message: error.message,
      ...error.fields,
    };
    return {
      status: error.status,
      headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
      body: `${XML_HEADER}<ErrorResponse xmlns="${
        model.xmlNamespace
      }"><Error>${elements(
        fields,
      )}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    };
  },

  unknownOperation: (name, model) =>
    new AwsError(
      'InvalidAction',
      `The sandbox has no operation ${name} in ${model.signingName}`,
      { status: 400 },
    ),
};
