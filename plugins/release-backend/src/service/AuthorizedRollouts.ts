import type { BackstageCredentials } from '@backstage/backend-plugin-api';
import { ConflictError, NotAllowedError } from '@backstage/errors';
import type {
  ActRequest,
  ReleaseAct,
  Rollout,
  RolloutPreview,
  RolloutRequest,
} from '@careplane/backstage-plugin-release-common';
import type { ReleaseComponent } from '../components';
import type { RolloutRecord } from '../engine/model';
import type { ActService } from './ActService';
import { grantOf } from './actsOf';
import type { Caller, Door } from './Door';
import type { Planner, PlanRequest, Via } from './Planner';
import { previewOf } from './preview';
import type { RolloutService, StartOptions } from './RolloutService';

const actOf = ({ kind }: PlanRequest) =>
  kind === 'promote' ? 'promote' : 'rollback';

/** Asking for rollouts, and acting on them. */
export class AuthorizedRollouts {
  readonly #door: Door;
  readonly #acts: ActService;
  readonly #planner: Planner;
  readonly #rollouts: RolloutService;
  readonly #unchanged: (record: RolloutRecord) => Promise<void>;

  constructor(options: {
    door: Door;
    acts: ActService;
    /** A last look at AWS; throws where what is to be adopted has changed. */
    unchanged: (record: RolloutRecord) => Promise<void>;
    planner: Planner;
    rollouts: RolloutService;
  }) {
    this.#door = options.door;
    this.#acts = options.acts;
    this.#planner = options.planner;
    this.#rollouts = options.rollouts;
    this.#unchanged = options.unchanged;
  }

  /** Whatever `start` would refuse stands in `blockers`, grants first. */
  async preview(
    request: PlanRequest,
    { credentials, via }: Caller & { via: Via },
  ): Promise<RolloutPreview> {
    const component = await this.#door.component(
      request.entityRef,
      credentials,
    );
    this.#door.checkStage(request.stage);
    const plan = await this.#planner.plan(component, request, {
      credentials,
      via,
    });
    const { access, lastStage } = this.#door;
    const verdictOn = async (act: ReleaseAct) => {
      const stage = act === 'quarantine' ? lastStage : request.stage;
      const place = { entityRef: component.entityRef, stage };
      return (await access.verdicts([act], place, credentials))[act].reason;
    };
    const refusals = [
      await verdictOn(actOf(request)),
      request.quarantine ? await verdictOn('quarantine') : undefined,
      request.waivers?.length ? await verdictOn('waive') : undefined,
      ...(await this.#contests(component, request, credentials)),
    ];
    plan.blockers.unshift(...refusals.flatMap(reason => reason ?? []));
    const { stages } = this.#door.config;
    return previewOf(
      request,
      plan,
      name => stages.find(stage => stage.name === name)?.title ?? name,
    );
  }

  async start(
    request: RolloutRequest,
    { credentials, via, set }: Caller & Pick<StartOptions, 'via' | 'set'>,
  ): Promise<Rollout> {
    const door = this.#door;
    const component = await this.#door.component(
      request.entityRef,
      credentials,
    );
    this.#door.checkStage(request.stage);
    const act = actOf(request);
    const person = await door.require(
      act,
      component,
      request.stage,
      credentials,
    );
    if (request.waivers?.length) {
      if (via === 'program') {
        throw new NotAllowedError('A person waives gates in the browser.');
      }
      await door.require('waive', component, request.stage, credentials);
    }
    if (request.quarantine) {
      await door.require('quarantine', component, door.lastStage, credentials);
    }
    const contests = await this.#contests(component, request, credentials);
    if (contests.length) throw new ConflictError(contests.join(' '));
    const record = await this.#rollouts.start(
      component,
      { ...request, entityRef: component.entityRef },
      { person, via, credentials, set },
    );
    return this.#door.full(record, credentials);
  }

  async act(
    id: string,
    request: ActRequest,
    { credentials }: Caller,
  ): Promise<Rollout> {
    // Without its entity, the stage's grant decides: a canary can be sent back.
    const record = await this.#door.rollout(id, credentials, ({ entityRef }) =>
      this.#door.access.isGone(entityRef),
    );
    const act = grantOf(record, request.act);
    const person = await this.#door.require(
      act,
      record,
      record.stage,
      credentials,
      { rolloutId: record.id, act: request.act },
    );
    if (request.act === 'adopt') await this.#unchanged(record);
    return this.#door.full(
      await this.#acts.act(record, request, person),
      credentials,
    );
  }

  /** Why the target, or the release to quarantine, is not the component's. */
  async #contests(
    component: ReleaseComponent,
    request: PlanRequest,
    credentials: BackstageCredentials,
  ): Promise<string[]> {
    const { owners } = this.#door;
    const contest = await owners.contest(component, request.stage);
    const found = contest ? [contest] : [];
    if (request.quarantine) {
      const owner = await owners.ofReleases(component.name, credentials);
      if (owner.entityRef !== component.entityRef) {
        found.push(
          `Releases called ${component.name} belong to ${owner.entityRef}, and cannot be quarantined from here.`,
        );
      }
    }
    return found;
  }
}
