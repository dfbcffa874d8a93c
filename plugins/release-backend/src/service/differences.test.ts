import {
  CONFIGURATION_FIELDS,
  configurationDifferences,
  RevisionConfiguration,
} from '@careplane/backstage-plugin-release-common';
import fc from 'fast-check';
import { differencesOf } from './differences';

const running: RevisionConfiguration = {
  environment: ['STAGE', 'TABLE'],
  memory: '128 MB',
  role: 'arn:aws:iam::222222222222:role/claims-api',
};
const before = {
  resources: {
    Table: { type: 'AWS::DynamoDB::Table', hash: 't1' },
    Queue: { type: 'AWS::SQS::Queue', hash: 'q1' },
    Alias: { type: 'AWS::Lambda::Alias', hash: 'a1' },
  },
  configuration: {
    environment: { hash: 'e1', value: ['STAGE', 'TABLE'] },
    memory: { hash: 'm1' },
    role: { hash: 'r1' },
  },
};

describe('differences before a promote', () => {
  it('put what a revision freezes apart from what a rollback leaves as it is', () => {
    const found = differencesOf({
      mode: 'stack',
      running,
      before,
      after: {
        resources: {
          Table: { type: 'AWS::DynamoDB::Table', hash: 't2' },
          Alias: { type: 'AWS::Lambda::Alias', hash: 'a1' },
          Topic: { type: 'AWS::SNS::Topic', hash: 's1' },
        },
        configuration: {
          environment: { hash: 'e2', value: ['STAGE', 'TOPIC'] },
          memory: { hash: 'm2', value: '256 MB' },
          role: { hash: 'r1' },
        },
      },
    });
    expect(found.configuration).toEqual([
      { field: 'environment', added: ['TOPIC'], removed: ['TABLE'] },
      { field: 'memory', from: '128 MB', to: '256 MB' },
    ]);
    expect(found.infrastructure).toEqual([
      { action: 'Remove', resource: 'Queue', type: 'AWS::SQS::Queue' },
      { action: 'Modify', resource: 'Table', type: 'AWS::DynamoDB::Table' },
      { action: 'Add', resource: 'Topic', type: 'AWS::SNS::Topic' },
    ]);
    expect(found).toMatchObject({ untold: [], missing: undefined });
  });

  it('a field that CloudFormation works out in another way than before is not told, and never the same', () => {
    const after = {
      ...before,
      configuration: { ...before.configuration, role: { hash: 'r2' } },
    };
    const found = differencesOf({ mode: 'stack', running, before, after });
    expect(found.untold).toEqual(['role']);
    expect(found.configuration).toEqual([]);
  });

  it('what was not read is said to be missing', () => {
    const mode = 'stack';
    expect(differencesOf({ mode, before, after: before }).missing).toMatch(
      /not read yet/,
    );
    expect(differencesOf({ mode, running }).missing).toMatch(/change set/);
    expect(differencesOf({ mode, running, after: before }).missing).toMatch(
      /which resources/,
    );
  });

  it('a version that is there already is compared as it was read', () => {
    const becomes = { ...running, environment: ['STAGE'] };
    expect(
      differencesOf({ mode: 'version', running, becomes }).configuration,
    ).toEqual([{ field: 'environment', added: [], removed: ['TABLE'] }]);
  });
});

describe('differences of two configurations', () => {
  const configuration: fc.Arbitrary<RevisionConfiguration> = fc.dictionary(
    fc.constantFrom(...CONFIGURATION_FIELDS),
    fc.oneof(
      fc.string({ maxLength: 5 }),
      fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 })),
    ),
  );

  it('are none between equal ones, and reversed the other way round', () => {
    fc.assert(
      fc.property(configuration, configuration, (one, two) => {
        expect(configurationDifferences(one, one)).toEqual([]);
        const there = configurationDifferences(one, two);
        const back = configurationDifferences(two, one);
        expect(back).toEqual(
          there.map(({ field, from, to, added, removed }) =>
            added
              ? { field, added: removed, removed: added }
              : { field, from: to, to: from },
          ),
        );
      }),
    );
  });

  it('are silent about a field that one side does not know', () => {
    expect(configurationDifferences({ memory: '128 MB' }, {})).toEqual([]);
  });
});
