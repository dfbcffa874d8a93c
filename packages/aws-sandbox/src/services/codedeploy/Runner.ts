import type { Sandbox } from '../../core';
import { advanceEcs } from './ecsRun';
import { endBadly } from './ending';
import { advanceLambda } from './lambdaRun';
import { CodeDeployState, isActive, type DeploymentRecord } from './model';
import { Failure, Steps } from './Steps';

const JOB = 'codedeploy-step';
const START_MS = 1_000;

/** Carries deployments from step to step, on the sandbox's clock. */
export class Runner {
  static readonly #of = new WeakMap<Sandbox, Runner>();
  readonly #sandbox: Sandbox;
  readonly #turns = new Map<string, Promise<void>>();

  private constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  static of(sandbox: Sandbox): Runner {
    let runner = Runner.#of.get(sandbox);
    if (!runner) {
      runner = new Runner(sandbox);
      Runner.#of.set(sandbox, runner);
    }
    return runner;
  }

  begin() {
    this.#sandbox.jobs.handle<{ account: string; id: string }>(
      JOB,
      ({ account, id }) => this.inTurn(id, () => this.#step(account, id)),
    );
  }

  /** One at a time for each deployment. */
  async inTurn(id: string, run: () => Promise<void>): Promise<void> {
    const turn = (this.#turns.get(id) ?? Promise.resolve())
      .catch(() => {})
      .then(run);
    this.#turns.set(id, turn);
    try {
      await turn;
    } finally {
      if (this.#turns.get(id) === turn) this.#turns.delete(id);
    }
  }

  wake({ account, id }: DeploymentRecord, afterMs = START_MS) {
    const at = new Date(this.#sandbox.clock.now().getTime() + afterMs);
    this.#sandbox.jobs.schedule(JOB, at, { account, id });
  }

  async #step(account: string, id: string): Promise<void> {
    const state = new CodeDeployState(this.#sandbox, account);
    const deployment = state.deployments.get(id);
    if (!deployment || !isActive(deployment)) return;
    const steps = new Steps(this.#sandbox, state, id);
    try {
      const waitMs = deployment.ecs
        ? await advanceEcs(steps)
        : await advanceLambda(steps);
      const left = state.deployments.get(id);
      if (left && isActive(left)) this.wake(left, waitMs);
    } catch (error) {
      const code = error instanceof Failure ? error.code : 'INTERNAL_ERROR';
      const isAlarm = code === 'ALARM_ACTIVE';
      const stopped = error instanceof Failure && error.stops;
      const rollback = endBadly(
        this.#sandbox,
        state,
        state.deployments.get(id) ?? deployment,
        {
          status: stopped ? 'Stopped' : 'Failed',
          error: { code, message: (error as Error).message },
          event: isAlarm ? 'DEPLOYMENT_STOP_ON_ALARM' : 'DEPLOYMENT_FAILURE',
        },
      );
      if (rollback) this.wake(rollback);
    }
  }
}
