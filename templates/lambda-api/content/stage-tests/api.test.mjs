// Asks the API on the stage through the alias that traffic takes. Add what must
// hold there before a release may go further; no test may need a patient's data.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { invoke } from '../pipeline/lib/aws.mjs';
import { stage, target } from './target.mjs';

const get = async path => {
  const { statusCode, body } = await invoke(target, { httpMethod: 'GET', path });
  return { status: statusCode, body: JSON.parse(body) };
};

test('answers that it is well', async () => {
  assert.deepEqual(await get('/health'), { status: 200, body: { status: 'ok' } });
});

test('knows the stage that it runs on', async () => {
  const { status, body } = await get('/v1/info');
  assert.equal(status, 200);
  assert.equal(body.stage, stage);
});

test('says nothing more than that there is nothing where no route is', async () => {
  const { status, body } = await get('/no-such-route');
  assert.equal(status, 404);
  assert.deepEqual(Object.keys(body), ['error']);
});
