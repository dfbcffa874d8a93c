import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigReader } from '@backstage/config';
import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import type { EvidenceRecord } from '@careplane/backstage-plugin-release-common';
import type { Knex } from 'knex';
import { ARN, Harness, OLD } from '../__testUtils__/harness';
import { readReleaseConfig } from '../config';
import { iso } from '../engine/model';
import { EvidenceChain, Link } from '../store/EvidenceChain';
import { hashOf } from '../store/evidenceRows';
import { FolderArchive } from './EvidenceArchive';
import { Retention } from './Retention';

const databases = TestDatabases.create({ ids: ['SQLITE_3', 'POSTGRES_15'] });
jest.setTimeout(60_000);

const DAY = 24 * 3_600_000;
const SIX_YEARS = 2192 * DAY;
const kindsOf = (records: EvidenceRecord[]) => records.map(one => one.kind);

describe.each(databases.eachSupportedId())('retention on %s', engine => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'retention-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function setUp(archive = true) {
    const knex = await databases.init(engine);
    const h = await Harness.create(knex);
    const logger = mockServices.logger.mock();
    const retention = new Retention({
      stores: h.stores,
      clock: h.clock,
      logger,
      times: { recordsMs: SIX_YEARS, snapshotsMs: 90 * DAY },
      archive: archive ? new FolderArchive(folder) : undefined,
      part: 3,
    });
    /** A rollback from start to end, with its evidence. */
    const rolledBack = async (targetArn = ARN) => {
      h.aws.runs(targetArn, { id: '2', contentHash: 'new-hash' });
      const id = await h.open({
        kind: 'rollback',
        returnTo: OLD,
        targetArn,
        from: { id: '2', contentHash: 'new-hash' },
      });
      await h.run(id);
      return id;
    };
    const verified = async () =>
      (await h.stores.evidence.verify(iso(h.now))).verified;
    return { h, knex, logger, retention, rolledBack, verified };
  }

  it('keeps everything for six years', async () => {
    const { h, retention, rolledBack, verified } = await setUp();
    const id = await rolledBack();
    h.now += SIX_YEARS - DAY;
    await retention.sweep();
    expect((await h.get(id)).state).toBe('ROLLED_BACK');
    expect(await readdir(folder)).toEqual([]);
    expect(await verified()).toBe(true);
  });

  it('leaves the end of the chain in the log, and an error where it does not fit', async () => {
    const { h, knex, logger, retention, rolledBack } = await setUp();
    await rolledBack();
    await retention.sweep();
    const { position, hash } = await h.stores.evidence.head();
    expect(logger.info).toHaveBeenCalledWith(
      `Evidence is whole up to position ${position}, hash ${hash}.`,
    );
    await knex('evidence').where({ position }).delete();
    h.now += DAY;
    await retention.sweep();
    expect(logger.error).toHaveBeenCalledWith(
      expect.stringContaining(`does not fit from position ${position} on`),
    );
  });

  it('exports old evidence before it goes, and the chain verifies on both sides of the cut', async () => {
    const { h, retention, rolledBack, verified } = await setUp();
    await rolledBack();
    const before = (await h.stores.evidence.query({ limit: 200 })).records;
    // The page's check has its checkpoint in what will be cut off.
    expect((await h.stores.evidence.verdict(h.now)).verified).toBe(true);
    h.now += SIX_YEARS + DAY;
    await rolledBack(`${ARN}2`);
    await retention.sweep();

    const files = (await readdir(folder)).sort();
    const lines = await Promise.all(
      files.map(file => readFile(join(folder, file), 'utf8')),
    );
    const exported: EvidenceRecord[] = lines
      .join('')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(exported).toEqual([...before].reverse());
    let previous = '0'.repeat(64);
    for (const { hash, ...record } of exported) {
      expect(record.previousHash).toBe(previous);
      expect(hashOf(record)).toBe(hash);
      previous = hash;
    }

    const { records } = await h.stores.evidence.query({ limit: 200 });
    expect(records[records.length - 1].previousHash).toBe(previous);
    expect(kindsOf(records)).toContain('evidence-exported');
    expect(await verified()).toBe(true);
    expect((await h.stores.evidence.verdict(h.now, 0)).verified).toBe(true);
    await retention.sweep();
    expect(await readdir(folder)).toHaveLength(files.length);
  });

  it('still finds a record that was changed after the cut', async () => {
    const { h, knex, retention, rolledBack, verified } = await setUp();
    await rolledBack();
    h.now += SIX_YEARS + DAY;
    await rolledBack(`${ARN}2`);
    await retention.sweep();
    const { records } = await h.stores.evidence.query({ limit: 200 });
    const { position, hash } = records[records.length - 1];
    const { from } = await h.stores.retention.oldEvidence(iso(h.now), 1);
    const cut = (last: Link, told: Link) =>
      h.stores.commit({
        at: iso(h.now),
        evidence: [
          {
            kind: 'evidence-exported',
            actor: 'careplane-auto',
            facts: { ...told, records: 1 },
          },
        ],
        cutsEvidence: { from, last },
      });
    const undo = () => knex('evidence_base').where({ id: 1 }).update(from);
    const wrong = { position: position - 1, hash: 'f'.repeat(64) };
    await cut(wrong, wrong);
    expect(await verified()).toBe(false);
    await undo();
    // The right place, of which no export tells.
    await cut({ position, hash }, { position, hash: 'f'.repeat(64) });
    expect(await verified()).toBe(false);
    expect((await h.stores.evidence.verdict(h.now, 0)).verified).toBe(false);
    await undo();
    await cut({ position, hash }, { position, hash });
    expect(await verified()).toBe(true);
  });

  it('of two rounds at the same time only one cuts the chain', async () => {
    const { h, retention, rolledBack, verified } = await setUp();
    await rolledBack();
    h.now += SIX_YEARS + DAY;
    await rolledBack(`${ARN}2`);
    const old = h.stores.retention.oldEvidence.bind(h.stores.retention);
    let raced = false;
    jest
      .spyOn(h.stores.retention, 'oldEvidence')
      .mockImplementation(async (...args) => {
        const found = await old(...args);
        // The other round goes through to its end after this one has read.
        if (!raced) {
          raced = true;
          await retention.sweep();
        }
        return found;
      });
    await retention.sweep();
    const { records } = await h.stores.evidence.query({ limit: 200 });
    const cuts = records
      .filter(one => one.kind === 'evidence-exported')
      .map(one => one.facts.position as number);
    expect(cuts).toEqual([...new Set(cuts)].sort((a, b) => b - a));
    expect(await verified()).toBe(true);
  });

  it('verifies while records leave for an export', async () => {
    const { h, knex, retention, rolledBack, verified } = await setUp();
    await rolledBack();
    h.now += SIX_YEARS + DAY;
    await rolledBack(`${ARN}2`);
    let cut = false;
    // They leave between the look at where the chain begins and its records.
    const racing = ((table: string) => {
      const query = knex(table);
      if (table !== 'evidence' || cut) return query;
      cut = true;
      const run = query.then.bind(query);
      query.then = (done, failed) =>
        retention.sweep().then(() => run(done, failed));
      return query;
    }) as Knex;
    const verdict = await new EvidenceChain(racing).verify(iso(h.now));
    expect(cut).toBe(true);
    expect(verdict.verified).toBe(true);
    expect(await verified()).toBe(true);
  });

  it('does not go back to a schema that knows of no export', async () => {
    const { h, knex, retention, rolledBack } = await setUp();
    const { down } = jest.requireActual(
      '../../migrations/20261201000002_retention.js',
    );
    await rolledBack();
    h.now += SIX_YEARS + DAY;
    await retention.sweep();
    await expect(down(knex)).rejects.toThrow(/in exports only/);
    await knex('evidence_base').delete();
    await expect(down(knex)).resolves.toBeUndefined();
  });

  it('keeps what was seen changed outside of a rollout, until somebody dealt with it', async () => {
    const { h, retention } = await setUp();
    const key = { arn: 'arn:x', entityRef: 'component:default/x', stage: 'qa' };
    const asOf = iso(h.now - 91 * DAY);
    const { version } = await h.stores.targets.beginReading(key);
    const facts = { asOf, outsideChange: { at: asOf, to: OLD } };
    await h.stores.commit({
      at: iso(h.now),
      evidence: [],
      facts: { ...key, version, facts },
    });
    await retention.sweep();
    expect((await h.stores.targets.facts(['arn:x'])).size).toBe(1);
  });

  it('never deletes evidence without an export', async () => {
    const { h, retention, rolledBack } = await setUp(false);
    await rolledBack();
    const before = (await h.stores.evidence.query({ limit: 200 })).records;
    h.now += SIX_YEARS + DAY;
    await retention.sweep();
    expect((await h.stores.evidence.query({ limit: 200 })).records).toEqual(
      before,
    );
  });

  it('lets go of old rollouts with their intents, but of none that a hold rests on', async () => {
    const { h, retention, rolledBack } = await setUp();
    const held = await rolledBack();
    const gone = await rolledBack(`${ARN}2`);
    await h.stores.commit({
      at: iso(h.now),
      evidence: [],
      liftsHold: { targetArn: `${ARN}2`, rolloutId: gone },
    });
    h.now += SIX_YEARS + DAY;
    await retention.sweep();
    expect((await h.get(held)).id).toBe(held);
    expect(await h.stores.intents.of(held)).not.toEqual([]);
    await expect(h.get(gone)).rejects.toThrow(/no rollout/);
    expect(await h.stores.intents.of(gone)).toEqual([]);
    const kind = 'records-deleted';
    const { records } = await h.stores.evidence.query({ kind, limit: 10 });
    expect(records.map(one => one.facts)).toContainEqual({
      kind: 'rollouts',
      records: 1,
    });
  });

  it('lets go of what was read of targets that are no longer there', async () => {
    const { h, retention } = await setUp();
    const read = async (arn: string, asOf: number) => {
      const key = { arn, entityRef: 'component:default/x', stage: 'qa' };
      const { version } = await h.stores.targets.beginReading(key);
      const facts = { asOf: iso(asOf) };
      await h.stores.commit({
        at: iso(h.now),
        evidence: [],
        facts: { ...key, version, facts },
      });
    };
    await read('arn:old', h.now - 91 * DAY);
    await read('arn:new', h.now - 89 * DAY);
    await retention.sweep();
    const left = await h.stores.targets.facts(['arn:old', 'arn:new']);
    expect([...left.keys()]).toEqual(['arn:new']);
  });

  it('deletes runs of tests after six years, and none that has not ended', async () => {
    const { h, knex, retention } = await setUp();
    const run = (id: string, state: string) => ({
      id,
      target_arn: ARN,
      release_id: id,
      state,
      requested_at: iso(h.now),
      version: 1,
      data: '{}',
    });
    await knex('stage_test').insert([run('a', 'passed'), run('b', 'running')]);
    await retention.sweep();
    expect(await knex('stage_test').pluck('id')).toEqual(['a', 'b']);
    h.now += SIX_YEARS + DAY;
    await retention.sweep();
    expect(await knex('stage_test').pluck('id')).toEqual(['b']);
  });
});

it('refuses to keep records for less than six years', () => {
  const config = (records: object) =>
    new ConfigReader({ release: { retention: { records } } });
  expect(() => readReleaseConfig(config({ years: 5 }))).toThrow(
    /at least six years.*164\.316/,
  );
  expect(readReleaseConfig(config({ days: 3650 })).retention.recordsMs).toBe(
    3650 * DAY,
  );
});
