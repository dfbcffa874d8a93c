import { createHash, randomUUID } from 'node:crypto';
import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { ConflictError, InputError } from '@backstage/errors';
import type { RolloutRequest } from '@careplane/backstage-plugin-release-common';
import canonicalize from 'canonicalize';
import type { ReleaseComponent } from '../components';
import { EvidenceDraft, iso, RolloutRecord } from '../engine/model';
import { enter, placeOf, subjectOf } from '../engine/transition';
import type { Clock, Stores } from '../store';
import { holdsIdentifier } from '../store/safeFacts';
import type { Plan, Planner, Via } from './Planner';
import { ALL_AT_ONCE } from './strategies';
import { hashOfArtifact } from './Views';

export interface StartOptions {
  person: string;
  via: Via;
  credentials?: BackstageCredentials;
  /** The release set that it is opened for, which chose its id. */
  set?: RolloutRecord['set'] & { rolloutId: string };
}

/** What was waived, for the record. */
const waivedBy = (
  record: RolloutRecord,
  { waivers = [] }: Plan,
): EvidenceDraft[] =>
  waivers.map(({ by, gate, summary, reason }) => ({
    ...placeOf(record),
    kind: 'gate-waived',
    actor: by,
    facts: { ...subjectOf(record), gate, summary, reason },
  }));

/** A rollback that lost against the engine's own look is planned anew. */
const ATTEMPTS = 5;

/** Opens rollouts, for callers that were found to be allowed to. */
export class RolloutService {
  readonly #stores: Stores;
  readonly #clock: Clock;
  readonly #planner: Planner;
  readonly #wake: (record: RolloutRecord) => void;

  constructor(options: {
    stores: Stores;
    clock: Clock;
    planner: Planner;
    /** Told of each rollout that has something to do. */
    wake: (record: RolloutRecord) => void;
  }) {
    this.#stores = options.stores;
    this.#clock = options.clock;
    this.#planner = options.planner;
    this.#wake = options.wake;
  }

