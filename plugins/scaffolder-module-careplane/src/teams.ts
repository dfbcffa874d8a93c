import { type Entity, stringifyEntityRef } from '@backstage/catalog-model';

export interface Team {
  ref: string;
  title: string;
  /** The person is a member. */
  mine: boolean;
}

/** Groups as teams: those of the person first, each part by title. */
export function orderTeams(groups: Entity[], ownRefs: string[]): Team[] {
  return groups
    .map((group): Team => {
      const ref = stringifyEntityRef(group);
      const { displayName } = (group.spec?.profile ?? {}) as {
        displayName?: string;
      };
      return {
        ref,
        title: displayName ?? group.metadata.title ?? group.metadata.name,
        mine: ownRefs.includes(ref),
      };
    })
    .sort(
      (a, b) =>
        Number(b.mine) - Number(a.mine) || a.title.localeCompare(b.title),
    );
}
