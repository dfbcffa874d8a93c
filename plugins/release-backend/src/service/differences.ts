import {
  CONFIGURATION_FIELDS,
  configurationDifferences,
  PromoteDifferences,
  PublishMode,
  RevisionConfiguration,
} from '@careplane/backstage-plugin-release-common';
import type { ReleaseTemplate } from '@careplane/backstage-plugin-release-node';

/** What is known of both sides of a promote. */
export interface Sides {
  mode: PublishMode;
  /** How what runs is configured. */
  running?: RevisionConfiguration;
  asOf?: string;
  /** How the release is configured here, where that is read and not worked out. */
  becomes?: RevisionConfiguration;
  /** Templates of what runs and of the release. */
  before?: ReleaseTemplate;
  after?: ReleaseTemplate;
}

const NOT_READ =
  'How what runs here is configured was not read yet. Refresh, and look again.';
const NO_TEMPLATE =
  'The template of this release was not read yet, so only the change set tells what it changes.';
const NO_BEFORE =
  'What runs here was not built with a template that Careplane knows, so only the change set tells which resources change.';

/**
 * What a promote changes beside the artifact. A configuration that a revision
 * freezes returns with a rollback; other resources of the stack do not.
 */
export function differencesOf(sides: Sides): PromoteDifferences {
  const { mode, running, asOf } = sides;
  const none = {
    mode,
    configuration: [],
    untold: [],
    infrastructure: [],
    asOf,
  };
  if (!running) return { ...none, missing: NOT_READ };
  return mode === 'stack'
    ? { ...none, ...byTemplates(running, sides) }
    : { ...none, ...byReading(running, sides) };
}

/** The stack is not touched: what the release becomes was read. */
function byReading(running: RevisionConfiguration, { becomes }: Sides) {
  return becomes
    ? { configuration: configurationDifferences(running, becomes) }
    : { missing: NOT_READ };
}

function byTemplates(
  running: RevisionConfiguration,
  { before, after }: Sides,
): Partial<PromoteDifferences> {
  if (!after) return { missing: NO_TEMPLATE };
  const becomes: RevisionConfiguration = {};
  for (const field of CONFIGURATION_FIELDS) {
    const written = after.configuration[field];
    if (!written) continue;
    if (written.value !== undefined) becomes[field] = written.value;
    // Written as before: CloudFormation makes of it what it made before.
    else if (written.hash === before?.configuration[field]?.hash) {
      becomes[field] = running[field];
    }
  }
  return {
    configuration: configurationDifferences(running, becomes),
    untold: CONFIGURATION_FIELDS.filter(
      field =>
        running[field] !== undefined &&
        after.configuration[field] !== undefined &&
        becomes[field] === undefined,
    ),
    infrastructure: before ? resourceChanges(before, after) : [],
    missing: before ? undefined : NO_BEFORE,
  };
}

function resourceChanges(before: ReleaseTemplate, after: ReleaseTemplate) {
  const ids = new Set([
    ...Object.keys(before.resources),
    ...Object.keys(after.resources),
  ]);
  return [...ids].sort().flatMap(resource => {
    const old = before.resources[resource];
    const next = after.resources[resource];
    if (old && next && old.hash === next.hash) return [];
    const changed = next ? 'Modify' : 'Remove';
    return {
      action: old ? changed : 'Add',
      resource,
      type: (next ?? old).type,
    };
  });
}
