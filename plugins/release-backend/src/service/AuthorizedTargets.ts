import { InputError } from '@backstage/errors';
import { pipelinesOf } from '@careplane/aws-common';
import type { ReleaseAct } from '@careplane/backstage-plugin-release-common';
import { componentOf } from '../components';
import type { StageTests } from '../stageTests/StageTests';
import type { Caller, Door } from './Door';
import type { TargetActs } from './TargetActs';
import type { Views } from './Views';

/** A target as somebody saw it on the page of a component. */
export interface TargetRequest {
  arn: string;
  reason: string;
  /** The component whose page was looked at; refused where it is not its. */
  entityRef?: string;
}

/** What people do to targets, releases and pipelines outside a rollout. */
export class AuthorizedTargets {
  readonly #door: Door;
  readonly #acts: TargetActs;
  readonly #tests: StageTests;
  readonly #views: Views;

  constructor(options: {
    door: Door;
    acts: TargetActs;
    tests: StageTests;
    views: Views;
  }) {
    this.#door = options.door;
    this.#acts = options.acts;
    this.#tests = options.tests;
    this.#views = options.views;
  }

  async liftHold(request: TargetRequest, caller: Caller): Promise<void> {
    const { component, target, person } = await this.#admit(
      'lift-hold',
      request,
      caller,
    );
    await this.#acts.liftHold(component, target, request.reason, person);
  }

  async adopt(
    request: TargetRequest & { revisionId?: string },
    caller: Caller,
  ): Promise<void> {
    const { component, target, person } = await this.#admit(
      'promote',
      request,
      caller,
    );
    await this.#acts.adopt(component, target, request, person);
  }

  /** Runs the stage's tests against what runs there; for who may promote to it. */
  async runTests(
    request: Omit<TargetRequest, 'reason'>,
    caller: Caller,
  ): Promise<void> {
    const { component, target, person } = await this.#admit(
      'promote',
      request,
      caller,
    );
    const { blocks, releases } = await this.#views.component(component);
    const current = blocks.find(one => one.target.arn === target.arn)?.target
      .current;
    const release = releases.find(one => one.id === current?.releaseId);
    await this.#tests.ask(component, target, release, person);
  }

  /** Needs the grant on the last stage: a quarantine holds on all of them. */
  async setQuarantine(
    releaseId: string,
    request: { component: string; reason: string; on: boolean },
    { credentials }: Caller,
  ): Promise<void> {
    const component = await this.#door.owners.ofReleases(
      request.component,
      credentials,
    );
    const person = await this.#door.require(
      'quarantine',
      component,
      this.#door.lastStage,
      credentials,
    );
    await this.#acts.setQuarantine(component, releaseId, request, person);
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
    const { access, config } = this.#door;
    const entity = await access.readable(request.entityRef, credentials);
    const own = pipelinesOf(entity).some(
      ref => ref.by === 'arn' && ref.arn === request.pipelineArn,
    );
    if (!own) {
      throw new InputError('This pipeline is not one of the entity.');
    }
    const component = componentOf(entity, config.stages);
    const person = await this.#door.require(
      'retry-pipeline',
      component,
      config.stages[0]?.name ?? '',
      credentials,
    );
    return this.#acts.retryPipeline(component, request, person);
  }

  /** The target of a request, and who asks, where they may. */
  async #admit(
    act: ReleaseAct,
    request: Omit<TargetRequest, 'reason'>,
    { credentials }: Caller,
  ) {
    const { component, target } = await this.#door.owners.ofTarget(
      request.arn,
      credentials,
      request.entityRef,
    );
    const person = await this.#door.require(
      act,
      component,
      target.stage.name,
      credentials,
    );
    return { component, target, person };
  }
}
