import {
  FromStringShapeDeserializer,
  ToStringShapeSerializer,
} from '@smithy/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef, CodecSettings } from '@smithy/types';
import type { HttpAnswer, HttpCall } from '../http/HttpMessages';
import type { OperationModel } from '../ServiceModel';
import { serdeContext } from './codecs';
import type { Members } from './Protocol';

/** The body's codec: JSON or XML. */
export interface BodyCodec {
  contentType: string;
  read(schema: NormalizedSchema, body: Buffer): unknown;
  write(schema: NormalizedSchema, value: unknown): string | Uint8Array;
}

/** Collects an input from labels, query, headers and body, as its traits say. */
export function readBindings(
  operation: OperationModel,
  labels: Record<string, string>,
  call: HttpCall,
  codec: BodyCodec,
  settings: CodecSettings,
): Members {
  const strings = new FromStringShapeDeserializer(settings);
  strings.setSerdeContext(serdeContext);
  const input: Members = {};
  const inBody: string[] = [];
  for (const [name, member] of operation.input.structIterator()) {
    const traits = member.getMergedTraits();
    if (traits.httpLabel) {
      if (name in labels) input[name] = strings.read(member, labels[name]);
    } else if (traits.httpQuery) {
      const values = call.query.getAll(traits.httpQuery);
      if (values.length > 0) {
        input[name] = member.isListSchema()
          ? values.map(value => strings.read(member.getValueSchema(), value))
          : strings.read(member, values[0]);
      }
    } else if (traits.httpQueryParams) {
      input[name] = Object.fromEntries(call.query);
    } else if (traits.httpHeader) {
      const value = call.headers[traits.httpHeader.toLowerCase()];
      if (value !== undefined) input[name] = strings.read(member, value);
    } else if (typeof traits.httpPrefixHeaders === 'string') {
      input[name] = withPrefix(call.headers, traits.httpPrefixHeaders);
    } else if (traits.httpPayload) {
      if (call.body.length > 0)
        input[name] = readPayload(member, call.body, codec);
    } else {
      inBody.push(name);
    }
  }
  if (inBody.length > 0 && call.body.length > 0) {
    const body = codec.read(operation.input, call.body) as Members;
    for (const name of inBody) {
      if (body[name] !== undefined) input[name] = body[name];
    }
  }
  return input;
}

function readPayload(member: NormalizedSchema, body: Buffer, codec: BodyCodec) {
  if (member.isBlobSchema()) return new Uint8Array(body);
  if (member.isStringSchema()) return body.toString('utf8');
  return codec.read(member, body);
}

function withPrefix(headers: Readonly<Record<string, string>>, prefix: string) {
  const start = prefix.toLowerCase();
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith(start))
      .map(([name, value]) => [name.slice(start.length), value]),
  );
}

/** Spreads an output over status, headers and body, as its traits say. */
export function writeBindings(
  operation: OperationModel,
  output: Members,
  codec: BodyCodec,
  settings: CodecSettings,
): HttpAnswer {
  const strings = new ToStringShapeSerializer(settings);
  strings.setSerdeContext(serdeContext);
  const headers: Record<string, string> = {};
  let status = operation.http?.status ?? 200;
  let body: string | Uint8Array | undefined;
  const inBody: [string, NormalizedSchema][] = [];
  const schema = operation.output;
  if (schema.isUnitSchema()) return { status, headers, body: '' };
  for (const [name, member] of schema.structIterator()) {
    const value = output[name];
    const traits = member.getMergedTraits();
    if (traits.httpResponseCode) {
      if (typeof value === 'number') status = value;
    } else if (traits.httpHeader) {
      if (value === undefined || value === null) continue;
      strings.write(member, value);
      headers[traits.httpHeader.toLowerCase()] = strings.flush();
    } else if (typeof traits.httpPrefixHeaders === 'string') {
      for (const [key, item] of Object.entries(value ?? {})) {
        headers[`${traits.httpPrefixHeaders}${key}`.toLowerCase()] =
          String(item);
      }
    } else if (traits.httpPayload) {
      body = writePayload(member, value, codec);
    } else {
      inBody.push([name, member]);
    }
  }
  if (inBody.length > 0)
    body = codec.write(onlyMembers(schema, inBody), output);
  if (body !== undefined && !('content-type' in headers)) {
    headers['content-type'] = codec.contentType;
  }
  return { status, headers, body: body ?? '' };
}

function writePayload(
  member: NormalizedSchema,
  value: unknown,
  codec: BodyCodec,
): string | Uint8Array {
  if (value === undefined || value === null) return '';
  if (member.isBlobSchema()) return value as Uint8Array;
  if (member.isStringSchema()) return String(value);
  return codec.write(member, value);
}

/** The structure without the members that travel elsewhere. */
export function onlyMembers(
  schema: NormalizedSchema,
  members: [string, NormalizedSchema][],
  name = schema.getName() ?? 'Unknown',
  traits: object | number = schema.getOwnTraits(),
): NormalizedSchema {
  const [namespace] = (schema.getName(true) ?? '#').split('#');
  return NormalizedSchema.of([
    3,
    namespace,
    name,
    traits,
    members.map(([member]) => member),
    members.map(([, member]) => member),
  ] as unknown as $SchemaRef);
}
