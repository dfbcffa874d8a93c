import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import deliveryPlugin from './index';

it('a replica that was killed holds nobody up: no task is held until its time limit, each reading has a lease of its own', async () => {
  const scheduler = mockServices.scheduler.mock();
  const backend = await startTestBackend({
    features: [
      deliveryPlugin,
      scheduler.factory,
      catalogServiceMock.factory({ entities: [] }),
    ],
  });
  expect(
    scheduler.scheduleTask.mock.calls.map(([{ id, scope }]) => [id, scope]),
  ).toEqual([['sweep', 'local']]);
  await backend.stop();
});
