import type { Release } from '@careplane/backstage-plugin-release-common';
import type { ReleaseTemplate } from '@careplane/backstage-plugin-release-node';
import type { Knex } from 'knex';
import { toSafeJson } from './safeFacts';

/** A release as its manifest says it, without what Careplane adds. */
export type PublishedRelease = Omit<
  Release,
  'runsOn' | 'ranOn' | 'quarantine' | 'proof'
>;

export interface ReleaseList {
  releases: PublishedRelease[];
  asOf?: string;
  /** Why the last reading failed. */
  message?: string;
}

export type Quarantine = NonNullable<Release['quarantine']>;

/** How far the reading of a component's releases has come. */
export interface ReadingPlace {
  /** The next part begins behind this release; undefined at the beginning. */
  after?: string;
  /** Every release has been read at least once. */
  whole: boolean;
}

/** What one part of the store of releases brought. */
export interface ReleasePart {
  /** New or changed; without `release` where what lies there is none. */
  read: { id: string; tag: string; release?: PublishedRelease }[];
  /** No longer there. */
  gone: string[];
  after?: string;
  /** With it, every release has been read. */
  whole: boolean;
  asOf: string;
  message?: string;
}

/** Published releases as last read, and which of them are quarantined. */
export class ReleaseStore {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** Newest first; undefined before the first reading. */
  async list(component: string): Promise<ReleaseList | undefined> {
    return (await this.lists([component])).get(component);
  }

  async lists(components: string[]): Promise<Map<string, ReleaseList>> {
    const readings = await this.#knex('release_reading').whereIn(
      'component',
      components,
    );
    const rows: { component: string; data: string }[] = await this.#knex(
      'published_release',
    )
      .select('component', 'data')
      .whereIn('component', components)
      .whereNotNull('data')
      .orderBy([
        { column: 'built_at', order: 'desc' },
        { column: 'release_id', order: 'desc' },
      ]);
    const found = new Map<string, ReleaseList>(
      readings.map(row => [
        row.component,
        {
          releases: [],
          asOf: row.as_of ?? undefined,
          message: row.message ?? undefined,
        },
      ]),
    );
    for (const { component, data } of rows) {
      found.get(component)?.releases.push(JSON.parse(data));
    }
    return found;
  }

  /** Undefined before the first reading. */
  async place(component: string): Promise<ReadingPlace | undefined> {
    const row = await this.#knex('release_reading')
      .where({ component })
      .first();
    return (
      row && { after: row.after ?? undefined, whole: row.whole_at !== null }
    );
  }

  /** Tags of what is known, by release: behind `after`, `until` included. */
  async tags(
    component: string,
    { after, until }: { after?: string; until?: string },
  ): Promise<Map<string, string>> {
    const rows = await this.#knex('published_release')
      .select('release_id', 'tag')
      .where({ component })
      .where(some => {
        if (after) some.where('release_id', '>', after);
        if (until) some.where('release_id', '<=', until);
      });
    return new Map(rows.map(row => [row.release_id, row.tag]));
  }

  async savePart(component: string, part: ReleasePart): Promise<void> {
    await this.#knex.transaction(async trx => {
      for (const { id, tag, release } of part.read) {
        await trx('published_release')
          .insert({
            component,
            release_id: id,
            tag,
            built_at: release?.builtAt ?? null,
            data: release ? toSafeJson(release) : null,
          })
          .onConflict(['component', 'release_id'])
          .merge();
      }
      if (part.gone.length) {
        await trx('published_release')
          .where({ component })
          .whereIn('release_id', part.gone)
          .delete();
      }
      await trx('release_reading')
        .insert({
          component,
          after: part.after ?? null,
          as_of: part.asOf,
          message: part.message ?? null,
          ...(part.whole && { whole_at: part.asOf }),
        })
        .onConflict('component')
        .merge();
    });
  }

  /** The last reading failed: what is known stays, with its date. */
  async saveFailure(component: string, message: string): Promise<void> {
    await this.#knex('release_reading')
      .insert({ component, message })
      .onConflict('component')
      .merge();
  }

  /** What templates say, by release id; only of releases that were read. */
  async templates(
    component: string,
    releaseIds: string[],
  ): Promise<Map<string, ReleaseTemplate>> {
    const rows = await this.#knex('release_template')
      .where({ component })
      .whereIn('release_id', releaseIds);
    return new Map(rows.map(row => [row.release_id, JSON.parse(row.summary)]));
  }

  /** The newest releases of which no template was read yet. */
  async withoutTemplate(component: string, limit: number): Promise<string[]> {
    return this.#knex('published_release as release')
      .leftJoin('release_template as template', join =>
        join
          .on('template.component', 'release.component')
          .on('template.release_id', 'release.release_id'),
      )
      .where('release.component', component)
      .whereNotNull('release.data')
      .whereNull('template.release_id')
      .orderBy('release.built_at', 'desc')
      .limit(limit)
      .pluck('release.release_id');
  }

  async saveTemplate(
    component: string,
    releaseId: string,
    template: ReleaseTemplate,
  ): Promise<void> {
    await this.#knex('release_template')
      .insert({
        component,
        release_id: releaseId,
        summary: toSafeJson(template),
      })
      .onConflict(['component', 'release_id'])
      .merge();
  }

  async quarantined(component: string): Promise<Map<string, Quarantine>> {
    return (await this.quarantines([component])).get(component) ?? new Map();
  }

  /** By component, then by release. */
  async quarantines(
    components: string[],
  ): Promise<Map<string, Map<string, Quarantine>>> {
    const rows = await this.#knex('quarantine').whereIn(
      'component',
      components,
    );
    const found = new Map<string, Map<string, Quarantine>>();
    for (const row of rows) {
      const of = found.get(row.component) ?? new Map<string, Quarantine>();
      found.set(row.component, of);
      of.set(row.release_id, {
        reason: row.reason,
        by: row.person,
        at: row.at,
      });
    }
    return found;
  }

  async setQuarantine(
    trx: Knex.Transaction,
    component: string,
    releaseId: string,
    quarantine: Quarantine | undefined,
  ): Promise<void> {
    if (!quarantine) {
      await trx('quarantine')
        .where({ component, release_id: releaseId })
        .delete();
      return;
    }
    await trx('quarantine')
      .insert({
        component,
        release_id: releaseId,
        person: quarantine.by,
        at: quarantine.at,
        reason: quarantine.reason,
      })
      .onConflict(['release_id', 'component'])
      .merge();
  }
}
