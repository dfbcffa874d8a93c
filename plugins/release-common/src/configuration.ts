/**
 * How a revision is configured, as far as it may be shown: names and figures,
 * never a value of an environment variable or a secret.
 */

/** Everything that is compared. Nothing else of a configuration is kept. */
export const CONFIGURATION_FIELDS = [
  'environment',
  'secrets',
  'role',
  'executionRole',
  'runtime',
  'architecture',
  'cpu',
  'memory',
  'timeout',
  'layers',
  'network',
  'deadLetterQueue',
  'containers',
  'ports',
  'logDriver',
] as const;

export type ConfigurationField = (typeof CONFIGURATION_FIELDS)[number];

/**
 * By field: one word (empty for none), or sorted names. A field that is
 * missing cannot be told, or this kind of target has none.
 */
export type RevisionConfiguration = Partial<
  Record<ConfigurationField, string | string[]>
>;

/** What differs in one field between what runs and what comes. */
export interface ConfigurationDifference {
  field: ConfigurationField;
  /** Of one word; empty for none. */
  from?: string;
  to?: string;
  /** Of names. */
  added?: string[];
  removed?: string[];
}

const namesOf = (value: string | string[]): string[] =>
  Array.isArray(value) ? value : [value].filter(Boolean);

/** Fields that both sides know and that differ, in the order of fields. */
export function configurationDifferences(
  from: RevisionConfiguration,
  to: RevisionConfiguration,
): ConfigurationDifference[] {
  return CONFIGURATION_FIELDS.flatMap((field): ConfigurationDifference[] => {
    const before = from[field];
    const after = to[field];
    if (before === undefined || after === undefined) return [];
    if (!Array.isArray(before) && !Array.isArray(after)) {
      return before === after ? [] : [{ field, from: before, to: after }];
    }
    const [old, next] = [namesOf(before), namesOf(after)];
    const added = next.filter(name => !old.includes(name));
    const removed = old.filter(name => !next.includes(name));
    return added.length + removed.length ? [{ field, added, removed }] : [];
  });
}

/**
 * How a release comes to a target: by the template that it was built with, as
 * a copy of what an earlier stage runs, or as a version that is there already.
 */
export type PublishMode = 'stack' | 'copy' | 'version';

/** What a promote changes beside the artifact, from recorded facts. */
export interface PromoteDifferences {
  mode: PublishMode;
  /** Comes back with a rollback: a revision freezes it. */
  configuration: ConfigurationDifference[];
  /** Fields of which only the change set tells. */
  untold: ConfigurationField[];
  /** Resources of the stack, which a rollback leaves as they are. */
  infrastructure: { action: string; resource: string; type: string }[];
  /** Why the comparison is missing or not whole. */
  missing?: string;
  /** When what runs was read. */
  asOf?: string;
}
