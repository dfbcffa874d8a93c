import type {
  AuthService,
  BackstageCredentials,
} from '@backstage/backend-plugin-api';
import { CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import { ANNOTATION_TARGET_PREFIX, pipelinesOf } from '@careplane/aws-common';
import type {
  ActRequest,
  AuditPage,
  AuditQuery,
  EntityReleases,
  Overview,
  ReleaseAct,
  Rollout,
  RolloutPage,
  RolloutPreview,
  RolloutQuery,
  RolloutRequest,
  Stage,
  StagePermissions,
} from '@careplane/backstage-plugin-release-common';
import { contestOf } from '../claims';
import { componentOf, ReleaseComponent } from '../components';
import type { ReleaseConfig } from '../config';
import { iso, RolloutRecord } from '../engine/model';
import type { Poller } from '../poll/Poller';
import type { Clock, Stores } from '../store';
import type { Access } from './Access';
import type { ActService } from './ActService';
import { actsOf, grantOf } from './actsOf';
import { attentionOf } from './attention';
import { rolloutOf, summaryOf } from './dto';
import type { Planner, PlanRequest } from './Planner';
import type { RolloutService, StartOptions } from './RolloutService';
import type { TargetActs } from './TargetActs';
import type { Views } from './Views';

type Caller = { credentials: BackstageCredentials };

export interface AuthorizedReleaseServiceOptions {
  access: Access;
  acts: ActService;
  auth: AuthService;
  catalog: CatalogService;
  clock: Clock;
  config: ReleaseConfig;
  planner: Planner;
  poller: Poller;
  rollouts: RolloutService;
  stores: Stores;
  targetActs: TargetActs;
  views: Views;
}

/**
 * The one door to releases, for HTTP, actions and the scaffolder: entities are
 * read with the caller's credentials, and a write needs policy and grant.
 */
export class AuthorizedReleaseService {
  readonly #o: AuthorizedReleaseServiceOptions;

  constructor(options: AuthorizedReleaseServiceOptions) {
    this.#o = options;
  }

  async getStages({ credentials }: Caller): Promise<Stage[]> {
    await this.#o.access.mayRead(credentials);
    return this.#o.config.stages;
  }

  async getPermissions({ credentials }: Caller): Promise<StagePermissions[]> {
    await this.#o.access.mayRead(credentials);
    return this.#o.access.stagePermissions('*', credentials);
  }

  async getEntityReleases(
    entityRef: string,
    { credentials }: Caller,
  ): Promise<EntityReleases> {
    const component = await this.#component(entityRef, credentials);
    const [view, permissions, rollouts] = await Promise.all([
      this.#o.views.component(component),
      this.#o.access.stagePermissions(component.entityRef, credentials),
      this.#o.stores.rollouts.list({
        entityRef: component.entityRef,
        limit: 20,
      }),
    ]);
    const { list } = view;
    return {
      entityRef: component.entityRef,
      stages: this.#o.config.stages,
      targets: view.blocks,
      releases: view.releases,
      releasesAsOf: list?.asOf,
      releasesState: releasesState(component, list),
      releasesMessage: component.problem ?? list?.message,
      permissions,
      rollouts: rollouts.items.map(summaryOf),
    };
  }

  async refresh(
    entityRef: string,
    { credentials }: Caller,
  ): Promise<{ started: number; shared: number }> {
    return this.#o.poller.refresh(
      await this.#component(entityRef, credentials),
    );
  }

  async preview(
    request: PlanRequest,
    { credentials }: Caller,
  ): Promise<RolloutPreview> {
    const component = await this.#component(request.entityRef, credentials);
    const plan = await this.#o.planner.plan(component, request, credentials);
    const act = request.kind === 'promote' ? 'promote' : 'rollback';
    const place = { entityRef: component.entityRef, stage: request.stage };
    const verdicts = await this.#o.access.verdicts([act], place, credentials);
    const { reason } = verdicts[act];
    if (reason) plan.blockers.unshift(reason);
    return this.#o.planner.preview(request, plan);
  }

  async start(
    request: RolloutRequest,
    { credentials, via, set }: Caller & Pick<StartOptions, 'via' | 'set'>,
  ): Promise<Rollout> {
    const component = await this.#component(request.entityRef, credentials);
    this.#stage(request.stage);
    const act = request.kind === 'promote' ? 'promote' : 'rollback';
    const person = await this.#require(
      act,
      component,
      request.stage,
      credentials,
    );
    if (request.quarantine) {
      const last = this.#o.config.stages.slice(-1)[0].name;
      await this.#require('quarantine', component, last, credentials);
    }
    const contest = contestOf(
      component,
      request.stage,
      await this.#o.poller.components(),
    );
    if (contest) throw new ConflictError(contest);
    const record = await this.#o.rollouts.start(
      component,
      { ...request, entityRef: component.entityRef },
      { person, via, credentials, set },
    );
    return this.#full(record, credentials);
  }

  async listRollouts(
    query: RolloutQuery,
    { credentials }: Caller,
  ): Promise<RolloutPage> {
    const refs = await this.#recorded(credentials);
    const { items, next } = await this.#o.stores.rollouts.list(query, refs);
    return { items: items.map(summaryOf), next };
  }

  async getRollout(id: string, { credentials }: Caller): Promise<Rollout> {
    const record = await this.#rollout(id, credentials, () =>
      this.#o.access.mayAudit(credentials),
    );
    return this.#full(record, credentials);
  }

  async act(
    id: string,
    request: ActRequest,
    { credentials }: Caller,
  ): Promise<Rollout> {
    // Without its entity, the stage's grant decides: a canary can be sent back.
    const record = await this.#rollout(id, credentials, ({ entityRef }) =>
      this.#o.access.isGone(entityRef),
    );
    const act = grantOf(record, request.act);
    const person = await this.#require(act, record, record.stage, credentials);
    return this.#full(
      await this.#o.acts.act(record, request, person),
      credentials,
    );
  }

  async liftHold(
    request: { arn: string; reason: string },
    { credentials }: Caller,
  ): Promise<void> {
    const { component, target } = await this.#target(request.arn, credentials);
    const { name } = target.stage;
    const person = await this.#require(
      'lift-hold',
      component,
      name,
      credentials,
    );
    await this.#o.targetActs.liftHold(
      component,
      target,
      request.reason,
      person,
    );
  }

  async adopt(
    request: { arn: string; reason: string },
    { credentials }: Caller,
  ): Promise<void> {
    const { component, target } = await this.#target(request.arn, credentials);
    const { name } = target.stage;
    const person = await this.#require('promote', component, name, credentials);
    await this.#o.targetActs.adopt(component, target, request.reason, person);
  }

  /** Needs the grant on the last stage: a quarantine holds on all of them. */
  async setQuarantine(
    releaseId: string,
    request: { component: string; reason: string; on: boolean },
    { credentials }: Caller,
  ): Promise<void> {
    const visible = await this.#visible(credentials);
    const component = visible.find(one => one.name === request.component);
    if (!component) {
      throw new NotFoundError(`There is no component '${request.component}'.`);
    }
    const { stages } = this.#o.config;
    const last = stages[stages.length - 1]?.name ?? '';
    const person = await this.#require(
      'quarantine',
      component,
      last,
      credentials,
    );
    await this.#o.targetActs.setQuarantine(
      component,
      releaseId,
      request,
      person,
    );
  }

  async retryPipeline(
    request: {
      entityRef: string;
      pipelineArn: string;
      stage: string;
      executionId: string;
    },
    { credentials }: Caller,
  ): Promise<{ executionId: string }> {
    const { access, config } = this.#o;
    const entity = await access.readable(request.entityRef, credentials);
    const own = pipelinesOf(entity).some(
      ref => ref.by === 'arn' && ref.arn === request.pipelineArn,
    );
    if (!own) {
      throw new InputError('This pipeline is not one of the entity.');
    }
    const component = componentOf(entity, config.stages);
    const first = config.stages[0]?.name ?? '';
    const person = await this.#require(
      'retry-pipeline',
      component,
      first,
      credentials,
    );
    return this.#o.targetActs.retryPipeline(component, request, person);
  }

  async getOverview({ credentials }: Caller): Promise<Overview> {
    const components = await this.#visible(credentials);
    const views = await Promise.all(
      components.map(component => this.#o.views.component(component)),
    );
    const items = components.map(
      ({ entityRef, title, system, owner }, index) => ({
        entityRef,
        title,
        system,
        owner,
        targets: views[index].blocks,
      }),
    );
    const waiting = await this.#o.stores.rollouts.waiting(
      components.map(component => component.entityRef),
    );
    return { items, attention: attentionOf(items, waiting) };
  }

  async queryAudit(
    query: AuditQuery,
    { credentials }: Caller,
  ): Promise<AuditPage> {
    if (query.stage) this.#stage(query.stage);
    const asked = {
      ...query,
      from: instantOf('from', query.from),
      to: instantOf('to', query.to),
    };
    const refs = await this.#recorded(credentials);
    const [page, chain] = await Promise.all([
      this.#o.stores.evidence.query(asked, refs),
      this.#o.stores.evidence.verdict(await this.#o.clock.now()),
    ]);
    return { ...page, chain };
  }

  async #component(
    entityRef: string,
    credentials: BackstageCredentials,
  ): Promise<ReleaseComponent> {
    const entity = await this.#o.access.readable(entityRef, credentials);
    return componentOf(entity, this.#o.config.stages);
  }

  async #visible(
    credentials: BackstageCredentials,
  ): Promise<ReleaseComponent[]> {
    await this.#o.access.mayRead(credentials);
    const { catalog, config } = this.#o;
    if (!config.stages.length) return [];
    const { items } = await catalog.getEntities(
      {
        filter: config.stages.map(stage => ({
          kind: 'Component',
          [`metadata.annotations.${ANNOTATION_TARGET_PREFIX}${stage.name}`]:
            CATALOG_FILTER_EXISTS,
        })),
      },
      { credentials },
    );
    return items.map(entity => componentOf(entity, config.stages));
  }

  async #target(arn: string, credentials: BackstageCredentials) {
    for (const component of await this.#visible(credentials)) {
      const target = component.targets.find(one => one.arn === arn);
      if (target) return { component, target };
    }
    throw new NotFoundError('No component that you may see has this target.');
  }

  async #rollout(
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

  /**
   * Entities whose records the caller reads; undefined is all. Annotations do
   * not matter: what is recorded stays readable (45 CFR 164.312(b)).
   */
  async #recorded(
    credentials: BackstageCredentials,
  ): Promise<string[] | undefined> {
    const { access, stores } = this.#o;
    await access.mayRead(credentials);
    if (await access.mayAudit(credentials)) return undefined;
    return access.readableOf(await stores.evidence.entityRefs(), credentials);
  }

  #stage(name: string): void {
    if (!this.#o.config.stages.some(stage => stage.name === name)) {
      throw new InputError(`There is no stage '${name}'.`);
    }
  }

  /** A refusal is a record too: denied attempts must be found later. */
  async #require(
    act: ReleaseAct,
    place: { entityRef: string },
    stage: string,
    credentials: BackstageCredentials,
  ): Promise<string> {
    const { access, auth, stores, clock } = this.#o;
    try {
      return await access.require(
        act,
        { entityRef: place.entityRef, stage },
        credentials,
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
            entityRef: place.entityRef,
            facts: { act },
          },
        ],
      });
      throw error;
    }
  }

  async #full(
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
    const acts = actsOf(record, person, verdicts);
    return rolloutOf(record, { intents, approvals, evidence, acts });
  }
}

function releasesState(
  component: ReleaseComponent,
  list: { releases: unknown[]; asOf?: string; message?: string } | undefined,
): EntityReleases['releasesState'] {
  if (component.problem) return 'error';
  if (!component.targets.length) return 'not-configured';
  if (list?.message) return list.asOf ? 'stale' : 'error';
  return list?.releases.length ? 'ok' : 'empty';
}

/** The same instant in UTC, as records have it: a bad date is no empty answer. */
function instantOf(name: string, value: string | undefined) {
  if (value === undefined) return undefined;
  const instant = new Date(value);
  if (Number.isNaN(instant.getTime())) {
    throw new InputError(
      `'${name}' is no date: send one as 2026-03-03 or 2026-03-03T14:05:00Z.`,
    );
  }
  return instant.toISOString();
}
