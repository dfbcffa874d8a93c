import type {
  OverviewItem,
  ReleaseSetMemberRequest,
  Revision,
  Stage,
} from '@careplane/backstage-plugin-release-common';

/** A service that can be part of a set, and what it would run. */
export interface Candidate {
  entityRef: string;
  title: string;
  system?: string;
  from?: Revision;
  to: Revision;
  member: Pick<ReleaseSetMemberRequest, 'releaseId' | 'revisionId'>;
}

/**
 * Services with something to move on a stage. Promote: what runs on the stage
 * before and not here. Roll back: the newest verified earlier revision.
 */
export function candidatesOf(
  items: OverviewItem[],
  stages: Stage[],
  stage: string,
  kind: 'promote' | 'rollback',
): Candidate[] {
  const before = stages[stages.findIndex(one => one.name === stage) - 1]?.name;
  return items.flatMap((item): Candidate[] => {
    const on = (name: string | undefined) =>
      item.targets.find(({ target }) => target.stage === name)?.target;
    const here = on(stage);
    if (!here) return [];
    const { entityRef, title, system } = item;
    const base = { entityRef, title, system, from: here.current };
    if (kind === 'promote') {
      const to = on(before)?.current;
      if (!to?.releaseId || to.releaseId === here.current?.releaseId) return [];
      return [{ ...base, to, member: { releaseId: to.releaseId } }];
    }
    const option = here.rollbackOptions.find(
      one =>
        one.ready === 'ready' &&
        !one.rolledAwayAt &&
        one.revision.id !== here.current?.id,
    );
    if (!option) return [];
    const { revision } = option;
    return [{ ...base, to: revision, member: { revisionId: revision.id } }];
  });
}