  /**
   * Starts a rollout, or gives the one that the same key started.
   *
   * @throws ConflictError where a gate is shut, the slot is taken, or the key
   *   was used for something else.
   */
  async start(
    component: ReleaseComponent,
    request: RolloutRequest,
    options: StartOptions,
  ): Promise<RolloutRecord> {
    if (request.reason) refuseIdentifiers(request.reason);
    for (const waiver of request.waivers ?? []) {
      refuseIdentifiers(waiver.reason);
    }
    const requestHash = hashOf(request);
    const repeated = await this.#repeated(
      options.person,
      request.idempotencyKey,
      requestHash,
    );
    if (repeated) return repeated;
    for (let attempt = 1; ; attempt++) {
      const plan = await this.#planner.plan(component, request, options);
      if (plan.blockers.length) {
        throw new ConflictError(plan.blockers.join(' '));
      }
      try {
        return await this.#carryOut(
          component,
          request,
          requestHash,
          plan,
          options,
        );
      } catch (error) {
        // The engine looks at what is active every few seconds, and writes.
        const again =
          request.kind === 'rollback' && error instanceof ConflictError;
        if (!again || attempt === ATTEMPTS) throw error;
      }
    }
  }

  /**
   * What the same request has started, or turned.
   *
   * @throws ConflictError where its key was used for another request.
   */
  async #repeated(
    person: string,
    idempotencyKey: string,
    requestHash: string,
  ): Promise<RolloutRecord | undefined> {
    const { rollouts, takeovers } = this.#stores;
    const started = await rollouts.findByKey(person, idempotencyKey);
    const turned = started
      ? undefined
      : await takeovers.findByKey(person, idempotencyKey);
    const found = started ?? turned;
    if (found && found.requestHash !== requestHash) {
      throw new ConflictError(
        'This idempotencyKey was used for another request.',
      );
    }
    return turned ? rollouts.get(turned.rolloutId) : started;
  }

  async #carryOut(
    component: ReleaseComponent,
    request: RolloutRequest,
    requestHash: string,
    plan: Plan,
    options: StartOptions,
  ): Promise<RolloutRecord> {
    const now = await this.#clock.now();
    if (request.kind === 'rollback' && plan.active) {
      const turned = await this.#takeOver(
        plan,
        plan.active,
        request,
        requestHash,
        options,
        now,
      );
      if (turned) return turned;
    }
    return this.#open(component, request, requestHash, plan, options, now);
  }

  async #open(
    component: ReleaseComponent,
    request: RolloutRequest,
    requestHash: string,
    plan: Plan,
    options: StartOptions,
    now: number,
  ): Promise<RolloutRecord> {
    const at = iso(now);
    const { release, returnTo, target } = plan;
    const confirm = options.via === 'program';
    const back = options.set ? 'QUEUED' : 'PREFLIGHT';
    const start = request.kind === 'promote' ? 'GATING' : back;
    const state = confirm ? 'AWAITING_APPROVAL' : start;
    // What an outside change left is newer than the last poll's facts.
    const seen =
      plan.active?.state === 'EXTERNAL_CHANGE'
        ? plan.active.external?.stable
        : undefined;
    const record: RolloutRecord = {
      id: options.set?.rolloutId ?? randomUUID(),
      entityRef: component.entityRef,
      component: component.name,
      stage: target.stage.name,
      targetArn: target.arn,
      stackName: target.stackName,
      alarmNames: target.alarms?.length ? target.alarms : undefined,
      kind: request.kind,
      state,
      version: 1,
      requestedBy: options.person,
      requestedAt: at,
      reason: request.reason,
      quarantine: request.quarantine,
      idempotencyKey: request.idempotencyKey,
      requestHash,
      awaitsConfirmation: confirm || undefined,
      from: seen ?? plan.from,
      to: release
        ? {
            releaseId: release.id,
            version: release.version,
            contentHash: hashOfArtifact(release),
          }
        : {
            releaseId: returnTo?.releaseId,
            version: returnTo?.version,
            revisionId: returnTo?.id,
            contentHash: returnTo?.contentHash ?? '',
          },
      release,
      publish: plan.publish,
      returnTo,
      // How ECS deployed before the rollback whose place it takes.
      deploymentConfiguration:
        request.kind === 'rollback'
          ? plan.active?.deploymentConfiguration
          : undefined,
      set: options.set && { id: options.set.id, order: options.set.order },
      deploymentGroup: target.deploymentGroup,
      sharesFunction: target.sharesFunction,
      strategy: request.kind === 'promote' ? plan.strategy : ALL_AT_ONCE,
      step: 0,
      approvalsNeeded: plan.approvalsNeeded,
      gates: plan.gates,
      waivers: plan.waivers,
      review: reviewOf(request, plan),
      stateSince: at,
      failures: 0,
      steps: [{ state, startedAt: at }],
      nextRunAt: at,
    };
    const evidence: EvidenceDraft[] = [
      {
        ...placeOf(record),
        kind: `${request.kind}-requested`,
        actor: options.person,
        facts: {
          ...subjectOf(record),
          strategy: record.strategy.type,
          reason: request.reason ?? null,
          via: options.via,
          gates: plan.gates.map(gate => `${gate.id}=${gate.state}`).join(','),
        },
      },
    ];
    evidence.push(...waivedBy(record, plan));
    const superseded =
      request.kind === 'rollback' && plan.active
        ? enter(
            plan.active,
            { state: 'ABANDONED', problem: 'A rollback took over.' },
            now,
          )
        : undefined;
    if (superseded) {
      evidence.unshift({
        ...placeOf(superseded),
        kind: 'rollout-abandoned',
        actor: options.person,
        facts: { ...subjectOf(superseded), state: 'ABANDONED' },
      });
    }
    const opened = await this.#stores
      .commit({ at, evidence, rollout: superseded, opens: record })
      .catch(async error => {
        // The same click twice at once: the second finds the first's rollout.
        const first = await this.#stores.rollouts.findByKey(
          options.person,
          request.idempotencyKey,
        );
        if (first?.requestHash === requestHash) return first;
        throw error;
      });
    this.#wake(opened ?? record);
    return opened ?? record;
  }

  /**
   * A rollback never queues: it turns the active rollout, or, from
   * ROLLBACK_FAILED and EXTERNAL_CHANGE, a new one takes over its slot.
   */
  async #takeOver(
    plan: Plan,
    active: RolloutRecord,
    request: RolloutRequest,
    requestHash: string,
    options: StartOptions,
    now: number,
  ): Promise<RolloutRecord | undefined> {
    const ends = ['ROLLBACK_FAILED', 'EXTERNAL_CHANGE'];
    if (ends.includes(active.state) || active.awaitsConfirmation) {
      return undefined;
    }
    const rollingBack = ['ROLLING_BACK', 'VERIFYING_ROLLBACK'];
    const same = active.returnTo?.id === plan.returnTo?.id;
    const already =
      active.kind === 'rollback' || rollingBack.includes(active.state);
    const takesOver = {
      rolloutId: active.id,
      requestedBy: options.person,
      idempotencyKey: request.idempotencyKey,
      requestHash,
    };
    if (already && same) {
      await this.#stores.commit({ at: iso(now), takesOver, evidence: [] });
      return active;
    }
    const asked = plan.gates.map(({ id }) => id);
    const patch: Partial<RolloutRecord> = {
      state: 'ROLLING_BACK',
      returnTo: plan.returnTo,
      snapshot: active.snapshot ?? { stable: active.from },
      sentBackBy: options.person,
      quarantine: request.quarantine ?? active.quarantine,
      reason: request.reason ?? active.reason,
      gates: [
        ...active.gates.filter(({ id }) => !asked.includes(id)),
        ...plan.gates,
      ],
      waivers: plan.waivers
        ? [...(active.waivers ?? []), ...plan.waivers]
        : active.waivers,
      review: reviewOf(request, plan) ?? active.review,
      wish: undefined,
      pause: undefined,
      returning: undefined,
      problem: undefined,
    };
    const next = enter(active, patch, now, 'A person rolled back');
    next.nextRunAt = iso(now);
    const turned = await this.#stores.commit({
      at: iso(now),
      rollout: next,
      takesOver,
      evidence: [
        {
          ...placeOf(next),
          kind: 'rollback-requested',
          actor: options.person,
          facts: {
            ...subjectOf(next),
            toRevision: plan.returnTo?.id ?? null,
            reason: request.reason ?? null,
            via: options.via,
          },
        },
        ...waivedBy(next, plan),
      ],
    });
    if (turned) this.#wake(turned);
    return turned;
  }
}

/** Whoever goes back over a change of the database leaves it to be looked at. */
function reviewOf(
  { kind }: RolloutRequest,
  { waivers }: Plan,
): RolloutRecord['review'] {
  const waiver = waivers?.find(one => one.gate === 'database');
  if (kind !== 'rollback' || !waiver) return undefined;
  const { gate, reason, by, at: since } = waiver;
  return { gate, reason, by, since };
}

/** @throws InputError for text that looks like a patient's identifier. */
export function refuseIdentifiers(text: string): void {
  if (holdsIdentifier(text)) {
    throw new InputError(
      'The text looks as if it holds a patient identifier. Records are kept for years: describe the cause without it.',
    );
  }
}

function hashOf(request: RolloutRequest): string {
  const { idempotencyKey, ...asked } = request;
  const text = canonicalize(JSON.parse(JSON.stringify(asked))) ?? '';
  return createHash('sha256').update(text).digest('hex');
}
