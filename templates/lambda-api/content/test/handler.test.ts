import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handler } from '../src/handler.ts';

test('a request is answered as JSON that nobody may cache', async () => {
  const result = await handler({ httpMethod: 'GET', path: '/health' });
  assert.equal(result.statusCode, 200);
  assert.equal(result.headers['cache-control'], 'no-store');
  assert.deepEqual(JSON.parse(result.body), { status: 'ok' });
});

test('a failure is answered without its cause', async () => {
  const event = {
    get path(): string {
      throw new TypeError('secret detail');
    },
  };
  const result = await handler(event);
  assert.equal(result.statusCode, 500);
  assert.doesNotMatch(result.body, /secret detail/);
});
