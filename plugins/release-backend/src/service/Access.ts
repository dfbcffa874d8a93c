import type {
  AuthService,
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import type { Entity } from '@backstage/catalog-model';
import { NotAllowedError, NotFoundError } from '@backstage/errors';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  ACT_LABELS,
  permissionOfAct,
  ReleaseAct,
  releaseAuditReadPermission,
  releaseReadPermission,
  releaseTargetRef,
  StagePermissions,
} from '@careplane/backstage-plugin-release-common';
import type { ReleaseConfig } from '../config';
import { entityRefOf } from '../entityRef';
import { Memberships } from './Memberships';

/** Whether somebody may do something, and in words why not. */
export interface Verdict {
  allowed: boolean;
  reason?: string;
  grantedTo: string[];
}

const ACTS = Object.keys(permissionOfAct) as ReleaseAct[];

const isAmong = (refs: Set<string>, groups: string[]): boolean =>
  groups.some(group => refs.has(group.toLowerCase()));

export interface AccessOptions {
  auth: AuthService;
  catalog: CatalogService;
  config: ReleaseConfig;
  permissions: PermissionsService;
}

/**
 * Who may do what. A write needs both: the permission framework's ALLOW and a
 * grant in `release.grants`, held by a person. Service principals have none.
 */
export class Access {
  readonly #options: AccessOptions;
  readonly #memberships: Memberships;

  constructor(options: AccessOptions) {
    this.#options = options;
    this.#memberships = new Memberships(options);
  }

  /** The entity as the caller may see it. */
  async readable(
    entityRef: string,
    credentials: BackstageCredentials,
  ): Promise<Entity> {
    await this.mayRead(credentials);
    const entity = await this.#options.catalog.getEntityByRef(
      entityRefOf(entityRef),
      { credentials },
    );
    if (!entity) {
      throw new NotFoundError(
        `There is no entity '${entityRef}', or you may not see it.`,
      );
    }
    return entity;
  }

  /** @throws NotAllowedError without the permission `release.read`. */
  async mayRead(credentials: BackstageCredentials): Promise<void> {
    const [decision] = await this.#options.permissions.authorize(
      [{ permission: releaseReadPermission }],
      { credentials },
    );
    if (decision.result !== AuthorizeResult.ALLOW) {
      throw new NotAllowedError(
        `You lack the permission '${releaseReadPermission.name}'. The portal's permission policy grants it.`,
      );
    }
  }

  /** Whether the caller reads all evidence (permission `release.audit.read`). */
  async mayAudit(credentials: BackstageCredentials): Promise<boolean> {
    const [decision] = await this.#options.permissions.authorize(
      [{ permission: releaseAuditReadPermission }],
      { credentials },
    );
    return decision.result === AuthorizeResult.ALLOW;
  }

  /** Those of the refs whose entity the caller may see now. */
  async readableOf(
    entityRefs: string[],
    credentials: BackstageCredentials,
  ): Promise<string[]> {
    if (!entityRefs.length) return [];
    const { items } = await this.#options.catalog.getEntitiesByRefs(
      { entityRefs, fields: ['kind', 'metadata.name', 'metadata.namespace'] },
      { credentials },
    );
    return entityRefs.filter((_, index) => items[index]);
  }

  /** Whether the catalog has no such entity, whoever asks. */
  async isGone(entityRef: string): Promise<boolean> {
    const { auth, catalog } = this.#options;
    const credentials = await auth.getOwnServiceCredentials();
    return !(await catalog.getEntityByRef(entityRef, { credentials }));
  }

  /** The person behind a write. @throws NotAllowedError for services. */
  personOf(credentials: BackstageCredentials): string {
    if (!this.#options.auth.isPrincipal(credentials, 'user')) {
      throw new NotAllowedError(
        'Only a person may do this: services have no grant in release.grants.',
      );
    }
    return credentials.principal.userEntityRef;
  }

  async verdicts(
    acts: ReleaseAct[],
    place: { entityRef: string; stage: string },
    credentials: BackstageCredentials,
    known?: Set<string>,
    words: Record<ReleaseAct, string> = ACT_LABELS,
  ): Promise<Record<ReleaseAct, Verdict>> {
    const { permissions } = this.#options;
    const refs = known ?? (await this.#refsOf(credentials));
    const decisions = await permissions.authorize(
      acts.map(act => ({
        permission: permissionOfAct[act],
        resourceRef: releaseTargetRef(place.entityRef, place.stage),
      })),
      { credentials },
    );
    const entries = acts.map((act, index): [ReleaseAct, Verdict] => {
      const grantedTo = this.grantedTo(act, place.stage);
      const granted = isAmong(refs, grantedTo);
      const allowedByPolicy = decisions[index].result === AuthorizeResult.ALLOW;
      if (granted && allowedByPolicy)
        return [act, { allowed: true, grantedTo }];
      const whoMay = grantedTo.length
        ? ` ${grantedTo.join(', ')} may.`
        : ' Nobody has that grant.';
      const stage = this.#titleOf(place.stage);
      const reason = granted
        ? `The portal's permission policy does not give you '${permissionOfAct[act].name}' on ${stage}.`
        : `You may not ${words[act]} on ${stage}.${whoMay}`;
      return [act, { allowed: false, reason, grantedTo }];
    });
    return Object.fromEntries(entries) as Record<ReleaseAct, Verdict>;
  }

  /**
   * @param asked - What is done with the grant, where it is not called as it.
   * @throws NotAllowedError that names act, stage, and who has the grant.
   */
  async require(
    act: ReleaseAct,
    place: { entityRef: string; stage: string },
    credentials: BackstageCredentials,
    asked: string = ACT_LABELS[act],
  ): Promise<string> {
    const person = this.personOf(credentials);
    const words = { ...ACT_LABELS, [act]: asked };
    const { [act]: verdict } = await this.verdicts(
      [act],
      place,
      credentials,
      undefined,
      words,
    );
    if (!verdict.allowed) throw new NotAllowedError(verdict.reason);
    return person;
  }

  async stagePermissions(
    entityRef: string,
    credentials: BackstageCredentials,
  ): Promise<StagePermissions[]> {
    const refs = await this.#refsOf(credentials);
    return Promise.all(
      this.#options.config.stages.map(async stage => ({
        stage: stage.name,
        acts: await this.verdicts(
          ACTS,
          { entityRef, stage: stage.name },
          credentials,
          refs,
        ),
      })),
    );
  }

  #titleOf(name: string): string {
    const { stages } = this.#options.config;
    return stages.find(stage => stage.name === name)?.title ?? name;
  }

  /** Services hold no grants. */
  async #refsOf(credentials: BackstageCredentials): Promise<Set<string>> {
    return this.#options.auth.isPrincipal(credentials, 'user')
      ? this.#memberships.of(credentials.principal.userEntityRef)
      : new Set();
  }

  /** Groups with a grant for an act on a stage. */
  grantedTo(act: ReleaseAct, stage: string): string[] {
    const groups = this.#options.config.grants
      .filter(grant => grant.stages.includes(stage) && grant.acts.includes(act))
      .flatMap(grant => grant.groups);
    return [...new Set(groups)];
  }

  /**
   * Whether a person has the grant to approve now: asked again when an approval
   * is used (INV-30), by the same memberships as at the click.
   */
  async mayApprove(person: string, stage: string): Promise<boolean> {
    return isAmong(
      await this.#memberships.of(person),
      this.grantedTo('approve', stage),
    );
  }
}
