import { createHash, randomUUID } from 'node:crypto';
import type {
  AuthService,
  BackstageCredentials,
} from '@backstage/backend-plugin-api';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import type {
  ReleaseSet,
  ReleaseSetPreview,
  ReleaseSetRequest,
} from '@careplane/backstage-plugin-release-common';
import canonicalize from 'canonicalize';
import { iso } from '../engine/model';
import type { Access } from '../service/Access';
import type { AuthorizedRollouts } from '../service/AuthorizedRollouts';
import { summaryOf } from '../service/dto';
import type { Via } from '../service/Planner';
import { refuseIdentifiers } from '../service/RolloutService';
import type { Clock, Stores } from '../store';
import type { ReleaseSetRecord } from '../store/SetStore';
import { stateOf } from './stateOf';

type Caller = { credentials: BackstageCredentials };
type Member = ReleaseSetRecord['members'][number];

/**
 * Release sets, for HTTP and actions. Each member goes through the one door of
 * releases, with the caller's rights on it; the set adds their order.
 */
export class AuthorizedReleaseSets {
  readonly #o: {
    access: Access;
    auth: AuthService;
    clock: Clock;
    releases: AuthorizedRollouts;
    stores: Stores;
  };

  constructor(options: {
    access: Access;
    auth: AuthService;
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
   * @throws ConflictError with every member's blockers, where there is one:
   *   then nothing is started.
   */
  async start(
    request: ReleaseSetRequest,
    { credentials, via }: Caller & { via: Via },
  ): Promise<ReleaseSet> {
    const { auth, clock, stores } = this.#o;
    if (!auth.isPrincipal(credentials, 'user')) {
      throw new InputError('A release set is started by a person.');
    }
    const person = credentials.principal.userEntityRef;
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
    await stores.commit({
      at,
      opensSet: set,
      evidence: [
        {
          kind: 'release-set-requested',
          actor: person,
          stage: set.stage,
          facts: {
            kind: set.kind,
            component: members
              .map(one => `${one.order} ${one.name}`)
              .join(', '),
            reason: set.reason ?? null,
            via,
          },
        },
      ],
    });
    if (via !== 'program') await this.#open(set, credentials);
    return this.get(set.id, { credentials });
  }

  /** The requester says yes, in the browser, to what a program asked for. */
  async confirm(id: string, { credentials }: Caller): Promise<ReleaseSet> {
    const { auth, clock, stores } = this.#o;
    const set = await this.#find(id);
    const isRequester =
      auth.isPrincipal(credentials, 'user') &&
      credentials.principal.userEntityRef === set.requestedBy;
    if (!isRequester || !set.awaitsConfirmation) {
      throw new ConflictError(
        isRequester
          ? 'This release set does not wait for confirmation.'
          : 'Only the requester may confirm it.',
      );
    }
    const { awaitsConfirmation, ...confirmed } = set;
    const at = iso(await clock.now());
    await stores.commit({ at, set: confirmed, evidence: [] });
    await this.#open(
      { ...confirmed, version: confirmed.version + 1 },
      credentials,
    );
    return this.get(id, { credentials });
  }

  /** Members that have not had their turn are not moved any more. */
  async stop(id: string, { credentials }: Caller): Promise<ReleaseSet> {
    const { access, clock } = this.#o;
    const set = await this.#find(id);
    const person = await access.require(
      set.kind,
      { entityRef: set.members[0].entityRef, stage: set.stage },
      credentials,
    );
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
    const { access, stores } = this.#o;
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
    if (failed) await this.#stop(opened, 'careplane-auto', now);
    else await stores.commit({ at: iso(now), set: opened, evidence: [] });
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
          facts: { kind: set.kind },
        },
      ],
    });
  }
}

/** The members in their order. @throws InputError for what is no set. */
function membersOf(request: Pick<ReleaseSetRequest, 'kind' | 'members'>) {
  const members = request.members
    .map((member): Member => {
      const ref = parseEntityRef(member.entityRef, {
        defaultKind: 'component',
        defaultNamespace: 'default',
      });
      const subject =
        request.kind === 'promote' ? member.releaseId : member.revisionId;
      if (!subject) {
        throw new InputError(
          `${ref.name} needs a ${
            request.kind === 'promote' ? 'releaseId' : 'revisionId'
          }.`,
        );
      }
      return {
        request: member,
        order: member.order,
        name: ref.name,
        entityRef: stringifyEntityRef(ref),
        rolloutId: randomUUID(),
      };
    })
    .sort((a, b) => a.order - b.order);
  if (new Set(members.map(one => one.entityRef)).size !== members.length) {
    throw new InputError('A component can be in a release set only once.');
  }
  return members;
}

function planOf(
  { stage, kind }: Pick<ReleaseSetRequest, 'stage' | 'kind'>,
  { releaseId, revisionId, strategy }: Member['request'],
) {
  return { stage, kind, releaseId, revisionId, strategy };
}

function hashOf(request: ReleaseSetRequest): string {
  const { idempotencyKey, ...asked } = request;
  const text = canonicalize(JSON.parse(JSON.stringify(asked))) ?? '';
  return createHash('sha256').update(text).digest('hex');
}
