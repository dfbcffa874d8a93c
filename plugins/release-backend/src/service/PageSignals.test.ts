import { mockServices } from '@backstage/backend-test-utils';
import type { RolloutRecord } from '../engine/model';
import type { Stores } from '../store';
import { PageSignals } from './PageSignals';
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

it('tells of a change once, and of what fell out of its memory again', async () => {
  const publish = jest.fn(async () => {});
  const signals = new PageSignals({
    signals: { publish },
    stores: {
      targets: { topics: async () => new Map() },
    } as unknown as Stores,
    logger: mockServices.logger.mock(),
  });
  const changed = (id: string, version = 1) =>
    signals.changed({
      id,
      version,
      targetArn: 'arn',
      state: 'BAKING',
    } as RolloutRecord);
  await changed('first');
  await changed('first', 2);
  expect(publish).toHaveBeenCalledTimes(1);
  for (let other = 0; other < 1_000; other++) await changed(`r${other}`);
  await changed('first');
  expect(publish).toHaveBeenCalledTimes(1_002);
});
