import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { runAction } from '../__testUtils__/runAction';
import { createCatalogRegisterAction, REFRESH_TOPIC } from './catalogRegister';

const entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name: 'visit-api' },
};

describe('careplane:catalog:register', () => {
  it('asks the catalog to look and ends when the entity is there', async () => {
    const publish = jest.fn();
    const catalog = catalogServiceMock.mock({
      getEntityByRef: jest
        .fn()
        .mockResolvedValueOnce(undefined)
        .mockResolvedValueOnce(entity),
    });
    const { output } = await runAction(
      createCatalogRegisterAction(
        { catalog, events: { publish, subscribe: jest.fn() } },
        { intervalMs: 1, timeoutMs: 1_000 },
      ),
      { input: { name: 'visit-api' } },
    );
    expect(output.entityRef).toBe('component:default/visit-api');
    expect(publish).toHaveBeenCalledTimes(1);
    expect(publish).toHaveBeenCalledWith({
      topic: REFRESH_TOPIC,
      eventPayload: { repository: 'visit-api' },
    });
  });

  const run = (getEntityByRef: jest.Mock, timeoutMs = 10_000) => {
    const publish = jest.fn();
    const done = runAction(
      createCatalogRegisterAction(
        {
          catalog: catalogServiceMock.mock({ getEntityByRef }),
          events: { publish, subscribe: jest.fn() },
        },
        { intervalMs: 1, timeoutMs },
      ),
      { input: { name: 'visit-api' } },
    );
    return { done, publish };
  };

  it('asks nobody when the entity is there already', async () => {
    const { done, publish } = run(jest.fn().mockResolvedValue(entity));
    await done;
    expect(publish).not.toHaveBeenCalled();
  });

  it('asks again after ten looks in vain', async () => {
    let looks = 0;
    const { done, publish } = run(
      jest.fn(async () => {
        looks += 1;
        return looks > 15 ? entity : undefined;
      }),
    );
    await done;
    expect(publish).toHaveBeenCalledTimes(2);
  });

  it('gives up in time and says that it may be retried', async () => {
    await expect(run(jest.fn(), 20).done).rejects.toThrow(
      /did not end within.*Retry this step/,
    );
  });
});
