import { randomUUID } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-codedeploy';
import type { CallAs, Sandbox } from '../../core';
import type {
  CodeDeployState,
  DeploymentRecord,
  EventName,
  EventRecord,
  HookEvent,
} from './model';

export const LOOK_MS = 10_000;
export const MINUTE_MS = 60_000;
/** https://docs.aws.amazon.com/codedeploy/latest/userguide/limits.html */
const HOOK_LIMIT_MS = 60 * MINUTE_MS;

/** Why a deployment ends badly. */
export class Failure extends Error {
  constructor(
    readonly code: sdk.ErrorCode,
    message: string,
    /** As after StopDeployment; else it has failed. */
    readonly stops = code === 'ALARM_ACTIVE',
  ) {
    super(message);
  }
}

/** One deployment on its way: what the platforms have in common. */
export class Steps {
  constructor(
    readonly sandbox: Sandbox,
    readonly state: CodeDeployState,
    readonly id: string,
  ) {}

  get now(): string {
    return this.sandbox.clock.now().toISOString();
  }

  get current(): DeploymentRecord {
    const found = this.state.deployments.get(this.id);
    if (!found) throw new Error(`There is no deployment ${this.id}`);
    return found;
  }

  put(change: Partial<DeploymentRecord>): void {
    this.state.put({ ...this.current, ...change });
  }

  /** Milliseconds since then. */
  since(at: string): number {
    return Date.parse(this.now) - Date.parse(at);
  }

  call<T>(service: string, operation: string, input: object): Promise<T> {
    return this.sandbox.call<T>(service, operation, input, this.#as());
  }

  #as(): CallAs {
    const { account, application, group, id } = this.current;
    const role = this.state.group(application, group)?.serviceRoleArn;
    return {
      account,
      principal: {
        arn: `arn:aws:sts::${account}:assumed-role/${
          role?.split('/').at(-1) ?? 'codedeploy'
        }/${id}`,
        sessionName: id,
        accessKeyId: account,
        invokedBy: 'codedeploy.amazonaws.com',
      },
    };
  }

  event(name: EventName): EventRecord | undefined {
    return this.current.events.find(event => event.name === name);
  }

  /** Writes what became of an event. @returns when it began. */
  mark(
    change: Omit<EventRecord, 'start' | 'end'> & { name: EventName },
  ): string {
    const { now } = this;
    const before = this.event(change.name);
    const start = before?.start ?? now;
    const next: EventRecord = {
      ...before,
      ...change,
      start,
      end: change.status === 'InProgress' ? undefined : before?.end ?? now,
    };
    const others = this.current.events.filter(
      ({ name }) => name !== change.name,
    );
    this.put({ events: [...others, next] });
    return start;
  }

  begin(): void {
    this.put({ status: 'InProgress', started: this.now });
  }

  finish(): void {
    const { application, group } = this.current;
    this.put({ status: 'Succeeded', completed: this.now });
    const owner = this.state.group(application, group);
    if (owner) this.state.putGroup({ ...owner, lastSuccessful: this.id });
  }

  async requireNoAlarm(): Promise<void> {
    const { alarms, rollsBack } = this.current;
    const names = (alarms?.alarms ?? []).flatMap(({ name }) => name ?? []);
    if (!alarms?.enabled || rollsBack || !names.length) return;
    let found = 0;
    let active: string[] = [];
    try {
      const { MetricAlarms } = await this.call<{
        MetricAlarms: { AlarmName: string; StateValue: string }[];
      }>('cloudwatch', 'DescribeAlarms', { AlarmNames: names });
      found = MetricAlarms.length;
      active = MetricAlarms.filter(
        ({ StateValue }) => StateValue === 'ALARM',
      ).map(({ AlarmName }) => AlarmName);
    } catch {
      found = 0;
    }
    if (active.length) {
      throw new Failure(
        'ALARM_ACTIVE',
        `One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected deployments have been stopped. Activated alarms: ${active.join(
          ', ',
        )}`,
      );
    }
    if (found < names.length && !alarms.ignorePollAlarmFailure) {
      throw new Failure(
        'ALARM_ACTIVE',
        'The state of one or more alarms could not be read, and the deployment has been stopped',
      );
    }
  }

  /** Calls a hook's function and waits for its word. 0 when it is over. */
  async hook(name: HookEvent): Promise<number> {
    const hook = this.current.spec.hooks[name];
    if (!hook) return 0;
    const known = this.event(name);
    if (known?.status === 'Succeeded') return 0;
    const failed = (what: string) =>
      new Failure(
        'HOOK_EXECUTION_FAILURE',
        `The Lambda function of ${name} ${what}`,
      );
    if (known?.status === 'Failed') throw failed('reported a failure');
    if (known) {
      if (this.since(known.start ?? '') < HOOK_LIMIT_MS) return LOOK_MS;
      throw failed('did not answer within an hour');
    }
    const executionId = randomUUID();
    this.mark({ name, status: 'InProgress', executionId });
    try {
      await this.call('lambda', 'Invoke', {
        FunctionName: hook,
        InvocationType: 'Event',
        Payload: Buffer.from(
          JSON.stringify({
            DeploymentId: this.id,
            LifecycleEventHookExecutionId: executionId,
          }),
        ),
      });
    } catch (error) {
      throw failed(`could not be called: ${(error as Error).name}`);
    }
    return LOOK_MS;
  }
}
