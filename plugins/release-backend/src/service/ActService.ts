import { ConflictError, InputError } from '@backstage/errors';
import type { ActRequest } from '@careplane/backstage-plugin-release-common';
import { iso, RolloutRecord } from '../engine/model';
import { enter, isOver, placeOf, subjectOf } from '../engine/transition';
import type { Change, Clock, Stores } from '../store';
import { whyNot } from './actsOf';
import { refuseIdentifiers } from './RolloutService';

/** How often an act is tried while the engine commits steps of its own. */
const ATTEMPTS = 5;

/** Carries out what people decide about a rollout. */
export class ActService {
  readonly #stores: Stores;
  readonly #clock: Clock;
  readonly #wake: (record: RolloutRecord) => void;

  constructor(options: {
    stores: Stores;
    clock: Clock;
    wake: (record: RolloutRecord) => void;
  }) {
    this.#stores = options.stores;
    this.#clock = options.clock;
    this.#wake = options.wake;
  }

  /** @throws ConflictError where the rollout is not in a state for it. */
  async act(
    record: RolloutRecord,
    request: ActRequest,
    person: string,
  ): Promise<RolloutRecord> {
    for (let attempt = 1; ; attempt++) {
      const { rollouts } = this.#stores;
      const now = attempt === 1 ? record : await rollouts.get(record.id);
      try {
        return await this.#once(now, request, person);
      } catch (error) {
        // The engine looked at it meanwhile, and it is where the person saw it.
        const next = await rollouts.get(record.id);
        const same = next.state === record.state && next.step === record.step;
        if (next.version === now.version || !same || attempt === ATTEMPTS) {
          throw error;
        }
      }
    }
  }

  async #once(
    record: RolloutRecord,
    request: ActRequest,
    person: string,
  ): Promise<RolloutRecord> {
    if (request.comment) refuseIdentifiers(request.comment);
    const before = await this.#approvedBefore(record.id, request, person);
    if (before) return before;
    const intents = await this.#stores.intents.of(record.id);
    const reason = whyNot(record, request.act, person, intents);
    if (reason) throw new ConflictError(reason);
    const now = await this.#clock.now();
    const change = this.#change(record, request, person, now);
    const rollout = change.rollout ?? record;
    rollout.nextRunAt = isOver(rollout) ? undefined : iso(now);
    const commit = this.#stores.commit({
      ...change,
      rollout,
      evidence: [
        {
          ...placeOf(record),
          kind: `act-${request.act}`,
          actor: person,
          facts: {
            ...subjectOf(record),
            act: request.act,
            state: rollout.state,
            reason: request.comment ?? null,
            planHash: request.planHash ?? null,
          },
        },
      ],
    });
    const committed = await commit.catch(async error => {
      // The same click twice at once: the second finds the first's approval.
      const first = await this.#approvedBefore(record.id, request, person);
      if (first) return first;
      throw error;
    });
    this.#wake(committed ?? rollout);
    return committed ?? rollout;
  }

  /** The rollout, where the person has approved this very plan already. */
  async #approvedBefore(
    id: string,
    { act, planHash }: ActRequest,
    person: string,
  ): Promise<RolloutRecord | undefined> {
    if (act !== 'approve' || !planHash) return undefined;
    const approved = (await this.#stores.approvals.of(id)).some(
      one =>
        one.person === person &&
        one.planHash === planHash &&
        one.decision === 'approved',
    );
    return approved ? this.#stores.rollouts.get(id) : undefined;
  }

  #change(
    record: RolloutRecord,
    request: ActRequest,
    person: string,
    now: number,
  ): Omit<Change, 'evidence'> {
    const at = iso(now);
    const to = (patch: Partial<RolloutRecord>, detail?: string) => ({
      at,
      rollout: enter(record, { ...patch, problem: undefined }, now, detail),
    });
    switch (request.act) {
      case 'approve':
      case 'decline': {
        if (request.act === 'approve' && !request.planHash) {
          throw new InputError('Approving needs the planHash that was read.');
        }
        if (request.act === 'approve' && request.planHash !== record.planHash) {
          throw new ConflictError(
            'The plan has changed since it was read. Read it again.',
          );
        }
        return {
          at,
          rollout: { ...record },
          approval: {
            rolloutId: record.id,
            person,
            planHash: record.planHash ?? '',
            decision: request.act === 'approve' ? 'approved' : 'declined',
            comment: request.comment,
          },
        };
      }
      case 'confirm':
        return to({
          state: record.kind === 'promote' ? 'GATING' : 'PREFLIGHT',
          awaitsConfirmation: undefined,
        });
      case 'advance':
      case 'complete':
        if (!request.comment?.trim()) {
          throw new InputError(
            'Going on before the figures decide needs a reason; it is recorded.',
          );
        }
        return {
          at,
          rollout: {
            ...record,
            wish: {
              act: request.act,
              by: person,
              reason: request.comment.trim(),
            },
          },
        };
      case 'continue':
        if (!request.hookId) {
          throw new InputError('Continuing needs the hookId that was read.');
        }
        if (request.hookId !== record.pause?.hookId) {
          throw new ConflictError(
            'The deployment no longer waits at the pause that was read. Read it again.',
          );
        }
        return {
          at,
          rollout: {
            ...record,
            problem: undefined,
            wish: {
              act: 'continue',
              by: person,
              reason: request.comment?.trim(),
              hookId: request.hookId,
            },
          },
        };
      case 'review': {
        if (!request.comment?.trim()) {
          throw new InputError('A review needs a sentence; it is recorded.');
        }
        const done = { by: person, at, comment: request.comment.trim() };
        const review = record.review && { ...record.review, done };
        return { at, rollout: { ...record, review } };
      }
      case 'send-back':
        return to(
          {
            state: 'ROLLING_BACK',
            sentBackBy: person,
            wish: undefined,
            pause: undefined,
            returning: undefined,
            reason: request.comment ?? record.reason,
          },
          'A person sent it back',
        );
      case 'cancel':
        return to({ state: 'CANCELLED' });
      case 'retry':
        return record.state === 'ROLLBACK_FAILED'
          ? to({ state: 'ROLLING_BACK', failures: 0, returning: undefined })
          : {
              at,
              rollout: {
                ...record,
                stuck: undefined,
                problem: undefined,
                failures: 0,
              },
            };
      case 'adopt': {
        const stable = record.external?.stable;
        return {
          ...to({ state: 'ABANDONED', followUp: 'settle' }, 'Adopted as it is'),
          move: stable && {
            targetArn: record.targetArn,
            entry: {
              revision: stable,
              from: at,
              actor: person,
              source: 'observed',
              rolloutId: record.id,
            },
          },
        };
      }
      default:
        // What a rollback took away of how ECS deploys still comes back.
        return to({
          state: 'ABANDONED',
          followUp: record.deploymentConfiguration && 'restore',
        });
    }
  }
}
