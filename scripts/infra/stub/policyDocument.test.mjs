import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderPolicyDocument } from './policyDocument.mjs';

const render = config => JSON.parse(renderPolicyDocument(config));

test('one value stands alone, several are a sorted list', () => {
  const { Version, Statement } = render({
    statement: [
      { sid: 'Read', actions: ['s3:GetObject'], resources: ['b', 'a'] },
    ],
  });
  assert.equal(Version, '2012-10-17');
  assert.deepEqual(Statement, [
    {
      Sid: 'Read',
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: ['a', 'b'],
    },
  ]);
});

test('everybody is a star, others are by type', () => {
  const { Statement } = render({
    statement: [
      { principals: [{ type: '*', identifiers: ['*'] }] },
      {
        principals: [
          { type: 'Service', identifiers: ['lambda.amazonaws.com'] },
          { type: 'AWS', identifiers: ['2', '1'] },
        ],
      },
    ],
  });
  assert.equal(Statement[0].Principal, '*');
  assert.deepEqual(Statement[1].Principal, {
    Service: 'lambda.amazonaws.com',
    AWS: ['1', '2'],
  });
});

test('conditions of one test are joined', () => {
  const { Statement } = render({
    statement: [
      {
        condition: [
          { test: 'StringEquals', variable: 'a', values: ['1'] },
          { test: 'StringEquals', variable: 'b', values: ['2', '3'] },
        ],
      },
    ],
  });
  assert.deepEqual(Statement[0].Condition, {
    StringEquals: { a: '1', b: ['2', '3'] },
  });
});

test('sources come first, and an override takes the place of its Sid', () => {
  const source = JSON.stringify({ Statement: [{ Sid: 'A', Effect: 'Allow' }] });
  const override = JSON.stringify({ Statement: { Sid: 'B', Effect: 'Deny' } });
  const { Statement } = render({
    source_policy_documents: [source],
    override_policy_documents: [override],
    statement: [{ sid: 'B' }],
  });
  assert.deepEqual(
    Statement.map(({ Sid, Effect }) => `${Sid} ${Effect}`),
    ['A Allow', 'B Deny'],
  );
});

test('two statements of one Sid are refused, as by the provider', () => {
  assert.throws(
    () => renderPolicyDocument({ statement: [{ sid: 'A' }, { sid: 'A' }] }),
    /duplicate Sid/,
  );
});
