import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { createService } from '../src/server.ts';

const server = createService();
let base = '';

before(async () => {
  await new Promise<void>(done => {
    server.listen(0, '127.0.0.1', done);
  });
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.close());

test('the health check answers as JSON that nobody may cache', async () => {
  const response = await fetch(`${base}/health?token=ignored`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('cache-control'), 'no-store');
  assert.deepEqual(await response.json(), { status: 'ok' });
});

test('an unknown path gets 404', async () => {
  assert.equal((await fetch(`${base}/nothing`)).status, 404);
});
