import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sign } from '../pipeline/lib/aws.mjs';
import { declaredParameters, releaseId, resourceText, stamp } from '../pipeline/lib/release.mjs';
import { zip } from '../pipeline/lib/zip.mjs';

const template = 'Parameters:\n  Stage:\n    Type: String\nResources:\n  A:\n    Type: X\n\n  B:\n    Type: Y\nOutputs:\n  O:\n    Value: !Ref B\n';

test('a request is signed as in the example of the AWS documentation', () => {
  const { authorization } = sign({
    method: 'GET',
    url: 'https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    service: 'iam',
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY', sessionToken: undefined },
    now: new Date('2015-08-30T12:36:00Z'),
  });
  assert.match(authorization, /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20150830\/us-east-1\/iam\/aws4_request, /);
  assert.match(authorization, /Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7$/);
});

test('the same files make the same zip, in whatever order they come', () => {
  const files = [
    { name: 'b.mjs', data: Buffer.from('b') },
    { name: 'a.mjs', data: Buffer.from('a') },
  ];
  assert.deepEqual(zip(files), zip([...files].reverse()));
  assert.notDeepEqual(zip(files), zip([{ name: 'a.mjs', data: Buffer.from('c') }]));
});

test('a logical id changes with the content that it stands for, and only then', () => {
  assert.equal(stamp(template, 'B', ['1']), stamp(template, 'B', ['1']));
  assert.notEqual(stamp(template, 'B', ['1']), stamp(template, 'B', ['2']));
  assert.match(stamp(template, 'B', ['1']), /^ {2}B[0-9a-f]{12}:$/m);
  assert.throws(() => stamp(template, 'Missing', []), /no resource Missing/);
});

test('the text of a resource ends where the next begins', () => {
  assert.match(resourceText(template, 'A'), /^ {2}A:\n {4}Type: X\n*$/);
  assert.match(resourceText(template, 'B'), /^ {2}B:\n {4}Type: Y$/);
});

test('only parameters that the template declares are passed on', () => {
  assert.deepEqual(declaredParameters(template, { Stage: 'dev', Other: 'x' }), { Stage: 'dev' });
});

test('the identity of a release covers artifact, kind and template', () => {
  const one = { artifact: 'a', kind: 'lambda-alias', template: 't' };
  assert.equal(releaseId(one), releaseId({ template: 't', kind: 'lambda-alias', artifact: 'a' }));
  for (const key of Object.keys(one)) {
    assert.notEqual(releaseId(one), releaseId({ ...one, [key]: 'other' }));
  }
});
