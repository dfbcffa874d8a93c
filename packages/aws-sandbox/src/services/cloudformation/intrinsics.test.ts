import fc from 'fast-check';
import {
  evaluate,
  evaluateCondition,
  EvaluationError,
  type Scope,
} from './intrinsics';
import { creationOrder } from './references';
import { parseTemplate, type Json } from './template';

const scope = (values: Record<string, Json> = {}): Scope => ({
  ref: name => values[name],
  getAtt: (id, attribute) => values[`${id}.${attribute}`],
  condition: name => values[name] === true,
  mapping: (map, top, second) => values[`${map}/${top}/${second}`],
  importValue: name => values[`export:${name}`],
});

const read = (yaml: string) =>
  parseTemplate(
    `Resources:\n  R:\n    Type: AWS::SNS::Topic\n    Properties:\n      V: ${yaml}\n`,
  ).Resources.R.Properties!.V;

describe('intrinsic functions', () => {
  it.each<[string, Json]>([
    ['!Ref A', 'a'],
    ['!GetAtt X.Arn', 'arn'],
    ['!GetAtt [X, Arn]', 'arn'],
    ["!Sub '${A}-${X.Arn}-${!A}'", 'a-arn-${A}'],
    ["!Sub ['${A}-${b}', { b: !Join ['+', [x, !Ref A]] }]", 'a-x+a'],
    ["!Select [1, !Split [',', 'x,y,z']]", 'y'],
    ['!If [yes, !Ref A, b]', 'a'],
    ["[!If [no, x, !Ref 'AWS::NoValue'], kept]", ['kept']],
    ['!FindInMap [M, a, b]', 'mapped'],
    ['!ImportValue out', 'imported'],
    ['!Base64 hi', 'aGk='],
    ['!Cidr [10.0.0.0/16, 2, 8]', ['10.0.0.0/24', '10.0.1.0/24']],
    ["{ 'Fn::Sub': '${A}' }", 'a'],
    ["'2012-10-17'", '2012-10-17'],
    ['2012-10-17', '2012-10-17'],
  ])('evaluates %s', (yaml, expected) => {
    const values = {
      A: 'a',
      'X.Arn': 'arn',
      yes: true,
      'M/a/b': 'mapped',
      'export:out': 'imported',
    };
    expect(evaluate(read(yaml), scope(values))).toEqual(expected);
  });

  it('compares scalars as text, as CloudFormation does', () => {
    expect(evaluateCondition({ 'Fn::Equals': [1, '1'] }, scope())).toBe(true);
    expect(
      evaluateCondition(
        {
          'Fn::Or': [
            { 'Fn::Not': [{ Condition: 'yes' }] },
            { 'Fn::Equals': ['a', 'b'] },
          ],
        },
        scope({ yes: true }),
      ),
    ).toBe(false);
  });

  it('refuses what it cannot evaluate', () => {
    expect(() => evaluate({ Ref: 'Nothing' }, scope())).toThrow(
      EvaluationError,
    );
    expect(() => evaluate({ 'Fn::Select': [3, ['a']] }, scope())).toThrow(
      'nonexistent value at index 3',
    );
    expect(() => evaluate({ 'Fn::Transform': {} }, scope())).toThrow(
      'Fn::Transform is not supported',
    );
  });

  it('leaves every value without intrinsics as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const plain = JSON.parse(JSON.stringify(value)) as Json;
        fc.pre(!/"(Ref|Fn::[A-Za-z0-9]+)":/.test(JSON.stringify(plain)));
        expect(evaluate(plain, scope())).toEqual(plain);
      }),
    );
  });

  it('splits what it joins and substitutes what it is given', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string().filter(text => !text.includes('|')),
          { minLength: 1 },
        ),
        parts => {
          expect(
            evaluate(
              { 'Fn::Split': ['|', { 'Fn::Join': ['|', parts] }] },
              scope(),
            ),
          ).toEqual(parts);
          expect(
            evaluate({ 'Fn::Sub': ['${v}', { v: parts[0] }] }, scope()),
          ).toBe(parts[0]);
        },
      ),
    );
  });

  it('makes each resource after what it refers to, and names a circle', () => {
    const template = parseTemplate(`Resources:
  A: { Type: T, Properties: { x: !GetAtt B.Arn } }
  B: { Type: T, DependsOn: C }
  C: { Type: T, Properties: { y: !Sub '\${AWS::Region}' } }`);
    expect(creationOrder(template)).toEqual(['C', 'B', 'A']);
    expect(() =>
      creationOrder(
        parseTemplate(
          'Resources: { A: { Type: T, DependsOn: B }, B: { Type: T, DependsOn: A } }',
        ),
      ),
    ).toThrow('Circular dependency between resources: [A, B]');
    expect(() =>
      creationOrder(
        parseTemplate(
          'Resources: { A: { Type: T, Properties: { x: !Ref Z } } }',
        ),
      ),
    ).toThrow('Unresolved resource dependencies [Z]');
  });
});
