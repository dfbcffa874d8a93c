import { ConflictError, NotFoundError } from '@backstage/errors';
import type {
  Drill,
  DrillRequest,
} from '@careplane/backstage-plugin-release-common';
import type { Caller, Door } from '../service/Door';
import type { Planner, Via } from '../service/Planner';
import type { Drills } from './Drills';

/** A target is rehearsed at most once in this time; who asks again is shown it. */
const SHARED_MS = 10_000;

/** Rehearsals, for who may roll back. */
export class AuthorizedDrills {
  readonly #door: Door;
  readonly #drills: Drills;
  readonly #planner: Planner;
  readonly #shared = new Map<string, { at: number; drill: Promise<Drill> }>();

  constructor(options: { door: Door; drills: Drills; planner: Planner }) {
    this.#door = options.door;
    this.#drills = options.drills;
    this.#planner = options.planner;
  }

  async rehearse(
    request: DrillRequest,
    { credentials, via }: Caller & { via: Via },
  ): Promise<Drill> {
    const { entityRef, stage, revisionId } = request;
    const component = await this.#door.component(entityRef, credentials);
    this.#door.checkStage(stage);
    const person = await this.#door.require(
      'rollback',
      component,
      stage,
      credentials,
    );
    const contest = await this.#door.owners.contest(component, stage);
    if (contest) throw new ConflictError(contest);
    const plan = await this.#planner.plan(
      component,
      { entityRef: component.entityRef, stage, kind: 'rollback', revisionId },
      { credentials, via },
    );
    const { returnTo } = plan;
    if (!returnTo) throw new NotFoundError('There is nothing to return to.');
    const key = `${plan.target.arn} ${revisionId}`;
    const now = Date.now();
    const shared = this.#shared.get(key);
    if (shared && now - shared.at < SHARED_MS) return shared.drill;
    const drill = this.#drills.rehearse(
      component,
      { ...plan, returnTo },
      person,
    );
    this.#shared.set(key, { at: now, drill });
    drill.catch(() => this.#shared.delete(key));
    return drill;
  }
}
