import { arnOf, promote, start } from '../__testUtils__/fakePortal';

jest.setTimeout(60_000);

it('a broadcast lets pages read again and names nothing that the catalog may hide', async () => {
  const t = await start();
  t.aws.runs(arnOf('qa'), { id: '1', contentHash: 'hash-1' });
  await t.filled();
  const { body } = await t.post('/api/release/rollouts', promote('qa', 'one'));
  await t.until(body.id, 'SUCCEEDED', 'BLOCKED');
  const { targets } = await t.filled();
  const { topic } = targets[1].target;
  const sent = t.publish.mock.calls.map(([signal]) => signal);
  expect(sent).toContainEqual({
    recipients: { type: 'broadcast' },
    channel: 'release:rollouts',
    message: { rolloutId: body.id, topic },
  });
  expect(topic).toMatch(/^[0-9a-f-]{36}$/);
  expect(JSON.stringify(sent)).not.toMatch(/arn:|claims|qa|222222222222/);
  await t.backend.stop();
});
