import type { LoggerService } from '@backstage/backend-plugin-api';
import type {
  ReleaseSource,
  ReleasesPart,
} from '@careplane/backstage-plugin-release-node';
import { iso } from '../engine/model';
import type { Clock, Stores } from '../store';
import type { ReleasePart } from '../store/ReleaseStore';

/** Releases that are read in one round: what was published last comes first. */
const READS = 50;
/** Templates that are read in one round: those of the newest releases first. */
const TEMPLATES = 10;
/** Parts that are looked at where a person asked. */
const PARTS_ASKED = 10;

interface Options {
  stores: Stores;
  clock: Clock;
  logger: LoggerService;
  source: () => ReleaseSource | undefined;
}

/**
 * Keeps what is known of published releases up to date. A round looks at one
 * part of a component's releases and reads what is new there, however many
 * were published; the next round goes on behind it.
 */
export class ReleaseReader {
  readonly #o: Options;

  constructor(options: Options) {
    this.#o = options;
  }

  async read(component: string, how: { asked?: boolean } = {}): Promise<void> {
    const source = this.#o.source();
    if (!source) return;
    const { releases } = this.#o.stores;
    try {
      // Where it begins in the middle, a person wants the beginning as well.
      let again = Boolean((await releases.place(component))?.after);
      for (let parts = how.asked ? PARTS_ASKED : 1; parts > 0; parts--) {
        const more = await this.#readPart(source, component);
        if (!more && !again) break;
        again &&= more;
      }
    } catch (error) {
      const name = error instanceof Error ? error.name : 'Error';
      await releases.saveFailure(
        component,
        `The published releases could not be read (${name}). What is shown is older.`,
      );
      return;
    }
    await this.#readTemplates(source, component);
  }

  /** Says whether there is more to look at in this round. */
  async #readPart(source: ReleaseSource, component: string): Promise<boolean> {
    const { stores, clock } = this.#o;
    const place = await stores.releases.place(component);
    const after = place?.after;
    const part = await source.part(component, after);
    const known = await stores.releases.tags(component, {
      after,
      until: part.next,
    });
    const { due, gone } = differences(part, known);
    const read: ReleasePart['read'] = [];
    const save = async (more: boolean) => {
      const whole = !more && !part.next;
      await stores.releases.savePart(component, {
        read,
        gone,
        after: more ? after : part.next,
        whole,
        asOf: iso(await clock.now()),
        message:
          whole || place?.whole
            ? undefined
            : 'These are not all published releases yet: the others are being read.',
      });
    };
    try {
      for (const { id, tag } of due.slice(0, READS)) {
        const release = await source.read(component, id);
        read.push({ id, tag, release });
      }
    } catch (error) {
      // What was read until then is kept.
      await save(true);
      throw error;
    }
    const more = due.length > READS;
    await save(more);
    return more || part.next !== undefined;
  }

  /** Once each, since a release never changes. What fails is tried again. */
  async #readTemplates(
    source: ReleaseSource,
    component: string,
  ): Promise<void> {
    if (!source.template) return;
    const { releases } = this.#o.stores;
    for (const id of await releases.withoutTemplate(component, TEMPLATES)) {
      try {
        const template = await source.template(component, id);
        await releases.saveTemplate(component, id, template);
      } catch (error) {
        const name = error instanceof Error ? error.name : 'Error';
        this.#o.logger.debug(
          `The template of release ${id.slice(0, 12)} was not read: ${name}`,
        );
      }
    }
  }
}

/** What is to be read of a part, newest first, and what it lacks by now. */
function differences(part: ReleasesPart, known: Map<string, string>) {
  const there = new Set(part.releases.map(one => one.id));
  return {
    due: part.releases
      .filter(one => !one.tag || known.get(one.id) !== one.tag)
      .sort((a, b) => b.at.localeCompare(a.at)),
    gone: [...known.keys()].filter(id => !there.has(id)),
  };
}
