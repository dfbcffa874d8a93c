import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { releaseTemplate } from '../pipeline/artifact.mjs';

const template = readFileSync('template.yaml', 'utf8');

test('other code gives the version another logical id and leaves the API alone', () => {
  const [one, other] = ['a', 'b'].map(codeSha256 => releaseTemplate(template, { codeSha256 }));
  const id = (text: string, name: string) => new RegExp(`^ {2}(${name}\\w*):`, 'm').exec(text)?.[1];
  assert.match(id(one, 'ReleaseVersionResource') ?? '', /^ReleaseVersionResource[0-9a-f]{12}$/);
  assert.notEqual(id(one, 'ReleaseVersionResource'), id(other, 'ReleaseVersionResource'));
  assert.equal(id(one, 'ApiDeploymentResource'), id(other, 'ApiDeploymentResource'));
});
