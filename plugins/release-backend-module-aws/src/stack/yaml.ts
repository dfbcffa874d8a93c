import { InputError } from '@backstage/errors';
import { isCollection, isScalar, parseDocument, Tags } from 'yaml';

/** Short forms of CloudFormation's intrinsic functions. */
const INTRINSICS = [
  'And',
  'Base64',
  'Cidr',
  'Condition',
  'Equals',
  'FindInMap',
  'GetAZs',
  'GetAtt',
  'If',
  'ImportValue',
  'Join',
  'Not',
  'Or',
  'Ref',
  'Select',
  'Split',
  'Sub',
  'Transform',
];

const longNameOf = (name: string) =>
  ['Ref', 'Condition'].includes(name) ? name : `Fn::${name}`;

const tags: Tags = INTRINSICS.flatMap(name =>
  ([undefined, 'seq', 'map'] as const).map(collection => ({
    tag: `!${name}`,
    collection,
    resolve: (value: unknown) => {
      const plain =
        isCollection(value) || isScalar(value) ? value.toJSON() : value;
      return { [longNameOf(name)]: plain };
    },
  })),
) as Tags;

/**
 * A template as plain data, its intrinsic functions in their long form.
 *
 * @throws InputError where it is neither YAML nor JSON.
 */
export function readTemplate(template: string): Record<string, unknown> {
  const document = parseDocument(template, {
    logLevel: 'silent',
    customTags: tags,
  });
  if (document.errors.length) {
    throw new InputError('The template of the release is not valid YAML.');
  }
  return (document.toJS() ?? {}) as Record<string, unknown>;
}
