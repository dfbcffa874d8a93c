import { randomUUID } from 'node:crypto';
import { ConflictError, NotFoundError } from '@backstage/errors';
import type {
  PipelinePort,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';
import type { ReleaseComponent } from '../components';
import { iso, RolloutRecord } from '../engine/model';
import type { Carriers } from '../engine/Observer';
import { sameTraffic, trafficOf } from '../engine/traffic';
import type { Clock, Stores } from '../store';
import { inWords } from './adoption';
import { refuseIdentifiers } from './RolloutService';
import { ALL_AT_ONCE } from './strategies';

/** What people do to targets and releases outside a rollout. */
export class TargetActs {
  readonly #stores: Stores;
  readonly #clock: Clock;
  readonly #firstStage?: string;
  readonly #carriers: Carriers;
  readonly #pipelines: () => PipelinePort;
  readonly #wake: (record: RolloutRecord) => void;

  constructor(options: {
    stores: Stores;
    clock: Clock;
    firstStage?: string;
    carriers: Carriers;
    pipelines: () => PipelinePort;
    wake: (record: RolloutRecord) => void;
  }) {
    this.#stores = options.stores;
    this.#clock = options.clock;
    this.#firstStage = options.firstStage;
    this.#carriers = options.carriers;
    this.#pipelines = options.pipelines;
    this.#wake = options.wake;
  }

  /**
   * Lifts a hold. On the first stage the stack lets the pipeline move the
   * target again, which it does with its next deployment and not before.
   */
  async liftHold(
    component: ReleaseComponent,
    target: TargetRef,
    reason: string,
    person: string,
  ): Promise<void> {
    refuseIdentifiers(reason);
    const hold = (await this.#stores.targets.holds([target.arn])).get(
      target.arn,
    );
    if (!hold) throw new NotFoundError('This target is not held.');
    const at = iso(await this.#clock.now());
    const unpins = this.#firstStage === target.stage.name;
    const rollout = unpins
      ? await this.#stores.rollouts.get(hold.rolloutId)
      : undefined;
    const next = rollout && {
      ...rollout,
      followUp: 'unpin' as const,
      nextRunAt: at,
    };
    await this.#stores.commit({
      at,
      liftsHold: { targetArn: target.arn, rolloutId: hold.rolloutId },
      rollout: next,
      evidence: [
        {
          kind: 'hold-lifted',
          actor: person,
          stage: target.stage.name,
          entityRef: component.entityRef,
          targetArn: target.arn,
          rolloutId: hold.rolloutId,
          facts: { component: component.name, reason },
        },
      ],
    });
    if (next) this.#wake(next);
  }

  /**
   * Accepts what somebody else made run, and has the stack settled to it. The
   * target is read first: what nobody looked at is adopted by nobody.
   *
   * @throws ConflictError where it runs something else now, or nothing is open.
   */
  async adopt(
    component: ReleaseComponent,
    target: TargetRef,
    request: { reason: string; revisionId?: string },
    person: string,
  ): Promise<void> {
    const { reason } = request;
    refuseIdentifiers(reason);
    const { targets, rollouts } = this.#stores;
    const place = {
      arn: target.arn,
      entityRef: component.entityRef,
      stage: target.stage.name,
    };
    const { facts, version } = await targets.beginReading(place);
    const change = facts.outsideChange;
    if (!change) {
      throw new ConflictError(
        facts.adopted
          ? `No outside change is open here: ${facts.adopted} was adopted already.`
          : 'No outside change is open here, so there is nothing to adopt.',
      );
    }
    if (await rollouts.activeOn(target.arn)) {
      throw new ConflictError(
        'A rollout is active on this target; decide there.',
      );
    }
    const observed = await this.#carriers.driver(target.kind).observe(target);
    const seen = trafficOf(facts.observed ?? {});
    const now = trafficOf(observed);
    const asked = request.revisionId ?? change.to.id;
    if (asked !== change.to.id || !sameTraffic(seen, now)) {
      throw new ConflictError(
        `${
          target.stage.title
        } has changed since you looked: you saw ${asked}, and ${inWords(
          now,
        )} runs now. Nothing was adopted. Refresh, and decide again.`,
      );
    }
    const at = iso(await this.#clock.now());
    const key = `adopt-${randomUUID()}`;
    const record: RolloutRecord = {
      id: randomUUID(),
      entityRef: component.entityRef,
      component: component.name,
      stage: target.stage.name,
      targetArn: target.arn,
      stackName: target.stackName,
      kind: 'rollback',
      state: 'ABANDONED',
      version: 1,
      requestedBy: person,
      requestedAt: at,
      endedAt: at,
      reason,
      idempotencyKey: key,
      requestHash: key,
      from: change.from,
      to: { revisionId: change.to.id, contentHash: change.to.contentHash },
      strategy: ALL_AT_ONCE,
      step: 0,
      approvalsNeeded: 0,
      gates: [],
      stateSince: at,
      failures: 0,
      steps: [
        {
          state: 'ABANDONED',
          startedAt: at,
          endedAt: at,
          detail: 'An outside change was adopted',
        },
      ],
      followUp: 'settle',
      nextRunAt: at,
    };
    await this.#stores.commit({
      at,
      opens: record,
      facts: {
        ...place,
        version,
        facts: { ...facts, outsideChange: undefined, adopted: change.to.id },
      },
      evidence: [
        {
          kind: 'outside-change-adopted',
          actor: person,
          stage: target.stage.name,
          entityRef: component.entityRef,
          targetArn: target.arn,
          rolloutId: record.id,
          facts: {
            component: component.name,
            fromRevision: change.from?.id ?? null,
            toRevision: change.to.id,
            reason,
          },
        },
      ],
    });
    this.#wake(record);
  }

  async setQuarantine(
    component: ReleaseComponent,
    releaseId: string,
    request: { reason: string; on: boolean },
    person: string,
  ): Promise<void> {
    refuseIdentifiers(request.reason);
    const list = await this.#stores.releases.list(component.name);
    if (!list?.releases.some(release => release.id === releaseId)) {
      throw new NotFoundError(`${component.name} has no such release.`);
    }
    const at = iso(await this.#clock.now());
    await this.#stores.commit({
      at,
      quarantine: {
        component: component.name,
        releaseId,
        quarantine: request.on
          ? { by: person, at, reason: request.reason }
          : undefined,
      },
      evidence: [
        {
          kind: request.on ? 'release-quarantined' : 'quarantine-lifted',
          actor: person,
          entityRef: component.entityRef,
          facts: {
            component: component.name,
            releaseId,
            reason: request.reason,
            quarantine: request.on,
          },
        },
      ],
    });
  }

  /** Evidence before and after: the pipeline has no intent of ours. */
  async retryPipeline(
    component: ReleaseComponent,
    request: { pipelineArn: string; stage: string; executionId: string },
    person: string,
  ): Promise<{ executionId: string }> {
    const record = async (kind: string, requestId?: string, error?: string) =>
      this.#stores.commit({
        at: iso(await this.#clock.now()),
        evidence: [
          {
            kind,
            actor: person,
            stage: this.#firstStage,
            entityRef: component.entityRef,
            facts: {
              component: component.name,
              pipeline: request.pipelineArn,
              executionId: request.executionId,
              requestId: requestId ?? null,
              error: error ?? null,
            },
          },
        ],
      });
    await record('pipeline-retry-requested');
    try {
      const { executionId, requestId } = await this.#pipelines().retry(
        request.pipelineArn,
        request.stage,
        request.executionId,
        { actor: person, startedBy: person, rolloutId: randomUUID() },
      );
      await record('pipeline-retried', requestId);
      return { executionId };
    } catch (error) {
      const name = error instanceof Error ? error.name : 'Error';
      await record('pipeline-retry-failed', undefined, name);
      throw error;
    }
  }
}
