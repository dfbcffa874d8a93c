import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeFindings, readExceptions } from './linters.mjs';

const EXCEPTION = {
  tool: 'checkov',
  rule: 'CKV_AWS_117',
  address: 'alerting/*',
  reason: 'Connect has no endpoint in a VPC',
  approver: 'security',
  expires: '2027-05-01',
};
const FINDING = {
  rule: 'CKV_AWS_117',
  address: 'alerting/aws_lambda_function.this',
  problem: 'not in a VPC',
};

test('an exception covers its rule at its address until its day, and no other', () => {
  const judged = (findings, today) =>
    judgeFindings('checkov', findings, [EXCEPTION], today);
  assert.deepEqual(judged([FINDING], '2027-05-01'), []);
  assert.equal(judged([FINDING], '2027-05-02').length, 1);
  assert.deepEqual(
    judged(
      [FINDING, { ...FINDING, address: 'backup/aws_lambda_function.check' }],
      '2027-01-01',
    ),
    ['CKV_AWS_117 backup/aws_lambda_function.check: not in a VPC'],
  );
});

test('an exception that nothing needs is told', () => {
  assert.match(
    judgeFindings('checkov', [], [EXCEPTION], '2027-01-01')[0],
    /nothing needs it any more/,
  );
  assert.deepEqual(judgeFindings('tflint', [], [EXCEPTION], '2027-01-01'), []);
});

test('an exception says why, who approved it and until when', () => {
  assert.throws(
    () => readExceptions(JSON.stringify([{ ...EXCEPTION, reason: '' }])),
    /lacks reason/,
  );
});
