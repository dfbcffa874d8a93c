import { createHash } from 'node:crypto';
import { ConflictError, ServiceUnavailableError } from '@backstage/errors';
import type {
  AlarmState,
  Calls,
  PreflightCheck,
  Revision,
} from '@careplane/backstage-plugin-release-common';
import type {
  MetricsPort,
  CanaryDeadline,
  CanaryDeadlinePort,
  ObservedTarget,
  OwnerPort,
  OwnerSigns,
  PastMoves,
  Readiness,
  PipelinePort,
  PublisherPort,
  ReleaseSource,
  StackPort,
  TargetDriver,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';

interface FakeTarget {
  stable?: Revision;
  candidate?: { revision: Revision; weight: number };
  token: number;
  stack: {
    exists: boolean;
    live: string;
    published?: string;
    status: string;
    /** Whether it has the target among its resources; undefined is unknown. */
    holdsTarget?: boolean;
    /** Another tool updated it, and it has no parameter for the live value. */
    taken?: boolean;
  };
}

type Published = NonNullable<Awaited<ReturnType<ReleaseSource['read']>>>;

/** Thrown where a test kills the process. */
export class Crash extends Error {}

const iso = (date: Date) => date.toISOString();

export const timeout = () => new ServiceUnavailableError('AWS did not answer.');

/**
 * AWS in memory for tests of the engine: aliases with RevisionId, and service
 * stacks. Test only. `onCall` may throw before or after any write.
 */
export class FakeAws {
  readonly targets = new Map<string, FakeTarget>();
  readonly versions = new Map<string, Revision[]>();
  readonly writes: {
    api: string;
    arn: string;
    detail: string;
    actor: string;
  }[] = [];
  reads = 0;
  releases: Published[] = [];
  onCall: (when: 'before' | 'after', api: string) => void = () => {};
  canary = { allowed: true } as { allowed: boolean; reason?: string };
  viability: 'pass' | 'fail' | 'unknown' = 'pass';
  historyFails?: Error;
  /** More checks of a move. */
  checks: (from: Revision, to: Revision) => PreflightCheck[] = () => [];
  readiness: Readiness = { state: 'ready' };
  historyOf: PastMoves['moves'] = [];
  historyUnread: string[] = [];

  target(arn: string): FakeTarget {
    const known = this.targets.get(arn);
    if (known) return known;
    const made: FakeTarget = {
      token: 1,
      stack: { exists: false, live: 'latest', status: 'CREATE_COMPLETE' },
    };
    this.targets.set(arn, made);
    return made;
  }

  /** A target that runs `revision`, in no stack. */
  runsAlone(arn: string, revision: Revision): FakeTarget {
    const target = this.runs(arn, revision);
    target.stack = { ...target.stack, exists: false };
    this.latest.set(arn, {
      contentHash: revision.contentHash,
      config: 'config-1',
    });
    return target;
  }

  /** A target that runs `revision`, settled, with its stack. */
  runs(arn: string, revision: Revision): FakeTarget {
    const target = this.target(arn);
    target.stable = revision;
    target.stack = {
      exists: true,
      live: revision.id,
      published: revision.id,
      status: 'UPDATE_COMPLETE',
    };
    this.versions.set(arn, [revision]);
    return target;
  }

  /** Somebody else moves the alias. */
  moveBehindOurBack(arn: string, revision: Revision): void {
    const target = this.target(arn);
    target.stable = revision;
    target.candidate = undefined;
    target.token += 1;
  }

  shifts(): string[] {
    return this.writes
      .filter(one => one.api === 'shift')
      .map(one => one.detail);
  }

  alarms: AlarmState[] | 'unreadable' = [];
  /** What CloudWatch says of the canary. */
  calls: { candidate: Calls; stable: Calls } | 'unreadable' = 'unreadable';

  readonly metrics: MetricsPort = {
    calls: async (_target, _versions, from, now) => {
      if (this.calls === 'unreadable') throw timeout();
      return { from: iso(from), to: iso(now), ...this.calls };
    },
    alarms: async () => {
      if (this.alarms === 'unreadable') throw timeout();
      return this.alarms;
    },
  };

  readonly driver: TargetDriver = {
    kind: 'lambda-alias',
    supports: async () => ({ canary: this.canary }),
    observe: async target => this.#observe(target),
    preflight: async (_target, from, to) => [
      {
        id: 'same-role',
        title: 'Same role',
        canaryOnly: true,
        state: this.canary.allowed ? 'pass' : 'fail',
        summary: this.canary.reason ?? 'The same role.',
      },
      ...this.checks(from, to),
    ],
    readiness: async () => this.readiness,
    viability: async () => [
      {
        id: 'exists',
        state: this.viability,
        summary: `It is ${this.viability}.`,
      },
    ],
    shift: async (target, expected, to, context) =>
      this.#write('shift', target, context.actor, describe(to), () => {
        const fake = this.target(target.arn);
        if (`${fake.token}` !== expected.casToken) {
          throw new ConflictError('The RevisionId is not the current one.');
        }
        fake.stable = to.stable;
        fake.candidate = to.candidate;
        fake.token += 1;
        return { requestId: `req-${this.writes.length}` };
      }),
    history: async () => {
      if (this.historyFails) throw this.historyFails;
      return { moves: this.historyOf, unread: this.historyUnread };
    },
  };

  /** `$LATEST` of each function, and who had versions published. */
  readonly latest = new Map<string, { contentHash: string; config: string }>();
  readonly publishedBy = new Map<string, Revision>();

  readonly publisher: PublisherPort = {
    kind: 'lambda-alias',
    publication: async (target, source, rollout) => {
      this.onCall('before', 'publication');
      const made = this.publishedBy.get(rollout.id);
      if (rollout.made && made) {
        return { needs: 'nothing', revision: made, fingerprint: '' };
      }
      const { contentHash, config } = this.latest.get(target.arn)!;
      return {
        needs: contentHash === source.contentHash ? 'revision' : 'code',
        contentHash,
        fingerprint: config,
      };
    },
    publish: async (target, source, { needs, contentHash }, context) =>
      this.#write(
        needs === 'code' ? 'copyCode' : 'publishVersion',
        target,
        context.actor,
        source.contentHash,
        () => {
          const latest = this.latest.get(target.arn)!;
          if (latest.contentHash !== contentHash) {
            throw new ConflictError('The RevisionId is not the current one.');
          }
          if (needs === 'code') {
            latest.contentHash = source.contentHash;
            return {};
          }
          const known = this.versions.get(target.arn) ?? [];
          const revision = {
            id: `${known.length + 1}`,
            contentHash: source.contentHash,
          };
          this.versions.set(target.arn, [...known, revision]);
          this.publishedBy.set(context.rolloutId, revision);
          return { revision };
        },
      ),
  };

  /** Who else writes targets. */
  signs: OwnerSigns = { tags: {}, writers: [], unread: [] };

  readonly owners: OwnerPort = {
    signs: async () => {
      this.onCall('before', 'signs');
      return this.signs;
    },
  };

  readonly stacks: StackPort = {
    describe: async target => {
      this.reads += 1;
      const { stack } = this.target(target.arn);
      return {
        exists: stack.exists,
        status: stack.status,
        liveValue: stack.exists ? stack.live : undefined,
        owner: ownerOf(stack),
        holdsTarget: 'holdsTarget' in stack ? stack.holdsTarget : true,
        published: stack.published,
        busy: false,
      };
    },
    createChangeSet: async (target, release, liveValue, context) =>
      this.#write('createChangeSet', target, context.actor, liveValue, () => ({
        changeSetArn: `cs-${release.id}`,
        requestId: `req-${this.writes.length}`,
      })),
    describeChangeSet: async target => ({
      status: this.#executed.has(target.arn) ? 'executed' : 'ready',
      changes: [
        { action: 'Add', resource: 'Version', type: 'AWS::Lambda::Version' },
      ],
      codeOnly: true,
    }),
    executeChangeSet: async (target, changeSetArn, context) =>
      this.#write(
        'executeChangeSet',
        target,
        context.actor,
        changeSetArn,
        () => {
          this.#executed.add(target.arn);
          const release = this.releases.find(
            one => `cs-${one.id}` === changeSetArn,
          );
          const known = this.versions.get(target.arn) ?? [];
          const revision: Revision = {
            id: `${known.length + 1}`,
            contentHash:
              release?.artifact.type === 'zip'
                ? release.artifact.codeSha256
                : '',
          };
          this.versions.set(target.arn, [...known, revision]);
          const fake = this.target(target.arn);
          fake.stack = {
            ...fake.stack,
            exists: true,
            published: revision.id,
            status: 'UPDATE_COMPLETE',
          };
          if (!fake.stable) fake.stable = revision;
          return { requestId: `req-${this.writes.length}` };
        },
      ),
    settle: async (target, liveValue, context) =>
      this.#write('settle', target, context.actor, liveValue, () => {
        this.target(target.arn).stack.live = liveValue;
        return { requestId: `req-${this.writes.length}`, nothingToDo: false };
      }),
    protect: async (target, on) => {
      this.protectedStacks.set(target.arn, on);
      return {};
    },
  };

  /** The schedules that stand, by rollout. */
  readonly schedules = new Map<string, CanaryDeadline>();
  guard: { guarded: boolean; reason?: string } = { guarded: false };
  writer: Awaited<ReturnType<CanaryDeadlinePort['lastWriter']>>;

  readonly deadlines: CanaryDeadlinePort = {
    supports: async () => this.guard,
    arm: async (target, deadline, context) =>
      this.#write('arm', target, context.actor, deadline.at, () => {
        this.schedules.set(context.rolloutId, deadline);
        return {};
      }),
    disarm: async (target, context) =>
      this.#write('disarm', target, context.actor, '', () => {
        this.schedules.delete(context.rolloutId);
        return {};
      }),
    lastWriter: async () => this.writer,
  };

  /** The schedules that are due fire, as the function of the account does. */
  passDeadlines(arn: string, now: number): void {
    for (const [rollout, deadline] of this.schedules) {
      if (Date.parse(deadline.at) > now) continue;
      this.schedules.delete(rollout);
      const target = this.target(arn);
      if (target.stable?.id !== deadline.stable) continue;
      if (target.candidate?.revision.id !== deadline.candidate) continue;
      target.candidate = undefined;
      target.token += 1;
      const actor = 'assumed-role/x/careplane-canary-deadline';
      this.writer = { actor, at: deadline.at, isDeadline: true };
    }
  }

  readonly protectedStacks = new Map<string, boolean>();

  readonly releaseSource: ReleaseSource = {
    part: async component => ({
      releases: this.releases
        .filter(release => release.component === component)
        .map(release => ({
          id: release.id,
          tag: createHash('sha256')
            .update(JSON.stringify(release))
            .digest('hex'),
          at: release.builtAt,
        })),
    }),
    read: async (component, id) =>
      this.releases.find(one => one.component === component && one.id === id),
  };

  readonly pipelines: PipelinePort = {
    retry: async (_arn, _stage, executionId) => ({ executionId }),
  };

  readonly #executed = new Set<string>();

  /** A new rollout may execute again. */
  forgetChangeSets(): void {
    this.#executed.clear();
  }

  async #observe(target: TargetRef): Promise<ObservedTarget> {
    this.reads += 1;
    this.onCall('before', 'observe');
    const fake = this.target(target.arn);
    return {
      exists: Boolean(fake.stable),
      stable: fake.stable,
      candidate: fake.candidate,
      casToken: `${fake.token}`,
    };
  }

  async #write<T>(
    api: string,
    target: TargetRef,
    actor: string,
    detail: string,
    act: () => T,
  ): Promise<T> {
    this.onCall('before', api);
    const result = act();
    this.writes.push({ api, arn: target.arn, detail, actor });
    this.onCall('after', api);
    return result;
  }
}

function describe(to: {
  stable: Revision;
  candidate?: { revision: Revision; weight: number };
}): string {
  return to.candidate
    ? `${to.stable.id}+${to.candidate.revision.id}@${to.candidate.weight}`
    : to.stable.id;
}

function ownerOf(stack: FakeTarget['stack']) {
  if (!stack.exists) return 'none' as const;
  const isForeign = stack.holdsTarget === false || stack.taken;
  return isForeign ? 'stack' : 'careplane-stack';
}
