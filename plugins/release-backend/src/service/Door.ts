import type {
  AuthService,
  BackstageCredentials,
} from '@backstage/backend-plugin-api';
import { InputError, NotFoundError } from '@backstage/errors';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import {
  type ReleaseAct,
  type Rollout,
  ROLLOUT_ACT_LABELS,
  type RolloutAct,
} from '@careplane/backstage-plugin-release-common';
import { componentsOf } from '../catalogComponents';
import { componentOf, ReleaseComponent } from '../components';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import type { ReleaseConfig } from '../config';
import { iso, RolloutRecord } from '../engine/model';
import type { Clock, Stores } from '../store';
import type { Access } from './Access';
import { actsOf } from './actsOf';
import { rolloutOf } from './dto';
import type { Owners } from './Owners';

export type Caller = { credentials: BackstageCredentials };

export interface DoorOptions {
  access: Access;
  auth: AuthService;
  catalog: CatalogService;
  clock: Clock;
  config: ReleaseConfig;
  owners: Owners;
  stores: Stores;
}

/** What every authorised act begins with: who asks, of what, and may they. */
export class Door {
  readonly #o: DoorOptions;

  constructor(options: DoorOptions) {
    this.#o = options;
  }

  get access(): Access {
    return this.#o.access;
  }

  get owners(): Owners {
    return this.#o.owners;
  }

  get stores(): Stores {
    return this.#o.stores;
  }

  get config(): ReleaseConfig {
    return this.#o.config;
  }

  /** The stage whose grant counts for what holds on all of them. */
  get lastStage(): string {
    return this.#o.config.stages.slice(-1)[0]?.name ?? '';
  }

  /** A component as the caller sees it. */
  async component(
    entityRef: string,
    credentials: BackstageCredentials,
  ): Promise<ReleaseComponent> {
    const entity = await this.#o.access.readable(entityRef, credentials);
    const component = componentOf(entity, this.#o.config.stages);
    return (await this.#withoutHidden([component], credentials))[0];
  }

  /** All components with targets that the caller sees. */
  async visible(
    credentials: BackstageCredentials,
  ): Promise<ReleaseComponent[]> {
    const { access, catalog, config } = this.#o;
    await access.mayRead(credentials);
    return this.#withoutHidden(
      await componentsOf(catalog, config.stages, credentials),
      credentials,
    );
  }

  /**
   * An annotation shows nobody what he may not see: targets of record of
   * entities that the caller cannot read are set apart. What the catalog has
   * lost hides nothing.
   */
  async #withoutHidden(
    components: ReleaseComponent[],
    credentials: BackstageCredentials,
  ): Promise<ReleaseComponent[]> {
    const { access, stores } = this.#o;
    const readers = await stores.targets.readers(
      components.flatMap(({ targets }) => targets.map(({ arn }) => arn)),
    );
    const others = new Set(
      components.flatMap(({ entityRef, targets }) =>
        targets.flatMap(({ arn }) => {
          const reader = readers.get(arn)?.entityRef;
          return reader && reader !== entityRef ? reader : [];
        }),
      ),
    );
    if (!others.size) return components;
    const readable = await access.readableOf([...others], credentials);
    const hidden = new Set<string>();
    for (const ref of others) {
      if (!readable.includes(ref) && !(await access.isGone(ref))) {
        hidden.add(ref);
      }
    }
    return components.map(component => {
      const isHidden = ({ arn }: TargetRef) => {
        const reader = readers.get(arn)?.entityRef;
        return (
          reader !== undefined &&
          reader !== component.entityRef &&
          hidden.has(reader)
        );
      };
      return {
        ...component,
        targets: component.targets.filter(one => !isHidden(one)),
        hidden: component.targets.filter(isHidden),
      };
    });
  }

  /**
   * Entities whose records the caller reads; undefined is all. Annotations do
   * not matter: what is recorded stays readable (45 CFR 164.312(b)).
   */
  async recorded(
    credentials: BackstageCredentials,
  ): Promise<string[] | undefined> {
    const { access, stores } = this.#o;
    await access.mayRead(credentials);
    if (await access.mayAudit(credentials)) return undefined;
    return access.readableOf(await stores.evidence.entityRefs(), credentials);
  }

  /** @param unseen - Whether the record is readable without its entity. */
  async rollout(
    id: string,
    credentials: BackstageCredentials,
    unseen: (record: RolloutRecord) => Promise<boolean>,
  ): Promise<RolloutRecord> {
    const record = await this.#o.stores.rollouts.get(id);
    try {
      await this.#o.access.readable(record.entityRef, credentials);
    } catch (error) {
      if (!(error instanceof NotFoundError) || !(await unseen(record))) {
        throw error;
      }
    }
    return record;
  }

  /** @throws InputError for a stage that config does not have. */
  checkStage(name: string): void {
    if (!this.#o.config.stages.some(stage => stage.name === name)) {
      throw new InputError(`There is no stage '${name}'.`);
    }
  }

  /** A refusal is a record too: denied attempts must be found later. */
  async require(
    act: ReleaseAct,
    place: { entityRef: string },
    stage: string,
    credentials: BackstageCredentials,
    on?: { rolloutId: string; act: RolloutAct },
  ): Promise<string> {
    const { access, auth, stores, clock } = this.#o;
    const { entityRef } = place;
    try {
      return await access.require(
        act,
        { entityRef, stage },
        credentials,
        on && ROLLOUT_ACT_LABELS[on.act],
      );
    } catch (error) {
      const actor = auth.isPrincipal(credentials, 'user')
        ? credentials.principal.userEntityRef
        : 'service';
      await stores.commit({
        at: iso(await clock.now()),
        evidence: [
          {
            kind: 'denied',
            actor,
            stage,
            entityRef,
            rolloutId: on?.rolloutId,
            facts: { act, asked: on?.act ?? act },
          },
        ],
      });
      throw error;
    }
  }

  /** A rollout with everything known of it and what the caller may do. */
  async full(
    record: RolloutRecord,
    credentials: BackstageCredentials,
  ): Promise<Rollout> {
    const { access, auth, stores } = this.#o;
    const person = auth.isPrincipal(credentials, 'user')
      ? credentials.principal.userEntityRef
      : undefined;
    const place = { entityRef: record.entityRef, stage: record.stage };
    const [intents, approvals, evidence, verdicts] = await Promise.all([
      stores.intents.of(record.id),
      stores.approvals.of(record.id),
      stores.evidence.ofRollout(record.id),
      access.verdicts(['promote', 'rollback', 'approve'], place, credentials),
    ]);
    const acts = actsOf(record, person, verdicts, intents);
    return rolloutOf(record, { intents, approvals, evidence, acts });
  }
}
