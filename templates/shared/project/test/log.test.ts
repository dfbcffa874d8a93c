import assert from 'node:assert/strict';
import { test } from 'node:test';
import { log, type LogFields } from '../src/log.ts';

test('a field that is not allowed never reaches the log', () => {
  const lines: string[] = [];
  const fields = { route: '/v1/items', body: 'MRN-0000000' } as LogFields;
  log('info', 'request', fields, line => lines.push(line));
  assert.equal(lines.length, 1);
  assert.equal(JSON.parse(lines[0]).route, '/v1/items');
  assert.doesNotMatch(lines[0], /MRN-0000000/);
});
