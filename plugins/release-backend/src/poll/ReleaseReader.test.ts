import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import type { ReleaseSource } from '@careplane/backstage-plugin-release-node';
import type { Knex } from 'knex';
import { createHash } from 'node:crypto';
import { Harness } from '../__testUtils__/harness';
import { ReleaseReader } from './ReleaseReader';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
jest.setTimeout(60_000);

const sha256 = (text: string) =>
  createHash('sha256').update(text).digest('hex');

/** A store of releases that counts what it is asked, and shows 100 at once. */
class Published implements ReleaseSource {
  readonly lie = new Map<string, { number: number; tag: string }>();
  parts = 0;
  reads: number[] = [];
  templates = 0;
  fails?: number;

  publish(number: number, tag = 'first'): string {
    const id = sha256(`release ${number}`);
    this.lie.set(id, { number, tag });
    return id;
  }

  async part(_component: string, after = '') {
    this.parts += 1;
    const behind = [...this.lie.keys()].sort().filter(id => id > after);
    const ids = behind.slice(0, 100);
    return {
      releases: ids.map(id => {
        const { number, tag } = this.lie.get(id)!;
        return { id, tag, at: this.#at(number) };
      }),
      next: behind.length > 100 ? ids.at(-1) : undefined,
    };
  }

  async read(component: string, id: string) {
    const { number, tag } = this.lie.get(id)!;
    if (number === this.fails) throw new Error('denied');
    this.reads.push(number);
    if (tag === 'broken') return undefined;
    return {
      id,
      component,
      version: `1.${number}.0`,
      kind: 'lambda-alias' as const,
      commit: { id: 'c0ffee', message: tag },
      builtAt: this.#at(number),
      artifact: { type: 'zip' as const, codeSha256: 'x' },
    };
  }

  async template() {
    this.templates += 1;
    return { parameters: [], resources: [], outputs: [] } as never;
  }

  #at(number: number) {
    return new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString();
  }

  /** What was asked since the last time. */
  asked() {
    const { parts, reads, templates } = this;
    this.parts = 0;
    this.reads = [];
    this.templates = 0;
    return { parts, reads: reads.length, templates };
  }
}

