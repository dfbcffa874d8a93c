import { QueryShapeSerializer } from '@aws-sdk/core/protocols';
import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as iam from '@aws-sdk/client-iam';
import fc from 'fast-check';
import { ServiceModel } from '../ServiceModel';
import { serdeContext } from './codecs';
import { readQueryForm } from './queryForm';
import type { NormalizedSchema } from '@smithy/core/schema';

/** What the SDK sends for an input, read again by the sandbox. */
function throughForm(schema: NormalizedSchema, input: object) {
  const serializer = new QueryShapeSerializer({
    timestampFormat: { useTrait: true, default: 5 },
    httpBindings: false,
    serializeEmptyLists: true,
  });
  serializer.setSerdeContext(serdeContext);
  serializer.write(schema, input);
  return readQueryForm(
    schema,
    new URLSearchParams(`Action=X&Version=1${serializer.flush()}`),
  );
}

const text = fc.string({ minLength: 1, unit: 'grapheme' });

describe('readQueryForm', () => {
  it('reads back every CreateStack that the SDK can send', () => {
    const schema = new ServiceModel(cloudformation).operations.get(
      'CreateStack',
    )!;
    const input = fc.record(
      {
        StackName: text,
        TemplateBody: text,
        Parameters: fc.array(
          fc.record({
            ParameterKey: text,
            ParameterValue: text,
            UsePreviousValue: fc.boolean(),
          }),
          { maxLength: 14 },
        ),
        DisableRollback: fc.boolean(),
        TimeoutInMinutes: fc.integer(),
        NotificationARNs: fc.array(text, { maxLength: 3 }),
        RollbackConfiguration: fc.record({
          RollbackTriggers: fc.array(fc.record({ Arn: text, Type: text })),
          MonitoringTimeInMinutes: fc.nat(),
        }),
      },
      { requiredKeys: ['StackName'] },
    );
    fc.assert(
      fc.property(input, each => {
        expect(throughForm(schema.input, each)).toEqual(each);
      }),
      { numRuns: 300 },
    );
  });

  it('reads lists in the order of their numbers, not of their text', () => {
    const schema = new ServiceModel(iam).operations.get('TagRole')!;
    const Tags = Array.from({ length: 12 }, (_, index) => ({
      Key: `k${index}`,
      Value: `${index}`,
    }));
    const input = { RoleName: 'r', Tags };
    expect(throughForm(schema.input, input)).toEqual(input);
  });

  it('refuses a number that is none', () => {
    const schema = new ServiceModel(cloudformation).operations.get(
      'CreateStack',
    )!;
    expect(() =>
      readQueryForm(schema.input, new URLSearchParams('TimeoutInMinutes=soon')),
    ).toThrow('Expected a number');
  });
});
