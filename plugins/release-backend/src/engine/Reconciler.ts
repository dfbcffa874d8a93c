import type { LoggerService } from '@backstage/backend-plugin-api';
import { isTerminal } from '@careplane/backstage-plugin-release-common';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import type { Clock, Stores } from '../store';
import type { Lease } from '../store/LeaseStore';
import { decide } from './decide';
import { backoffMs, Decision, EffectPlan, Observation } from './decision';
import type { Answer, Executor } from './Executor';
import { EvidenceDraft, IntentRecord, iso, RolloutRecord } from './model';
import type { Observer } from './Observer';
import { LastSeen, unlessAborted } from './reading';
import { refusalOf } from './refusal';
import { withSight } from './sight';
import { changeOf, placeOf, subjectOf } from './transition';

/** Short, so that another replica soon takes over from a dead one. */
const LEASE_MS = 15_000;
const RENEW_MS = 5_000;
/** Steps in one go, so that one rollout does not starve the others. */
const STEPS_PER_TICK = 25;
/**
 * Carries rollouts one step at a time: claim, read, decide, write the intent,
 * at most one AWS write, read back, commit with evidence. Level-triggered: a
 * crash at any point resumes from what is stored and what AWS says.
 */
export class Reconciler {
  readonly #stores: Stores;
  readonly #clock: Clock;
  readonly #observer: Observer;
  readonly #executor: Executor;
  readonly #targetOf: (record: RolloutRecord) => TargetRef;
  readonly #logger: LoggerService;
  readonly #owner: string;
  readonly #onChange: (record: RolloutRecord) => void;
  readonly #ticks = new Map<string, AbortController>();

  constructor(options: {
    stores: Stores;
    clock: Clock;
    observer: Observer;
    executor: Executor;
    targetOf: (record: RolloutRecord) => TargetRef;
    logger: LoggerService;
    /** Name of this process among replicas. */
    owner: string;
    /** Told after each commit that changed a rollout. */
    onChange?: (record: RolloutRecord) => void;
  }) {
    this.#stores = options.stores;
    this.#clock = options.clock;
    this.#observer = options.observer;
    this.#executor = options.executor;
    this.#targetOf = options.targetOf;
    this.#logger = options.logger;
    this.#owner = options.owner;
    this.#onChange = options.onChange ?? (() => {});
  }

  /**
   * Ends the tick of a rollout before its next write, however long AWS lets
   * its readings wait. A write under way is waited for.
   */
  interrupt(id: string): void {
    this.#ticks.get(id)?.abort();
  }

