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
    const rows = await this.#knex('release_cache').whereIn(
      'component',
      components,
    );
    return new Map(
      rows.map(row => [
        row.component,
        {
          releases: JSON.parse(row.releases),
          asOf: row.as_of ?? undefined,
          message: row.message ?? undefined,
        },
      ]),
    );
  }

  async save(component: string, list: ReleaseList): Promise<void> {
    await this.#knex('release_cache')
      .insert({
        component,
        releases: toSafeJson(list.releases),
        as_of: list.asOf ?? null,
        message: list.message ?? null,
      })
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

  /** Of these releases, those of which no template was read yet. */
  async withoutTemplate(
    component: string,
    releaseIds: string[],
  ): Promise<string[]> {
    const known: string[] = await this.#knex('release_template')
      .where({ component })
      .pluck('release_id');
    return releaseIds.filter(id => !known.includes(id));
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
