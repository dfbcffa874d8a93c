import { randomUUID } from 'node:crypto';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { ConflictError, InputError } from '@backstage/errors';
import type { Release } from '@careplane/backstage-plugin-release-common';
import type {
  StageTestPort,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';
import type { ReleaseComponent } from '../components';
import { EvidenceDraft, iso } from '../engine/model';
import type { Clock, Stores } from '../store';
import { withoutIdentifiers } from '../store/safeFacts';
import type { StageTestRecord } from '../store/StageTestStore';
import { decideTests } from './decideTests';

/** A promote that ended longer ago is not tested by itself any more. */
const AFTER_MS = 24 * 3_600_000;
/** Nor one that was asked for longer ago: approvals may take their time. */
const ASKED_MS = 30 * 24 * 3_600_000;
/** Errors that another try does not mend. */
const FINAL = /^(NotFoundError|NotAllowedError|ForwardedError|InputError)$/;

const AUTO = 'careplane-auto';

/**
 * Runs the tests of stages against what was promoted there, and keeps what
 * came out. One process at a time sweeps; every step is a commit of its own, so
 * that the next one goes on where it ended.
 */
export class StageTests {
  readonly #stores: Stores;
  readonly #clock: Clock;
  readonly #logger: LoggerService;
  readonly #port: () => StageTestPort;
  readonly #targets: (entityRef: string) => Promise<TargetRef[]>;
  readonly #changed: (targetArn: string) => void;
  /** Rollouts that nothing tests, so that they are not asked about again. */
  readonly #untested = new Set<string>();

  constructor(options: {
    stores: Stores;
    clock: Clock;
    logger: LoggerService;
    port: () => StageTestPort;
    /** Targets of an entity as the catalog has them now. */
    targets: (entityRef: string) => Promise<TargetRef[]>;
    /** Told when what pages show of a target changed. */
    changed: (targetArn: string) => void;
  }) {
    this.#stores = options.stores;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#port = options.port;
    this.#targets = options.targets;
    this.#changed = options.changed;
  }

  /** Begins what is wanted and follows what runs. */
  async sweep(): Promise<void> {
    const now = await this.#clock.now();
    for (const rollout of await this.#stores.stageTests.untested(
      iso(now - AFTER_MS),
      iso(now - ASKED_MS),
    )) {
      if (this.#untested.has(rollout.id)) continue;
      await this.#guarded(rollout.id, () => this.#beginAfter(rollout, now));
    }
    for (const run of await this.#stores.stageTests.open()) {
      await this.#guarded(run.id, () => this.#advance(run, now));
    }
  }

  /**
   * Tests once more what runs on a target, because somebody asks.
   *
   * @throws InputError where nothing tests it, or no known release runs there;
   *   ConflictError where a rollout is under way or the tests run already.
   */
  async ask(
    component: ReleaseComponent,
    target: TargetRef,
    release: Pick<Release, 'id' | 'version' | 'commit'> | undefined,
    person: string,
  ): Promise<void> {
    const { title } = target.stage;
    if (!target.tests) {
      throw new InputError(`No tests are set up for ${title}.`);
    }
    const live = await this.#liveEntry(target.arn);
    if (!release || !live) {
      throw new InputError(
        `What runs on ${title} is not a known release: there is nothing to test.`,
      );
    }
    if (await this.#stores.rollouts.activeOn(target.arn)) {
      throw new ConflictError(
        `A rollout is under way on ${title}. Its tests run when it has ended.`,
      );
    }
    await this.#open(
      {
        entityRef: component.entityRef,
        component: component.name,
        target,
        release,
        liveSince: live.from,
        requestedBy: person,
      },
      await this.#clock.now(),
    );
  }

  async #guarded(id: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const name = error instanceof Error ? error.name : 'Error';
      this.#logger.warn(`Tests of a stage (${id}): ${name}; tried again soon`);
    }
  }

  async #beginAfter(
    rollout: Awaited<ReturnType<Stores['stageTests']['untested']>>[number],
    now: number,
  ): Promise<void> {
    const { entityRef, component, release, targetArn } = rollout;
    const target = (await this.#targets(entityRef)).find(
      one => one.arn === targetArn,
    );
    const live = await this.#liveEntry(targetArn);
    const wanted = target?.tests && release && live?.rolloutId === rollout.id;
    if (!wanted) {
      this.#untested.add(rollout.id);
      return;
    }
    await this.#open(
      {
        entityRef,
        component,
        target,
        release,
        liveSince: live.from,
        requestedBy: AUTO,
        rolloutId: rollout.id,
      },
      now,
    );
  }

  async #open(
    of: {
      entityRef: string;
      component: string;
      target: TargetRef;
      release: Pick<Release, 'id' | 'version' | 'commit'>;
      liveSince: string;
      requestedBy: string;
      rolloutId?: string;
    },
    now: number,
  ): Promise<void> {
    const { target, release, ...rest } = of;
    const run: StageTestRecord = {
      ...rest,
      id: randomUUID(),
      rowVersion: 1,
      stage: target.stage.name,
      targetArn: target.arn,
      where: target.tests!,
      releaseId: release.id,
      version: release.version,
      commit: release.commit.id,
      state: 'waiting',
      requestedAt: iso(now),
    };
    await this.#stores.commit({
      at: run.requestedAt,
      opensTest: run,
      evidence: [evidenceOf('stage-tests-requested', run, run.requestedBy)],
    });
    this.#changed(run.targetArn);
  }

  async #advance(run: StageTestRecord, now: number): Promise<void> {
    const live = await this.#liveEntry(run.targetArn);
    const moving = await this.#stores.rollouts.activeOn(run.targetArn);
    const decision = decideTests(
      run,
      {
        stillLive: live?.from === run.liveSince,
        moving: Boolean(moving),
        build: run.buildId
          ? await this.#port().read(run.where, run.buildId)
          : undefined,
      },
      now,
    );
    if (decision.next === 'start') await this.#start(run, now);
    if (decision.next === 'end') {
      const { state, message } = decision;
      await this.#save(
        { ...run, state, message, endedAt: iso(now) },
        `stage-tests-${state}`,
        now,
      );
    }
  }

  async #start(run: StageTestRecord, now: number): Promise<void> {
    try {
      const { build, requestId } = await this.#port().start(
        {
          where: run.where,
          token: run.id,
          sourceVersion: run.commit,
          environment: {
            CAREPLANE_COMPONENT: run.component,
            CAREPLANE_RELEASE: run.releaseId,
            CAREPLANE_STAGE: run.stage,
            CAREPLANE_TARGET: run.targetArn,
            CAREPLANE_VERSION: run.version ?? '',
          },
        },
        {
          actor: run.requestedBy,
          startedBy: run.requestedBy,
          rolloutId: run.rolloutId ?? run.id,
        },
      );
      await this.#save(
        {
          ...run,
          state: 'running',
          message: undefined,
          buildId: build.id,
          url: build.url,
          startedAt: build.startedAt ?? iso(now),
        },
        'stage-tests-started',
        now,
        requestId,
      );
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const message = withoutIdentifiers(error.message.slice(0, 300));
      if (FINAL.test(error.name)) {
        await this.#save(
          { ...run, state: 'not-run', message, endedAt: iso(now) },
          'stage-tests-not-run',
          now,
        );
      } else if (run.message !== message) {
        await this.#stores.commit({
          at: iso(now),
          test: { ...run, message },
          evidence: [],
        });
      }
    }
  }

  async #save(
    run: StageTestRecord,
    kind: string,
    now: number,
    requestId?: string,
  ): Promise<void> {
    await this.#stores.commit({
      at: iso(now),
      test: run,
      evidence: [evidenceOf(kind, run, AUTO, requestId)],
    });
    this.#changed(run.targetArn);
  }

  /** What receives all traffic of a target by its records. */
  async #liveEntry(arn: string) {
    const [last] =
      (await this.#stores.targets.histories([arn], 1)).get(arn) ?? [];
    return last?.to ? undefined : last;
  }
}

function evidenceOf(
  kind: string,
  run: StageTestRecord,
  actor: string,
  requestId?: string,
): EvidenceDraft {
  return {
    kind,
    actor,
    stage: run.stage,
    entityRef: run.entityRef,
    targetArn: run.targetArn,
    rolloutId: run.rolloutId,
    facts: {
      component: run.component,
      releaseId: run.releaseId,
      toVersion: run.version ?? null,
      requestedBy: run.requestedBy,
      outcome: run.state,
      api: kind === 'stage-tests-started' ? 'codebuild:StartBuild' : null,
      requestId: requestId ?? null,
      summary: run.message ?? null,
    },
  };
}
