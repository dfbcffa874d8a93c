import type { AuthService } from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';

/** Groups within groups are followed so far up; more is a circle. */
const DEPTH = 10;

const targetsOf = (entity: Entity, type: string) =>
  (entity.relations ?? [])
    .filter(relation => relation.type === type)
    .map(relation => relation.targetRef);

/**
 * Who is a member of what, by the catalog: a person's groups, and the groups
 * that those are part of. Grants go by this one answer at the click and again
 * at use (INV-30), when nobody's sign-in is at hand any more.
 */
export class Memberships {
  readonly #auth: AuthService;
  readonly #catalog: CatalogService;

  constructor(options: { auth: AuthService; catalog: CatalogService }) {
    this.#auth = options.auth;
    this.#catalog = options.catalog;
  }

  /** Refs that a grant to which counts for the person; none for a stranger. */
  async of(person: string): Promise<Set<string>> {
    const credentials = await this.#auth.getOwnServiceCredentials();
    const user = await this.#catalog.getEntityByRef(person, { credentials });
    const known = new Set<string>();
    if (!user) return known;
    known.add(stringifyEntityRef(user));
    let next = targetsOf(user, 'memberOf');
    for (let depth = 0; next.length && depth < DEPTH; depth++) {
      const entityRefs = [...new Set(next)].filter(ref => !known.has(ref));
      entityRefs.forEach(ref => known.add(ref));
      if (!entityRefs.length) break;
      const { items } = await this.#catalog.getEntitiesByRefs(
        { entityRefs, fields: ['kind', 'metadata', 'relations'] },
        { credentials },
      );
      next = items.flatMap(group => (group ? targetsOf(group, 'childOf') : []));
    }
    return known;
  }
}
