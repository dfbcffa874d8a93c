import { randomUUID } from 'node:crypto';
import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { parseEntityRef } from '@backstage/catalog-model';
import {
  ConflictError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import {
  personName,
  type ReleaseSet,
  type ReleaseSetPreview,
  type ReleaseSetRequest,
} from '@careplane/backstage-plugin-release-common';
import { iso } from '../engine/model';
import type { AuthorizedRollouts } from '../service/AuthorizedRollouts';
import type { Door } from '../service/Door';
import { summaryOf } from '../service/dto';
import type { Via } from '../service/Planner';
import { refuseIdentifiers } from '../service/RolloutService';
import type { Clock, Stores } from '../store';
import type { ReleaseSetRecord } from '../store/SetStore';
import { factsOf, hashOf, membersOf, planOf } from './request';
import { stateOf } from './stateOf';

type Caller = { credentials: BackstageCredentials };
type Member = ReleaseSetRecord['members'][number];

/**
 * Release sets, for HTTP and actions. Each member goes through the one door of
 * releases, with the caller's rights on it; the set adds their order.
 */
export class AuthorizedReleaseSets {
  readonly #o: {
    door: Door;
    clock: Clock;
    releases: AuthorizedRollouts;
    stores: Stores;
  };

  constructor(options: {
    door: Door;
    clock: Clock;
    releases: AuthorizedRollouts;
    stores: Stores;
  }) {
    this.#o = options;
  }

  async preview(
    request: Omit<ReleaseSetRequest, 'idempotencyKey' | 'reason'>,
    caller: Caller,
  ): Promise<ReleaseSetPreview> {
    const members = membersOf(request);
    return {
      members: await Promise.all(
        members.map(async ({ request: asked, order, entityRef }) => {
          const { blockers, warnings, approvalsNeeded } =
            await this.#o.releases.preview(
              { ...planOf(request, asked), entityRef },
              // Members are opened once a person has said yes.
              { ...caller, via: 'browser' },
            );
          return { entityRef, order, blockers, warnings, approvalsNeeded };
        }),
      ),
    };
  }

  /**
   * Starts a set, or gives the one that the same key started.
   *
   * @throws NotAllowedError with every member that the caller may not move, and
   *   ConflictError with every member's blockers: then nothing is started.
   */
  async start(
    request: ReleaseSetRequest,
    { credentials, via }: Caller & { via: Via },
  ): Promise<ReleaseSet> {
    const { clock, door, stores } = this.#o;
    const person = door.access.personOf(credentials);
    if (request.reason) refuseIdentifiers(request.reason);
    const requestHash = hashOf(request);
    const { idempotencyKey } = request;
    const known = await stores.sets.findByKey(person, idempotencyKey);
    if (known) {
      if (known.requestHash !== requestHash) {
        throw new ConflictError(
          'This idempotencyKey was used for another request.',
        );
      }
      // A crash between asking and opening: the members have fixed keys.
      if (!known.opened && !known.stopped && !known.awaitsConfirmation) {
        await this.#open(known, credentials);
      }
      return this.get(known.id, { credentials });
    }
    const members = membersOf(request);
    for (const { entityRef } of members) {
      await door.component(entityRef, credentials);
    }
    await this.#requireAll({ ...request, members }, credentials);
    const preview = await this.preview(request, { credentials });
    const blockers = preview.members.flatMap(member =>
      member.blockers.map(
        blocker => `${parseEntityRef(member.entityRef).name}: ${blocker}`,
      ),
    );
    if (blockers.length) throw new ConflictError(blockers.join(' '));
    const at = iso(await clock.now());
    const set: ReleaseSetRecord = {
      id: randomUUID(),
      version: 1,
      stage: request.stage,
      kind: request.kind,
      requestedBy: person,
      requestedAt: at,
      idempotencyKey,
      requestHash,
      reason: request.reason,
      awaitsConfirmation: via === 'program' || undefined,
      members,
    };
    const opened = await stores
      .commit({
        at,
        opensSet: set,
        evidence: [
          {
            kind: 'release-set-requested',
            actor: person,
            stage: set.stage,
            facts: { ...factsOf(set), via },
          },
        ],
      })
      .then(() => set)
      .catch(async error => {
        // The same click twice at once: the second finds the first's set.
        const first = await stores.sets.findByKey(person, idempotencyKey);
        if (first?.requestHash === requestHash) return first;
        throw error;
      });
    if (via !== 'program') await this.#open(opened, credentials);
    return this.get(opened.id, { credentials });
  }

  /**
   * The requester says yes, in the browser, to what a program asked for. Said
   * twice, it is the same yes; members that a crash left unopened are opened.
   */
  async confirm(id: string, { credentials }: Caller): Promise<ReleaseSet> {
    const { clock, door, stores } = this.#o;
    const set = await this.#find(id);
    const person = door.access.personOf(credentials);
    if (person !== set.requestedBy) {
      throw new NotAllowedError(
        `Only ${personName(
          set.requestedBy,
        )}, who asked for this release set, may confirm it.`,
      );
    }
    if (set.stopped) {
      throw new ConflictError(
        'This release set was stopped. Ask for a new one.',
      );
    }
    if (set.awaitsConfirmation) {
      const { awaitsConfirmation, ...confirmed } = set;
      await stores.commit({
        at: iso(await clock.now()),
        set: confirmed,
        evidence: [
          {
            kind: 'release-set-confirmed',
            actor: person,
            stage: set.stage,
            facts: factsOf(set),
          },
        ],
      });
    }
    const confirmed = await this.#find(id);
    if (!confirmed.opened) await this.#open(confirmed, credentials);
    return this.get(id, { credentials });
  }

  /** Members that have not had their turn are not moved any more. */
  async stop(id: string, { credentials }: Caller): Promise<ReleaseSet> {
    const { clock } = this.#o;
    const set = await this.#find(id);
    const person = await this.#requireAll(set, credentials);
    if (!set.stopped) await this.#stop(set, person, await clock.now());
    return this.get(id, { credentials });
  }

  async get(id: string, { credentials }: Caller): Promise<ReleaseSet> {
    const set = await this.#find(id);
    const [seen] = await this.#views([set], credentials);
    if (!seen) throw new NotFoundError(`There is no release set ${id}.`);
    return seen;
  }

  /** The newest sets with a member that the caller may see. */
  async list({ credentials }: Caller): Promise<{ items: ReleaseSet[] }> {
    const sets = await this.#o.stores.sets.list(50);
    return { items: await this.#views(sets, credentials) };
  }

  async #views(
    sets: ReleaseSetRecord[],
    credentials: BackstageCredentials,
  ): Promise<ReleaseSet[]> {
    const { door, stores } = this.#o;
    const { access } = door;
    await access.mayRead(credentials);
    const refs = [
      ...new Set(sets.flatMap(set => set.members.map(one => one.entityRef))),
    ];
    const readable = (await access.mayAudit(credentials))
      ? new Set(refs)
      : new Set(await access.readableOf(refs, credentials));
    const rollouts = await stores.rollouts.byIds(
      sets.flatMap(set => set.members.map(one => one.rolloutId)),
    );
    return sets
      .filter(set => set.members.some(one => readable.has(one.entityRef)))
      .map(set => ({
        id: set.id,
        stage: set.stage,
        kind: set.kind,
        state: stateOf(set, rollouts),
        reason: set.reason,
        requestedBy: set.requestedBy,
        requestedAt: set.requestedAt,
        stopped: set.stopped,
        members: set.members.map(({ entityRef, order, rolloutId, problem }) => {
          if (!readable.has(entityRef)) return { order };
          const record = rollouts.get(rolloutId);
          const rollout = record && summaryOf(record);
          return { entityRef, order, rollout, problem };
        }),
      }));
  }

  /** Who asks, where they may move every member; each refusal is recorded. */
  async #requireAll(
    {
      kind,
      stage,
      members,
    }: Pick<ReleaseSetRecord, 'kind' | 'stage' | 'members'>,
    credentials: BackstageCredentials,
  ): Promise<string> {
    const { door } = this.#o;
    const refusals: string[] = [];
    for (const member of members) {
      try {
        await door.require(kind, member, stage, credentials);
      } catch (error) {
        if (!(error instanceof NotAllowedError)) throw error;
        refusals.push(`${member.name}: ${error.message}`);
      }
    }
    if (refusals.length) throw new NotAllowedError(refusals.join(' '));
    return door.access.personOf(credentials);
  }

  async #find(id: string): Promise<ReleaseSetRecord> {
    const set = await this.#o.stores.sets.find(id);
    if (!set) throw new NotFoundError(`There is no release set ${id}.`);
    return set;
  }

  /** Opens all members; where one cannot be opened, none has its turn. */
  async #open(
    set: ReleaseSetRecord,
    credentials: BackstageCredentials,
  ): Promise<void> {
    const { clock, releases, stores } = this.#o;
    const members: Member[] = [];
    let failed = false;
    for (const [index, member] of set.members.entries()) {
      if (failed) {
        members.push({ ...member, problem: 'Not opened.' });
        continue;
      }
      try {
        const { id } = await releases.start(
          {
            ...planOf(set, member.request),
            entityRef: member.entityRef,
            reason: set.reason,
            idempotencyKey: `${set.id}/${index}`,
          },
          {
            credentials,
            via: 'browser',
            set: {
              id: set.id,
              order: member.order,
              rolloutId: member.rolloutId,
            },
          },
        );
        members.push({ ...member, rolloutId: id });
      } catch (error) {
        failed = true;
        const problem = error instanceof Error ? error.message : 'Not opened.';
        members.push({ ...member, problem });
      }
    }
    const opened = { ...set, members, opened: !failed };
    const now = await clock.now();
    try {
      if (failed) await this.#stop(opened, 'careplane-auto', now);
      else await stores.commit({ at: iso(now), set: opened, evidence: [] });
    } catch (error) {
      // The same click twice at once opens the same members, by their keys.
      const { opened: already, stopped } = await this.#find(set.id);
      if (error instanceof ConflictError && (already || stopped)) return;
      throw error;
    }
  }

  async #stop(set: ReleaseSetRecord, by: string, now: number): Promise<void> {
    const at = iso(now);
    await this.#o.stores.commit({
      at,
      set: { ...set, stopped: { by, at }, awaitsConfirmation: undefined },
      evidence: [
        {
          kind: 'release-set-stopped',
          actor: by,
          stage: set.stage,
          facts: factsOf(set),
        },
      ],
    });
  }
}
