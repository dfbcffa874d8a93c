import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-codedeploy';
import type { CallAs, Sandbox } from '../../core';
import { requireConfig, shiftsOf } from './configs';
import { endBadly } from './ending';
import {
  CodeDeployState,
  isActive,
  type DeploymentRecord,
  type EventName,
  type EventRecord,
  type HookEvent,
} from './model';

const JOB = 'codedeploy-step';
const START_MS = 1_000;
const LOOK_MS = 10_000;
/** https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html */
const HOOK_LIMIT_MS = 60 * 60_000;
const MINUTE_MS = 60_000;

class Failure extends Error {
  constructor(readonly code: sdk.ErrorCode, message: string) {
    super(message);
  }
}

/** Carries Lambda deployments from step to step, on the sandbox's clock. */
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
    try {
      const waitMs = await this.#advance(state, deployment);
      const left = state.deployments.get(id);
      if (left && isActive(left)) this.wake(left, waitMs);
    } catch (error) {
      const code = error instanceof Failure ? error.code : 'INTERNAL_ERROR';
      const message = (error as Error).message;
      const isAlarm = code === 'ALARM_ACTIVE';
      const rollback = endBadly(
        this.#sandbox,
        state,
        state.deployments.get(id) ?? deployment,
        {
          status: isAlarm ? 'Stopped' : 'Failed',
          error: { code, message },
          event: isAlarm ? 'DEPLOYMENT_STOP_ON_ALARM' : 'DEPLOYMENT_FAILURE',
        },
      );
      if (rollback) this.wake(rollback);
    }
  }

  /** Does all that is due. @returns when to look again. */
  async #advance(
    state: CodeDeployState,
    { id, ...begun }: DeploymentRecord,
  ): Promise<number> {
    const current = () => state.deployments.get(id) ?? { id, ...begun };
    const as = this.#asService(state, current());
    if (current().status === 'Created') {
      const now = this.#now();
      state.put({ ...current(), status: 'InProgress', started: now });
      this.#mark(state, id, { name: 'Start', status: 'Succeeded' });
      await this.#requireReady(current(), as);
    }
    await this.#requireNoAlarm(current(), as);
    for (const name of ['BeforeAllowTraffic', 'AllowTraffic'] as const) {
      const waitMs =
        name === 'AllowTraffic'
          ? await this.#shift(state, current(), as)
          : await this.#hook(state, current(), name, as);
      if (waitMs) return waitMs;
    }
    const waitMs = await this.#hook(state, current(), 'AfterAllowTraffic', as);
    if (waitMs) return waitMs;
    this.#mark(state, id, { name: 'End', status: 'Succeeded' });
    const completed = this.#now();
    state.put({ ...current(), status: 'Succeeded', completed });
    const group = state.group(begun.application, begun.group);
    if (group) state.putGroup({ ...group, lastSuccessful: id });
    return 0;
  }

  #now = () => this.#sandbox.clock.now().toISOString();

  #asService(state: CodeDeployState, deployment: DeploymentRecord): CallAs {
    const { account, application, group, id } = deployment;
    const role = state.group(application, group)?.serviceRoleArn.split('/');
    return {
      account,
      principal: {
        arn: `arn:aws:sts::${account}:assumed-role/${
          role?.at(-1) ?? 'codedeploy'
        }/${id}`,
        sessionName: id,
        accessKeyId: account,
        invokedBy: 'codedeploy.amazonaws.com',
      },
    };
  }

  /**
   * The alias must be as the AppSpec says, with one version: left with two, no
   * deployment succeeds until somebody clears the weights.
   * https://docs.aws.amazon.com/codedeploy/latest/userguide/troubleshooting-deployments-lambda.html
   */
  async #requireReady({ spec, rollsBack }: DeploymentRecord, as: CallAs) {
    if (rollsBack) return;
    let alias: {
      FunctionVersion?: string;
      RoutingConfig?: { AdditionalVersionWeights?: Record<string, number> };
    };
    try {
      const { functionName: FunctionName, targetVersion } = spec;
      alias = await this.#sandbox.call(
        'lambda',
        'GetAlias',
        { FunctionName, Name: spec.alias },
        as,
      );
      await this.#sandbox.call(
        'lambda',
        'GetFunction',
        { FunctionName, Qualifier: targetVersion },
        as,
      );
    } catch (error) {
      throw new Failure('INVALID_LAMBDA_FUNCTION', (error as Error).message);
    }
    const weights = alias.RoutingConfig?.AdditionalVersionWeights ?? {};
    if (Object.keys(weights).length) {
      throw new Failure(
        'INVALID_LAMBDA_CONFIGURATION',
        `The alias ${spec.alias} shifts traffic between two versions already`,
      );
    }
    if (alias.FunctionVersion !== spec.currentVersion) {
      throw new Failure(
        'INVALID_LAMBDA_CONFIGURATION',
        `The current version ${spec.currentVersion} is not the version ${alias.FunctionVersion} that the alias points to`,
      );
    }
  }

  async #requireNoAlarm({ alarms, rollsBack }: DeploymentRecord, as: CallAs) {
    const names = (alarms?.alarms ?? []).flatMap(({ name }) => name ?? []);
    if (!alarms?.enabled || rollsBack || !names.length) return;
    let found: sdk.Alarm[] = [];
    let active: string[] = [];
    try {
      const answer = await this.#sandbox.call<{
        MetricAlarms: { AlarmName: string; StateValue: string }[];
      }>('cloudwatch', 'DescribeAlarms', { AlarmNames: names }, as);
      found = answer.MetricAlarms.map(({ AlarmName }) => ({ name: AlarmName }));
      active = answer.MetricAlarms.filter(
        ({ StateValue }) => StateValue === 'ALARM',
      ).map(({ AlarmName }) => AlarmName);
    } catch {
      found = [];
    }
    if (active.length) {
      throw new Failure(
        'ALARM_ACTIVE',
        `One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: ${active.join(
          ', ',
        )}`,
      );
    }
    if (found.length < names.length && !alarms.ignorePollAlarmFailure) {
      throw new Failure(
        'ALARM_ACTIVE',
        'The state of one or more alarms could not be read, and the deployment has been stopped',
      );
    }
  }

  /** Calls a hook's function and waits for its word. 0 when it is over. */
  async #hook(
    state: CodeDeployState,
    { id, spec, events }: DeploymentRecord,
    name: HookEvent,
    as: CallAs,
  ): Promise<number> {
    const hook = spec.hooks[name];
    if (!hook) return 0;
    const known = events.find(event => event.name === name);
    if (known?.status === 'Succeeded') return 0;
    if (known?.status === 'Failed') {
      throw new Failure(
        'HOOK_EXECUTION_FAILURE',
        `The Lambda function of ${name} reported a failure`,
      );
    }
    if (known) {
      const sinceMs = Date.parse(this.#now()) - Date.parse(known.start ?? '');
      if (sinceMs < HOOK_LIMIT_MS) return LOOK_MS;
      throw new Failure(
        'HOOK_EXECUTION_FAILURE',
        `The Lambda function of ${name} did not answer within an hour`,
      );
    }
    const executionId = randomUUID();
    this.#mark(state, id, { name, status: 'InProgress', executionId });
    try {
      await this.#sandbox.call(
        'lambda',
        'Invoke',
        {
          FunctionName: hook,
          InvocationType: 'Event',
          Payload: Buffer.from(
            JSON.stringify({
              DeploymentId: id,
              LifecycleEventHookExecutionId: executionId,
            }),
          ),
        },
        as,
      );
    } catch (error) {
      throw new Failure(
        'HOOK_EXECUTION_FAILURE',
        `The Lambda function of ${name} could not be called: ${
          (error as Error).name
        }`,
      );
    }
    return LOOK_MS;
  }

  /** Makes the shifts that are due. 0 when all traffic is there. */
  async #shift(
    state: CodeDeployState,
    deployment: DeploymentRecord,
    as: CallAs,
  ): Promise<number> {
    const { id, spec } = deployment;
    const began =
      deployment.events.find(event => event.name === 'AllowTraffic')?.start ??
      this.#mark(state, id, { name: 'AllowTraffic', status: 'InProgress' });
    const shifts = shiftsOf(requireConfig(state, deployment.config).traffic);
    for (let done = deployment.shifts; done < shifts.length; done++) {
      const { weight, minutes } = shifts[done];
      const leftMs =
        Date.parse(began) + minutes * MINUTE_MS - Date.parse(this.#now());
      if (leftMs > 0) return Math.min(leftMs, LOOK_MS);
      const isLast = weight >= 100;
      try {
        await this.#sandbox.call(
          'lambda',
          'UpdateAlias',
          {
            FunctionName: spec.functionName,
            Name: spec.alias,
            FunctionVersion: isLast ? spec.targetVersion : spec.currentVersion,
            RoutingConfig: {
              AdditionalVersionWeights: isLast
                ? {}
                : { [spec.targetVersion]: weight / 100 },
            },
          },
          as,
        );
      } catch (error) {
        throw new Failure('INVALID_LAMBDA_FUNCTION', (error as Error).message);
      }
      const now = state.deployments.get(id) ?? deployment;
      state.put({ ...now, shifts: done + 1, weight });
    }
    this.#mark(state, id, { name: 'AllowTraffic', status: 'Succeeded' });
    return 0;
  }

  /** Writes what became of an event. @returns when it began. */
  #mark(
    state: CodeDeployState,
    id: string,
    change: Omit<EventRecord, 'start' | 'end'> & { name: EventName },
  ): string {
    const now = this.#now();
    const deployment = state.deployments.get(id);
    const before = deployment?.events.find(({ name }) => name === change.name);
    const start = before?.start ?? now;
    if (!deployment) return start;
    const next: EventRecord = {
      ...before,
      ...change,
      start,
      end: change.status === 'InProgress' ? undefined : before?.end ?? now,
    };
    const others = deployment.events.filter(({ name }) => name !== change.name);
    state.put({ ...deployment, events: [...others, next] });
    return start;
  }
}