describe.each(databases.eachSupportedId())('releases on %s', engine => {
  async function reading() {
    const knex = await databases.init(engine);
    const h = await Harness.create(knex);
    const source = new Published();
    const reader = new ReleaseReader({
      stores: h.stores,
      clock: h.clock,
      logger: mockServices.logger.mock(),
      source: () => source,
    });
    const versions = async () =>
      (await h.stores.releases.list('claims-api'))?.releases.map(
        one => one.version,
      );
    return { h, knex, source, reader, versions };
  }

  it('are listed newest first, and nothing is read that is known', async () => {
    const { source, reader, versions } = await reading();
    for (const number of [1, 3, 2]) source.publish(number);
    await reader.read('claims-api');
    expect(source.asked()).toEqual({ parts: 1, reads: 3, templates: 3 });
    await reader.read('claims-api');
    expect(source.asked()).toEqual({ parts: 1, reads: 0, templates: 0 });
    source.publish(4);
    await reader.read('claims-api');
    expect(source.asked()).toEqual({ parts: 1, reads: 1, templates: 1 });
    expect(await versions()).toEqual(['1.4.0', '1.3.0', '1.2.0', '1.1.0']);
  });

  it('cost one look and fifty readings at most, however many there are', async () => {
    const { h, source, reader, versions } = await reading();
    for (let number = 0; number < 260; number++) source.publish(number);
    let rounds = 0;
    const list = () => h.stores.releases.list('claims-api');
    do {
      await reader.read('claims-api');
      const { parts, reads, templates } = source.asked();
      expect(parts).toBe(1);
      expect(reads).toBeLessThanOrEqual(50);
      expect(templates).toBeLessThanOrEqual(10);
      rounds += 1;
    } while ((await list())?.message?.includes('not all') && rounds < 20);
    expect(rounds).toBe(6);
    expect(await versions()).toHaveLength(260);
    expect((await versions())?.[0]).toBe('1.259.0');
    // What is new is found within one turn through the parts.
    source.publish(260);
    for (let part = 0; part < 3; part++) await reader.read('claims-api');
    expect(source.asked()).toMatchObject({ parts: 3, reads: 1 });
    expect((await versions())?.[0]).toBe('1.260.0');
  });

  it('are few rows for the database too where nothing is new', async () => {
    const { knex, source, reader } = await reading();
    for (let number = 0; number < 40; number++) source.publish(number);
    for (let round = 0; round < 4; round++) await reader.read('claims-api');
    const asked: string[] = [];
    knex.on('query', ({ sql }: { sql: string }) => asked.push(sql));
    await reader.read('claims-api');
    expect(
      asked.filter(sql => /insert into .published_release/.test(sql)),
    ).toEqual([]);
    expect(
      asked.filter(sql => /\bdata\b/.test(sql) && !/is not null/.test(sql)),
    ).toEqual([]);
  });

  it('are all looked at where a person asked, wherever the turn is', async () => {
    const { source, reader, versions } = await reading();
    for (let number = 0; number < 150; number++) source.publish(number);
    await reader.read('claims-api', { asked: true });
    expect(await versions()).toHaveLength(150);
    await reader.read('claims-api');
    source.publish(150);
    await reader.read('claims-api', { asked: true });
    expect((await versions())?.[0]).toBe('1.150.0');
  });

  it('are read again where their content changed, and go where they are gone', async () => {
    const { source, reader, h, versions } = await reading();
    source.publish(1);
    const two = source.publish(2);
    const three = source.publish(3, 'broken');
    await reader.read('claims-api');
    expect(await versions()).toEqual(['1.2.0', '1.1.0']);
    source.asked();
    await reader.read('claims-api');
    // What is broken is not tried again until it is another.
    expect(source.asked().reads).toBe(0);
    source.publish(1, 'second');
    source.publish(3, 'mended');
    source.lie.delete(two);
    await reader.read('claims-api');
    expect(source.asked().reads).toBe(2);
    const list = await h.stores.releases.list('claims-api');
    expect(list?.releases.map(one => [one.id, one.commit.message])).toEqual([
      [three, 'mended'],
      [sha256('release 1'), 'second'],
    ]);
  });

  it('that were read stay where another cannot be, and the reason is said', async () => {
    const { source, reader, h, versions } = await reading();
    for (const number of [1, 2, 3]) source.publish(number);
    source.fails = 1;
    await reader.read('claims-api');
    expect(await versions()).toEqual(['1.3.0', '1.2.0']);
    const list = await h.stores.releases.list('claims-api');
    expect(list?.message).toMatch(/could not be read/);
    source.asked();
    source.fails = undefined;
    await reader.read('claims-api');
    expect(source.asked().reads).toBe(1);
    expect(await versions()).toEqual(['1.3.0', '1.2.0', '1.1.0']);
    expect(
      (await h.stores.releases.list('claims-api'))?.message,
    ).toBeUndefined();
  });

  it('that were known before each had a row are kept, there and back', async () => {
    const { h, knex, source, reader, versions } = await reading();
    for (const number of [1, 2]) source.publish(number);
    await reader.read('claims-api');
    const before = await h.stores.releases.list('claims-api');
    const directory = resolvePackagePath(
      '@careplane/backstage-plugin-release-backend',
      'migrations',
    );
    await knex.migrate.down({
      directory,
      name: '20261201000010_published_release.js',
    } as Knex.MigratorConfig);
    const row = await knex('release_cache').first();
    expect(JSON.parse(row.releases)).toEqual(before?.releases);
    await knex.migrate.up({ directory });
    expect(await h.stores.releases.list('claims-api')).toEqual(before);
    // Whose content is not known by its tag is read once more.
    source.asked();
    await reader.read('claims-api');
    await reader.read('claims-api');
    expect(source.asked().reads).toBe(2);
    expect(await versions()).toEqual(['1.2.0', '1.1.0']);
  });
});
