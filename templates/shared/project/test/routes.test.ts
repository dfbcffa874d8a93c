import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { answer } from '../src/routes.ts';

test('health answers ok', () => {
  assert.deepEqual(answer('GET', '/health'), { status: 200, body: { status: 'ok' } });
});

test('every path of the OpenAPI document is answered', () => {
  const document = readFileSync('openapi.yaml', 'utf8');
  const paths = [...document.matchAll(/^ {2}(\/\S*):$/gm)].map(match => match[1]);
  assert.ok(paths.length > 0);
  for (const path of paths) assert.equal(answer('GET', path).status, 200, path);
});

test('an unknown path gets 404, another method 405', () => {
  assert.equal(answer('GET', '/nothing').status, 404);
  assert.equal(answer('POST', '/health').status, 405);
});
