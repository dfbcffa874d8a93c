import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { Wakeups } from './Wakeups';

const databases = TestDatabases.create();
jest.setTimeout(60_000);

/** Waits until it is so. */
async function until(isSo: () => Promise<boolean> | boolean) {
  while (!(await isSo())) {
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

const postgres = databases
  .eachSupportedId()
  .map(([engine]) => engine)
  .filter(engine => engine.startsWith('POSTGRES'));

it('wake-ups are told to nobody on SQLite, where whoever waits polls', async () => {
  const knex = await databases.init('SQLITE_3');
  const heard = jest.fn();
  const wakeups = new Wakeups({
    knex,
    logger: mockServices.logger.mock(),
    heard,
  });
  await wakeups.start();
  wakeups.tell();
  await wakeups.stop();
  expect(heard).not.toHaveBeenCalled();
});

describe.each(postgres)('wake-ups on %s', engine => {
  it('are heard by other replicas, also after the database has failed over', async () => {
    const knex = await databases.init(engine);
    let heard = 0;
    const logger = mockServices.logger.mock();
    const wakeups = new Wakeups({ knex, logger, heard: () => (heard += 1) });
    const other = new Wakeups({
      knex,
      logger: mockServices.logger.mock(),
      heard: () => {},
    });
    await wakeups.start();
    expect(heard).toBe(1);
    other.tell();
    await until(() => heard === 2);

    const listeners = () =>
      knex('pg_stat_activity')
        .where('query', 'like', 'listen %')
        .whereRaw('datname = current_database()')
        .pluck('pid');
    const [lost] = await listeners();
    await knex.raw('select pg_terminate_backend(?)', [lost]);
    await until(async () => {
      const [pid] = await listeners();
      return pid !== undefined && pid !== lost;
    });
    // What was told in between is looked for at once.
    await until(() => heard === 3);
    expect(logger.warn).toHaveBeenCalledTimes(1);
    other.tell();
    await until(() => heard === 4);
    await wakeups.stop();
  });
});
