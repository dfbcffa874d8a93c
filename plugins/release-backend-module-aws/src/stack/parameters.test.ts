import { InputError } from '@backstage/errors';
import { changeSetOutcome } from './changeSetOutcome';
import { isCodeOnly } from './changes';
import { changeSetParameters, declaredParameters } from './parameters';

const template = `
Parameters:
  Stage: { Type: String }
  ReleaseId: { Type: String }
  LiveVersion: { Type: String, Default: latest }
  VpcId: { Type: AWS::EC2::VPC::Id }
Conditions:
  UseLatest: !Equals [!Ref LiveVersion, latest]
Resources:
  Alias:
    Type: AWS::Lambda::Alias
    Properties:
      FunctionVersion: !If [UseLatest, !GetAtt V.Version, !Ref LiveVersion]
`;

describe('parameters of a change set', () => {
  const declared = declaredParameters(template);

  it('are those that the template declares, intrinsics in short form included', () => {
    expect([...declared]).toEqual([
      ['Stage', false],
      ['ReleaseId', false],
      ['LiveVersion', true],
      ['VpcId', false],
    ]);
    expect(declaredParameters('{"Resources":{}}').size).toBe(0);
    expect(() => declaredParameters('a: [')).toThrow(InputError);
  });

  it('carry values, keep previous ones on an update, and send nothing undeclared', () => {
    expect(
      changeSetParameters({
        declared,
        values: { Stage: 'qa', ReleaseId: 'r', LiveVersion: '7', CodeKey: 'k' },
        previous: ['VpcId', 'Stage', 'Old'],
      }),
    ).toEqual([
      { ParameterKey: 'Stage', ParameterValue: 'qa' },
      { ParameterKey: 'ReleaseId', ParameterValue: 'r' },
      { ParameterKey: 'LiveVersion', ParameterValue: '7' },
      { ParameterKey: 'VpcId', UsePreviousValue: true },
    ]);
  });

  it('say at a first creation which value is missing, and where it belongs', () => {
    expect(() =>
      changeSetParameters({
        declared,
        values: { Stage: 'qa', ReleaseId: 'r' },
        previous: [],
      }),
    ).toThrow(/needs VpcId.*release\.stages\[\]\.parameters/);
  });
});

const change = (
  type: string,
  action: string,
  details: [source: string, entity: string | undefined, name: string][] = [],
) => ({
  ResourceChange: {
    ResourceType: type,
    Action: action as 'Modify',
    LogicalResourceId: 'X',
    Details: details.map(([ChangeSource, CausingEntity, Name]) => ({
      ChangeSource: ChangeSource as 'ParameterReference',
      CausingEntity,
      Target: { Attribute: 'Properties' as const, Name },
    })),
  },
});

describe('isCodeOnly', () => {
  const code = change('AWS::Lambda::Function', 'Modify', [
    ['ParameterReference', 'CodeKey', 'Code'],
    ['DirectModification', undefined, 'Code'],
  ]);
  const version = change('AWS::Lambda::Version', 'Add');

  it('holds where only code and the versions of it change', () => {
    expect(isCodeOnly([code, version])).toBe(true);
  });

  it.each([
    [
      'memory',
      change('AWS::Lambda::Function', 'Modify', [
        ['DirectModification', undefined, 'MemorySize'],
      ]),
    ],
    [
      'a stage parameter',
      change('AWS::Lambda::Function', 'Modify', [
        ['ParameterReference', 'VpcId', 'VpcConfig'],
      ]),
    ],
    ['a new table', change('AWS::DynamoDB::Table', 'Add')],
    ['a removed alarm', change('AWS::CloudWatch::Alarm', 'Remove')],
    ['a change without details', change('AWS::Lambda::Function', 'Modify')],
    ['a new task definition', change('AWS::ECS::TaskDefinition', 'Add')],
  ])('does not hold with %s besides', (_, more) => {
    expect(isCodeOnly([code, version, more])).toBe(false);
  });

  it('does not hold for no change at all', () => {
    expect(isCodeOnly([])).toBe(false);
  });
});

describe('changeSetOutcome', () => {
  it.each([
    [undefined, 'stale'],
    [{ Status: 'CREATE_IN_PROGRESS' }, 'pending'],
    [{ Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE' }, 'ready'],
    [{ Status: 'CREATE_COMPLETE', ExecutionStatus: 'OBSOLETE' }, 'stale'],
    [
      { Status: 'CREATE_COMPLETE', ExecutionStatus: 'EXECUTE_FAILED' },
      'failed',
    ],
    [
      {
        Status: 'FAILED',
        StatusReason: "The submitted information didn't contain changes.",
      },
      'empty',
    ],
    [
      { Status: 'FAILED', StatusReason: 'No updates are to be performed.' },
      'empty',
    ],
    [{ Status: 'FAILED', StatusReason: 'Transform failed' }, 'failed'],
    [{ Status: 'DELETE_COMPLETE' }, 'stale'],
  ] as const)('takes %j for %s', (found, status) => {
    expect(changeSetOutcome(found as never).status).toBe(status);
  });
});
