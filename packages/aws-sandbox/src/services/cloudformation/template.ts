import { parse, type CollectionTag, type ScalarTag, type Tags } from 'yaml';
import { isMap, isScalar, isSeq, type YAMLMap, type YAMLSeq } from 'yaml';

/** A JSON value: what a template, a parameter or a resource property is made of. */
export type Json =
  | null
  | boolean
  | number
  | string
  | Json[]
  | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export interface TemplateParameter {
  Type: string;
  Default?: Json;
  Description?: string;
  NoEcho?: boolean | string;
  AllowedValues?: Json[];
  AllowedPattern?: string;
  ConstraintDescription?: string;
  MinLength?: number | string;
  MaxLength?: number | string;
  MinValue?: number | string;
  MaxValue?: number | string;
}

export interface TemplateResource {
  Type: string;
  Properties?: JsonObject;
  Condition?: string;
  DependsOn?: string | string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  Metadata?: JsonObject;
  UpdatePolicy?: JsonObject;
  CreationPolicy?: JsonObject;
}

export interface TemplateOutput {
  Value: Json;
  Description?: string;
  Condition?: string;
  Export?: { Name: Json };
}

/** A parsed template, short-form intrinsics already in their long form. */
export interface Template {
  AWSTemplateFormatVersion?: string;
  Description?: string;
  Metadata?: JsonObject;
  Parameters: Record<string, TemplateParameter>;
  Mappings: Record<string, Record<string, JsonObject>>;
  Conditions: Record<string, Json>;
  Resources: Record<string, TemplateResource>;
  Outputs: Record<string, TemplateOutput>;
}

/** The template cannot be read; the message is CloudFormation's. */
export class TemplateError extends Error {
  override name = 'TemplateError';
}

const INTRINSICS = [
  'Base64',
  'Cidr',
  'FindInMap',
  'GetAZs',
  'If',
  'ImportValue',
  'Join',
  'Select',
  'Split',
  'Sub',
  'And',
  'Equals',
  'Not',
  'Or',
  'GetAtt',
] as const;

function longForm(name: string, value: Json): JsonObject {
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  if (name === 'GetAtt' && typeof value === 'string') {
    const dot = value.indexOf('.');
    return { 'Fn::GetAtt': [value.slice(0, dot), value.slice(dot + 1)] };
  }
  return { [`Fn::${name}`]: value };
}

function shortFormTags(): Tags {
  const tags: (ScalarTag | CollectionTag)[] = [];
  for (const name of [...INTRINSICS, 'Ref', 'Condition']) {
    const tag = `!${name}`;
    tags.push({ tag, resolve: (text: string) => longForm(name, text) });
    tags.push({
      tag,
      collection: 'seq',
      resolve: (node: YAMLSeq | YAMLMap) =>
        isSeq(node) ? longForm(name, plain(node)) : node,
    } as CollectionTag);
    tags.push({
      tag,
      collection: 'map',
      resolve: (node: YAMLSeq | YAMLMap) =>
        isMap(node) ? longForm(name, plain(node)) : node,
    } as CollectionTag);
  }
  return tags;
}

/** YAML node to JSON; nested intrinsics have been resolved to plain objects. */
function plain(node: unknown): Json {
  if (isScalar(node)) return plain(node.value);
  if (isSeq(node)) return node.items.map(plain);
  if (isMap(node)) {
    const out: JsonObject = {};
    for (const pair of node.items)
      out[String(plain(pair.key))] = plain(pair.value);
    return out;
  }
  if (node instanceof Date) return node.toISOString();
  if (Array.isArray(node)) return node.map(plain);
  if (node !== null && typeof node === 'object') {
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => [key, plain(value)]),
    );
  }
  if (typeof node === 'bigint') return Number(node);
  return (node ?? null) as Json;
}

const TAGS = shortFormTags();
const SECTIONS = new Set([
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Mappings',
  'Conditions',
  'Resources',
  'Outputs',
  'Rules',
]);

const asObject = (value: Json | undefined, what: string): JsonObject => {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new TemplateError(`Template format error: ${what} must be an object`);
  }
  return value;
};

/** How many documents are remembered; a stack operation reads two. */
const REMEMBERED = 32;
const documents = new Map<string, string>();

/** The document as JSON text. YAML is slow to read, and each resource asks. */
function documentOf(body: string): string {
  const known = documents.get(body);
  if (known !== undefined) return known;
  const document = body.trimStart().startsWith('{')
    ? body
    : JSON.stringify(
        // YAML 1.1's timestamps are off, so that `2012-10-17` stays text.
        plain(
          parse(body, { customTags: TAGS, schema: 'core', logLevel: 'error' }),
        ),
      );
  const [oldest] = documents.keys();
  if (documents.size >= REMEMBERED) documents.delete(oldest);
  documents.set(body, document);
  return document;
}

/**
 * Reads a template, YAML (with short-form intrinsics) or JSON. Each call
 * answers a copy of its own.
 *
 * @throws TemplateError with CloudFormation's words for what is wrong.
 */
export function parseTemplate(body: string): Template {
  let document: Json;
  try {
    document = JSON.parse(documentOf(body)) as Json;
  } catch (error) {
    throw new TemplateError(
      `Template format error: unsupported structure. ${
        (error as Error).message.split('\n')[0]
      }`,
    );
  }
  const root = asObject(document, 'the template');
  const unknown = Object.keys(root).filter(key => !SECTIONS.has(key));
  if (unknown.length > 0) {
    throw new TemplateError(
      `Invalid template property or properties [${unknown.join(', ')}]`,
    );
  }
  const resources = asObject(root.Resources, 'Resources');
  if (Object.keys(resources).length === 0) {
    throw new TemplateError(
      'Template format error: At least one Resources member must be defined.',
    );
  }
  for (const [id, resource] of Object.entries(resources)) {
    if (!/^[A-Za-z0-9]+$/.test(id)) {
      throw new TemplateError(
        `Template format error: Resource name ${id} is non alphanumeric.`,
      );
    }
    if (typeof asObject(resource, `[/Resources/${id}]`).Type !== 'string') {
      throw new TemplateError(
        `Template format error: [/Resources/${id}] Every Resources object must contain a Type member.`,
      );
    }
  }
  for (const [name, parameter] of Object.entries(
    asObject(root.Parameters, 'Parameters'),
  )) {
    if (typeof asObject(parameter, `[/Parameters/${name}]`).Type !== 'string') {
      throw new TemplateError(
        `Template format error: Every Parameters object must contain a Type member.`,
      );
    }
  }
  return {
    AWSTemplateFormatVersion: root.AWSTemplateFormatVersion as
      | string
      | undefined,
    Description: root.Description as string | undefined,
    Metadata: root.Metadata as JsonObject | undefined,
    Parameters: asObject(
      root.Parameters,
      'Parameters',
    ) as unknown as Template['Parameters'],
    Mappings: asObject(
      root.Mappings,
      'Mappings',
    ) as unknown as Template['Mappings'],
    Conditions: asObject(root.Conditions, 'Conditions'),
    Resources: resources as unknown as Template['Resources'],
    Outputs: asObject(
      root.Outputs,
      'Outputs',
    ) as unknown as Template['Outputs'],
  };
}