  /**
   * Works on one rollout until it has to wait. Never throws.
   *
   * @returns false where another worker has it.
   */
  async tick(id: string): Promise<boolean> {
    const lease = await this.#stores.leases.take(
      `rollout:${id}`,
      this.#owner,
      await this.#clock.now(),
      LEASE_MS,
    );
    if (!lease) return false;
    const renewal = setInterval(() => this.#renew(lease), RENEW_MS);
    const tick = new AbortController();
    this.#ticks.set(id, tick);
    try {
      const seen = new LastSeen();
      for (let step = 0; step < STEPS_PER_TICK; step++) {
        if (!(await this.#step(id, lease, seen, tick.signal))) break;
      }
    } catch (error) {
      if (tick.signal.aborted) return true;
      const name = error instanceof Error ? error.name : 'Error';
      // Somebody else changed it: the next look reads what is true now.
      const delay = name === 'ConflictError' ? 0 : 5_000;
      if (delay) this.#logger.warn(`Rollout ${id}: ${name}; trying again.`);
      await this.#stores.rollouts.postpone(
        id,
        iso((await this.#clock.now()) + delay),
      );
    } finally {
      clearInterval(renewal);
      this.#ticks.delete(id);
      await this.#stores.leases.release(lease);
    }
    return true;
  }

  /** A lost lease is found by the next commit, which its token refuses. */
  async #renew(lease: Lease): Promise<void> {
    try {
      await this.#stores.leases.renew(lease, await this.#clock.now(), LEASE_MS);
    } catch (error) {
      const name = error instanceof Error ? error.name : 'Error';
      this.#logger.warn(
        `${lease.resource}: its lease was not renewed: ${name}`,
      );
    }
  }

  /** One decision. @returns whether to go on at once. */
  async #step(
    id: string,
    lease: Lease,
    seen: LastSeen,
    signal: AbortSignal,
  ): Promise<boolean> {
    const record = await this.#stores.rollouts.get(id);
    const now = await this.#clock.now();
    if (!record.nextRunAt || Date.parse(record.nextRunAt) > now) return false;
    if (!(await this.#stores.leases.renew(lease, now, LEASE_MS))) return false;

    const target = this.#targetOf(record);
    const observation = await unlessAborted(
      signal,
      this.#observer.observe(record, target, now, seen.target),
    );
    seen.keep(observation.target);
    const decidedAt = await this.#clock.now();
    const decision = withSight(
      record,
      observation,
      decide(record, observation, decidedAt),
      decidedAt,
    );
    if (decision.effect) {
      seen.forget();
      return this.#carryOut(
        record,
        target,
        observation,
        decision,
        decision.effect,
        lease,
      );
    }
    const change = changeOf(record, decision, decidedAt);
    await this.#commit({ ...change, lease });
    return decision.waitMs === undefined;
  }

  async #carryOut(
    record: RolloutRecord,
    target: TargetRef,
    observation: Observation,
    decision: Decision,
    plan: EffectPlan,
    lease: Lease,
  ): Promise<boolean> {
    const now = await this.#clock.now();
    const intent: IntentRecord = plan.again
      ? { ...plan.again, sends: plan.again.sends + 1, error: undefined }
      : {
          seq: observation.intents.length + 1,
          step: plan.step,
          api: plan.api,
          before: plan.before,
          after: plan.after,
          writtenAt: iso(now),
          sends: 1,
        };
    const written = await this.#commit({
      ...changeOf(record, { patch: decision.patch }, now),
      lease,
      evidence: [this.#evidence(record, plan, intent)],
      ...(plan.again
        ? { intents: [{ rolloutId: record.id, intent }] }
        : { newIntent: { rolloutId: record.id, intent } }),
    });
    const answer = await this.#executor.carryOut(
      written,
      target,
      observation,
      plan,
    );
    const answeredAt = await this.#clock.now();
    const answered: IntentRecord =
      answer.kind === 'accepted'
        ? {
            ...intent,
            acceptedAt: iso(answeredAt),
            requestId: answer.requestId,
          }
        : { ...intent, error: answer.error };
    // Kept even where the rollout was changed by a person meanwhile.
    await this.#stores.intents.answered(record.id, intent.seq, answered);
    return this.#afterAnswer(written, answered, answer, answeredAt, lease);
  }

  async #afterAnswer(
    record: RolloutRecord,
    intent: IntentRecord,
    answer: Answer,
    now: number,
    lease: Lease,
  ): Promise<boolean> {
    if (answer.kind === 'accepted') {
      const decision: Decision = {
        patch: {
          ...answer.patch,
          failures: 0,
          // Why a rollout ended is still to be read after its last call.
          problem:
            intent.step === 'disarm' || isTerminal(record.state)
              ? record.problem
              : undefined,
        },
        completes: answer.complete
          ? {
              ...intent,
              // What is there already may be what an unanswered send brought.
              outcome:
                answer.sent === false && intent.sends <= 1
                  ? 'not-executed'
                  : 'done',
              observed: { ...answer.patch },
              observedAt: iso(now),
            }
          : undefined,
      };
      await this.#commit({ ...changeOf(record, decision, now), lease });
      return true;
    }
    const failures = record.failures + 1;
    if (answer.kind !== 'refused') {
      const problem =
        answer.kind === 'lost-race'
          ? 'AWS refused the write because something else had changed; looking again.'
          : 'AWS did not answer clearly; looking at what is there before anything is sent again.';
      // An alias is looked at again at once; a stack that is busy stays so a while.
      const again = answer.kind === 'lost-race' && 'traffic' in intent.after;
      const waitMs = again ? 0 : backoffMs(failures);
      const change = changeOf(
        record,
        { patch: { failures, problem }, waitMs },
        now,
      );
      await this.#commit({ ...change, lease });
      return waitMs === 0;
    }
    const refused = refusalOf(record, intent, failures, answer.error);
    const change = changeOf(record, refused, now);
    await this.#commit({ ...change, lease });
    return refused.waitMs === undefined;
  }

  #evidence(
    record: RolloutRecord,
    { by }: EffectPlan,
    intent: IntentRecord,
  ): EvidenceDraft {
    const traffic = intent.after.traffic as
      | { stable?: string; candidate?: { id: string; weight: number } }
      | undefined;
    return {
      ...placeOf(record),
      kind: 'aws-write-intended',
      actor: by ?? record.sentBackBy ?? record.requestedBy,
      facts: {
        ...subjectOf(record),
        seq: intent.seq,
        api: intent.api,
        ...(traffic && {
          toRevision: traffic.candidate?.id ?? traffic.stable ?? null,
        }),
        requestedWeight: traffic ? traffic.candidate?.weight ?? 1 : null,
        liveValue:
          typeof intent.after.liveValue === 'string'
            ? intent.after.liveValue
            : null,
      },
    };
  }

  async #commit(
    change: Parameters<Stores['commit']>[0],
  ): Promise<RolloutRecord> {
    const committed = await this.#stores.commit(change);
    if (!committed) throw new Error('A commit of the engine has no rollout.');
    this.#onChange(committed);
    return committed;
  }
}
