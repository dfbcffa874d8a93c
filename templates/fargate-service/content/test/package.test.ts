import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { releaseTemplate } from '../pipeline/artifact.mjs';

const template = readFileSync('template.yaml', 'utf8');

test('another image gives the task definition another logical id', () => {
  const [one, other] = ['sha256:a', 'sha256:b'].map(digest => releaseTemplate(template, { digest }));
  const id = (text: string) => /^ {2}(ReleaseTaskDefinition\w*):/m.exec(text)?.[1];
  assert.match(id(one) ?? '', /^ReleaseTaskDefinition[0-9a-f]{12}$/);
  assert.notEqual(id(one), id(other));
});

test('the image runs as a user without rights and says how it is', () => {
  const dockerfile = readFileSync('Dockerfile', 'utf8');
  assert.match(dockerfile, /^USER node$/m);
  assert.match(dockerfile, /^HEALTHCHECK /m);
});
