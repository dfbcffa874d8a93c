import type { SeedMove, SeedRelease, SeedService } from './estate';

/** Something that happened in the estate, in the order of time. */
export type SeedEvent =
  | { type: 'create'; at: Date; service: SeedService }
  | { type: 'release'; at: Date; service: SeedService; release: SeedRelease }
  | { type: 'move'; at: Date; service: SeedService; move: SeedMove }
  | { type: 'failing-commit'; at: Date; service: SeedService }
  | { type: 'outside-move'; at: Date; service: SeedService };

const DAY = 24 * 60 * 60 * 1000;

/** All events of the estate, oldest first. Ends before `now`. */
export function timeline(
  estate: readonly SeedService[],
  now: Date,
): SeedEvent[] {
  const ago = (days: number) => new Date(now.getTime() - days * DAY);
  return estate
    .flatMap((service, index): SeedEvent[] => {
      // No two services act in the same minute.
      const offset = index / 97;
      return [
        {
          type: 'create',
          service,
          at: ago(service.releases[0].daysAgo + 0.01 + offset),
        },
        ...service.releases.map(release => ({
          type: 'release' as const,
          service,
          release,
          at: ago(release.daysAgo + offset),
        })),
        ...service.moves.map(move => ({
          type: 'move' as const,
          service,
          move,
          at: ago(move.daysAgo + offset),
        })),
        ...(service.failingCommit
          ? [
              {
                type: 'failing-commit' as const,
                service,
                at: ago(service.failingCommit.daysAgo + offset),
              },
            ]
          : []),
        ...(service.outsideMove
          ? [
              {
                type: 'outside-move' as const,
                service,
                at: ago(service.outsideMove.daysAgo),
              },
            ]
          : []),
      ];
    })
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}
