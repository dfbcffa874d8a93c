import { FromStringShapeDeserializer } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import { AwsError } from '../AwsError';
import { serdeContext, TIMESTAMP } from './codecs';
import type { Members } from './Protocol';

/** A form's names, split at their dots: `Tags.member.1.Key`. */
interface Node {
  value?: string;
  children: Map<string, Node>;
}

const strings = new FromStringShapeDeserializer({
  timestampFormat: { useTrait: true, default: TIMESTAMP.dateTime },
  httpBindings: false,
});
strings.setSerdeContext(serdeContext);

/**
 * Reads the query protocol's form into an input.
 *
 * Lists are `<name>.member.<n>`, maps `<name>.entry.<n>.key` and `.value`;
 * flattened ones leave out the middle word, and `xmlName` renames.
 */
export function readQueryForm(
  schema: NormalizedSchema,
  form: URLSearchParams,
): Members {
  const root: Node = { children: new Map() };
  for (const [name, value] of form) {
    let node = root;
    for (const part of name.split('.')) {
      let child = node.children.get(part);
      if (!child) {
        child = { children: new Map() };
        node.children.set(part, child);
      }
      node = child;
    }
    node.value = value;
  }
  return (read(schema, root) ?? {}) as Members;
}

function read(schema: NormalizedSchema, node: Node): unknown {
  const traits = schema.getMergedTraits();
  if (schema.isListSchema()) {
    const member = schema.getValueSchema();
    const word = member.getMergedTraits().xmlName ?? 'member';
    const items = traits.xmlFlattened
      ? node
      : node.children.get(word) ?? node.children.get('member');
    return numbered(items).map(item => read(member, item));
  }
  if (schema.isMapSchema()) {
    const entries = traits.xmlFlattened ? node : node.children.get('entry');
    const keyWord = schema.getKeySchema().getMergedTraits().xmlName ?? 'key';
    const value = schema.getValueSchema();
    const valueWord = value.getMergedTraits().xmlName ?? 'value';
    return Object.fromEntries(
      numbered(entries).map(entry => [
        entry.children.get(keyWord)?.value ?? '',
        read(value, entry.children.get(valueWord) ?? { children: new Map() }),
      ]),
    );
  }
  if (schema.isStructSchema()) {
    const members: Members = {};
    for (const [name, member] of schema.structIterator()) {
      const child = node.children.get(member.getMergedTraits().xmlName ?? name);
      if (child) members[name] = read(member, child);
    }
    return members;
  }
  return node.value === undefined ? undefined : scalar(schema, node.value);
}

function scalar(schema: NormalizedSchema, text: string): unknown {
  if (schema.isNumericSchema() && Number.isNaN(Number(text || 'x'))) {
    throw new AwsError(
      'MalformedInput',
      `Expected a number and found "${text}"`,
      { status: 400 },
    );
  }
  if (schema.isTimestampSchema()) {
    const date = new Date(text);
    if (Number.isNaN(date.getTime())) {
      throw new AwsError('MalformedInput', `Not a timestamp: "${text}"`, {
        status: 400,
      });
    }
    return date;
  }
  return strings.read(schema, text);
}

function numbered(node: Node | undefined): Node[] {
  return [...(node?.children ?? [])]
    .filter(([index]) => /^\d+$/.test(index))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, child]) => child);
}
