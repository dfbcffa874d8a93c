import { Config, readDurationFromConfig } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { durationToMilliseconds } from '@backstage/types';
import type {
  ReleaseAct,
  Stage,
  TestProject,
} from '@careplane/backstage-plugin-release-common';
import { Freeze, readFreezes } from './gates/freezes';
import { ACT_LABELS } from '@careplane/backstage-plugin-release-common';
import { LIMITS } from './engine/decision';
import type { RetentionTimes } from './retention/Retention';

/** Who may do what on which stages. */
export interface Grant {
  stages: string[];
  groups: string[];
  acts: ReleaseAct[];
}

/** What `release:` in app-config says. */
export interface ReleaseConfig {
  /** In the order on the way to users; the first is deployed by the pipeline. */
  stages: Stage[];
  grants: Grant[];
  pollMs: number;
  /** By stage, where it has one: how long a release runs on the stage before. */
  soakMs: Map<string, number>;
  freezes: Freeze[];
  /** How long a canary may stand while nobody looks after it (INV-27). */
  maxUnattendedMs: number;
  retention: RetentionTimes & { archive?: string };
  /** The local demo: its clock may be moved. */
  local: boolean;
}

const MIN_POLL_MS = 5_000;
const MIN_UNATTENDED_MS = 15 * 60_000;
const MAX_UNATTENDED_MS = 7 * 24 * 3_600_000;

const DAY_MS = 24 * 3_600_000;
/** 45 CFR 164.316(b)(2)(i): six years from the date of its creation. */
const SIX_YEARS_MS = (6 * 365 + 2) * DAY_MS;
const MIN_SNAPSHOTS_MS = 7 * DAY_MS;

/** @throws InputError for times that are too short. */
function readRetention(release?: Config): ReleaseConfig['retention'] {
  const read = (key: string, otherwise: number) =>
    release?.has(key)
      ? durationToMilliseconds(readDurationFromConfig(release, { key }))
      : otherwise;
  const recordsMs = read('retention.records', SIX_YEARS_MS);
  if (recordsMs < SIX_YEARS_MS) {
    throw new InputError(
      "'release.retention.records' must be at least six years (2192 days): records of who changed what are kept so long (45 CFR 164.316(b)(2)(i)).",
    );
  }
  const snapshotsMs = read('retention.snapshots', 90 * DAY_MS);
  if (snapshotsMs < MIN_SNAPSHOTS_MS) {
    throw new InputError(
      "'release.retention.snapshots' must be at least 7 days.",
    );
  }
  const archive = release?.getOptionalString('retention.archive');
  return { recordsMs, snapshotsMs, archive };
}

/** @throws InputError for a soak that no release could ever have had. */
function readSoaks(release?: Config): ReleaseConfig['soakMs'] {
  const stages = release?.getOptionalConfigArray('stages') ?? [];
  const soaks = stages.flatMap((stage, index): [string, number][] => {
    if (!stage.has('gates.soak')) return [];
    const key = `'release.stages[${index}].gates.soak'`;
    if (index === 0) {
      throw new InputError(
        `${key} asks for time on the stage before, and the first stage has none.`,
      );
    }
    const soakMs = durationToMilliseconds(
      readDurationFromConfig(stage, { key: 'gates.soak' }),
    );
    if (!(soakMs > 0)) {
      throw new InputError(`${key} must be longer than no time at all.`);
    }
    return [[stage.getString('name'), soakMs]];
  });
  return new Map(soaks);
}

function readTests(root: Config, stage: Config): TestProject | undefined {
  const tests = stage.getOptionalConfig('tests');
  if (!tests) return undefined;
  const delivery = root.getOptionalConfig('aws.delivery');
  const read = (key: 'accountId' | 'region') =>
    tests.getOptionalString(key) ??
    delivery?.getOptionalString(key) ??
    stage.getString(key);
  return {
    project: tests.getString('project'),
    accountId: read('accountId'),
    region: read('region'),
  };
}

/** @throws InputError that names the key of a wrong value. */
export function readReleaseConfig(config: Config): ReleaseConfig {
  const release = config.getOptionalConfig('release');
  const stages = (release?.getOptionalConfigArray('stages') ?? []).map(
    (stage): Stage => ({
      name: stage.getString('name'),
      title: stage.getOptionalString('title') ?? stage.getString('name'),
      accountId: stage.getString('accountId'),
      region: stage.getString('region'),
      approvals: stage.getOptionalNumber('approvals') ?? 0,
      tests: readTests(config, stage),
    }),
  );
  if (stages[0]?.tests) {
    throw new InputError(
      `'release.stages[0].tests': nothing is promoted to the first stage; its pipeline tests what it deploys.`,
    );
  }
  const names = new Set(stages.map(stage => stage.name));
  if (names.size !== stages.length) {
    throw new InputError("'release.stages' names a stage twice.");
  }
  const grants = (release?.getOptionalConfigArray('grants') ?? []).map(
    (grant, index): Grant => {
      const read: Grant = {
        stages: grant.getStringArray('stages'),
        groups: grant.getStringArray('groups'),
        acts: grant.getStringArray('acts') as ReleaseAct[],
      };
      for (const stage of read.stages) {
        if (!names.has(stage)) {
          throw new InputError(
            `'release.grants[${index}].stages' names '${stage}', which is not in 'release.stages'.`,
          );
        }
      }
      for (const act of read.acts) {
        if (!(act in ACT_LABELS)) {
          throw new InputError(
            `'release.grants[${index}].acts' names '${act}'. Acts are ${Object.keys(
              ACT_LABELS,
            ).join(', ')}.`,
          );
        }
      }
      return read;
    },
  );
  const pollMs = release?.has('poll.interval')
    ? durationToMilliseconds(
        readDurationFromConfig(release, { key: 'poll.interval' }),
      )
    : 30_000;
  if (pollMs < MIN_POLL_MS) {
    throw new InputError("'release.poll.interval' must be at least 5 s.");
  }
  const maxUnattendedMs = release?.has('maxUnattended')
    ? durationToMilliseconds(
        readDurationFromConfig(release, { key: 'maxUnattended' }),
      )
    : LIMITS.unattended;
  if (
    maxUnattendedMs < MIN_UNATTENDED_MS ||
    maxUnattendedMs > MAX_UNATTENDED_MS
  ) {
    throw new InputError(
      "'release.maxUnattended' must be at least 15 minutes and at most 7 days.",
    );
  }
  return {
    stages,
    grants,
    pollMs,
    soakMs: readSoaks(release),
    freezes: readFreezes(release, [...names]),
    maxUnattendedMs,
    retention: readRetention(release),
    local: config.getOptionalBoolean('careplane.local') ?? false,
  };
}
