import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complaints } from './portal.mjs';

test('of a log that ended, errors and warnings are shown: no colours, no banner, no requests', () => {
  assert.deepEqual(
    complaints(
      [
        'AWS        http://127.0.0.1:4566',
        '\u001b[34mrootHttpRouter\u001b[39m \u001b[32minfo\u001b[39m "GET /error HTTP/1.1" 500 type="incomingRequest"',
        '\u001b[34msearch\u001b[39m \u001b[33mwarn\u001b[39m Index was not created',
        'TypeError: boom',
      ].join('\n'),
    ),
    ['search warn Index was not created', 'TypeError: boom'],
  );
});
