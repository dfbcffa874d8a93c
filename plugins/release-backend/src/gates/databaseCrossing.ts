import type {
  GateResult,
  Release,
} from '@careplane/backstage-plugin-release-common';

type Described = Pick<Release, 'version' | 'database'>;

/** How many changesets a sentence names. */
const NAMED = 3;

/**
 * Whether a move of code crosses changesets of the contract phase: those of the
 * running release's changelog that the earlier one's does not have (INV-37).
 * An earlier release that says nothing of its database may need what they took
 * away. Undefined where nothing is crossed, or no release has a database.
 */
export function databaseGate(
  running: Described | undefined,
  earlier: Described | undefined,
  move: 'Going back' | 'Moving' = 'Going back',
): GateResult | undefined {
  const known = earlier?.database;
  const crossed = (running?.database?.contracts ?? []).filter(
    one => !known?.contracts.includes(one),
  );
  if (!running || !crossed.length) return undefined;
  const more = crossed.length - NAMED;
  const names = `${crossed.slice(0, NAMED).join(', ')}${
    more > 0 ? ` and ${more} more` : ''
  }`;
  const to = earlier?.version ?? 'the earlier revision';
  const told = known ? '' : ` ${to} does not say which schema it needs.`;
  const schema = known?.requiresSchema
    ? ` to ${known.requiresSchema}`
    : ' to what it needs';
  return {
    id: 'database',
    title: 'Database',
    state: known ? 'fail' : 'unknown',
    summary: `${move} to ${to} crosses what ${running.version} took away from the database: ${names}.${told} Code alone does not bring that back. Promote a fix that works with the schema as it is, or have a person roll the database back${schema} first; Careplane never does.`,
  };
}
