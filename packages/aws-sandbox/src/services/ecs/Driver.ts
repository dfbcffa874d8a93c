import type { Sandbox } from '../../core';
import { breakerThreshold, failedTasks } from './breaker';
import { EcsStore } from './EcsStore';
import { drained, endDeployment } from './ending';
import { Fleet } from './Fleet';
import { HookCalls } from './HookCalls';
import {
  enterHooks,
  enterRollbackHooks,
  hasHookAt,
  rollbackHooksWait,
} from './hooks';
import { shiftTraffic, STAGES } from './lifecycle';
import {
  isCodeDeploys,
  isOver,
  isRolling,
  type DeploymentRecord,
  type ServiceRecord,
} from './model';
import type { Tasks } from './Tasks';

export const DRIVE = 'ecs.drive';
const TICK_MS = 150;
const SCALE_UP = STAGES.indexOf('SCALE_UP');

export interface DrivePayload {
  account: string;
  serviceArn: string;
}

/**
 * Brings each service towards what it should be: its deployment one step
 * further, its tasks to their count. Level-triggered.
 */
export class Driver {
  private readonly busy = new Map<string, boolean>();
  private readonly pending = new Map<string, { job: string; at: number }>();

  private readonly fleet: Fleet;
  private readonly hooks: HookCalls;

  constructor(private readonly sandbox: Sandbox, tasks: Tasks) {
    this.fleet = new Fleet(sandbox, tasks);
    this.hooks = new HookCalls(sandbox, (account, serviceArn) =>
      this.wake(account, serviceArn),
    );
  }

  /** Looks at a service after `delay` milliseconds at the latest. */
  wake(account: string, serviceArn: string, delay = 0): void {
    const at = this.sandbox.clock.now().getTime() + delay;
    const pending = this.pending.get(serviceArn);
    if (pending && pending.at <= at) return;
    if (pending) this.sandbox.jobs.cancel(pending.job);
    const job = this.sandbox.jobs.schedule(DRIVE, new Date(at), {
      account,
      serviceArn,
    });
    this.pending.set(serviceArn, { job, at });
  }

  async drive({ account, serviceArn }: DrivePayload): Promise<void> {
    this.pending.delete(serviceArn);
    if (this.busy.has(serviceArn)) {
      this.busy.set(serviceArn, true);
      return;
    }
    this.busy.set(serviceArn, false);
    try {
      const store = new EcsStore(this.sandbox, account);
      const service = store.services.get(serviceArn);
      if (!service) return;
      const delay = await this.step(store, service);
      if (delay !== undefined) this.wake(account, serviceArn, delay);
    } finally {
      const again = this.busy.get(serviceArn);
      this.busy.delete(serviceArn);
      if (again) this.wake(account, serviceArn, TICK_MS);
    }
  }

  private async step(
    store: EcsStore,
    service: ServiceRecord,
  ): Promise<number | undefined> {
    const deployment = service.deployment
      ? store.deployments.get(service.deployment)
      : undefined;
    if (service.status !== 'ACTIVE') {
      this.fleet.stopOthers(store, service, undefined);
      return drained(store, service);
    }
    if (isCodeDeploys(service)) return this.keepTaskSets(store, service);
    if (!deployment || isOver(deployment)) {
      if (service.currentRevision)
        this.fleet.scale(
          store,
          service,
          service.currentRevision,
          deployment?.id ?? '',
        );
      return undefined;
    }
    const loaded = deployment.updatedAt;
    const delay = await this.advance(store, service, deployment);
    const stored = store.deployments.get(deployment.arn);
    // Somebody stopped, continued or superseded it while alarms were read.
    if (
      stored?.updatedAt !== loaded ||
      store.services.get(service.arn)?.deployment !== service.deployment
    )
      return TICK_MS;
    deployment.updatedAt = store.now();
    store.deployments.set(deployment.arn, deployment);
    store.saveService(service);
    this.hooks.begin(store, deployment);
    return delay;
  }

  /** Every task set has its tasks, and no others run. */
  private keepTaskSets(
    store: EcsStore,
    service: ServiceRecord,
  ): number | undefined {
    const sets = store.taskSetsOf(service.arn);
    const steady = sets.map(set => {
      this.fleet.resolveDigests(store, set.revision, service.desiredCount);
      return this.fleet.scale(store, service, set.revision, set.id);
    });
    this.fleet.stopOthers(store, service, ...sets.map(set => set.revision));
    return steady.every(Boolean) ? undefined : TICK_MS;
  }

  private async advance(
    store: EcsStore,
    service: ServiceRecord,
    deployment: DeploymentRecord,
  ): Promise<number | undefined> {
    switch (deployment.status) {
      case 'PENDING':
        this.fleet.resolveDigests(
          store,
          deployment.target,
          service.desiredCount,
        );
        deployment.status = 'IN_PROGRESS';
        deployment.startedAt = store.now();
        deployment.stageSince = store.now();
        return TICK_MS;
      case 'STOP_REQUESTED':
        endDeployment(
          this.fleet,
          store,
          service,
          deployment,
          'STOPPED',
          deployment.statusReason,
        );
        return undefined;
      case 'ROLLBACK_REQUESTED':
        this.beginRollback(
          store,
          service,
          deployment,
          'Rollback was requested by StopServiceDeployment',
        );
        return TICK_MS;
      default:
        return this.progress(store, service, deployment);
    }
  }

  private async progress(
    store: EcsStore,
    service: ServiceRecord,
    deployment: DeploymentRecord,
  ): Promise<number | undefined> {
    const back = deployment.status === 'ROLLBACK_IN_PROGRESS';
    const goal = back
      ? deployment.rollback!.serviceRevisionArn
      : deployment.target;
    const stage = STAGES[deployment.stage];
    if (!back) {
      const alarms = await this.fleet.firingAlarms(store, deployment);
      if (alarms.length > 0) {
        deployment.alarmsTriggered = alarms;
        return this.giveUp(
          store,
          service,
          deployment,
          `alarm detected in ${alarms.join(', ')}`,
          deployment.configuration.alarms?.rollback,
        );
      }
      const hook = enterHooks(
        this.sandbox.clock.now(),
        deployment,
        stage,
        this.fleet.runsBeside(store, service, deployment),
      );
      if (hook.verdict === 'ROLLBACK') {
        this.beginRollback(store, service, deployment, hook.reason);
        return TICK_MS;
      }
      if (hook.verdict === 'WAIT') return 1000;
    }
    // Before, the new revision has not started.
    const scales = back || deployment.stage >= SCALE_UP;
    const healthy =
      !scales || this.fleet.scale(store, service, goal, deployment.id);
    if (back) {
      const waits = rollbackHooksWait(this.sandbox.clock.now(), deployment);
      if (!healthy) return TICK_MS;
      if (waits) return 1000;
      endDeployment(
        this.fleet,
        store,
        service,
        deployment,
        'ROLLBACK_SUCCESSFUL',
        deployment.statusReason,
      );
      return undefined;
    }
    const failed = failedTasks(store, deployment);
    deployment.failures = failed.length;
    const breaker = deployment.configuration.deploymentCircuitBreaker;
    if (breaker?.enable && deployment.failures >= breakerThreshold(service)) {
      deployment.breaker = 'TRIGGERED';
      const why = failed.at(-1)?.stoppedReason ?? 'tasks failed to start';
      return this.giveUp(
        store,
        service,
        deployment,
        `tasks failed to start. ${why}`,
        breaker.rollback,
      );
    }
    if (!healthy) return failed.length > 0 ? 300 : TICK_MS;
    return this.nextStage(store, service, deployment, stage);
  }

  private nextStage(
    store: EcsStore,
    service: ServiceRecord,
    deployment: DeploymentRecord,
    stage: string,
  ): number | undefined {
    const now = this.sandbox.clock.now().getTime();
    const since = now - new Date(deployment.stageSince).getTime();
    if (stage === 'PRODUCTION_TRAFFIC_SHIFT') {
      const before = deployment.weight;
      const wait = shiftTraffic(this.sandbox.clock.now(), deployment);
      // Hooks of the shift are met before anything follows it.
      if (deployment.weight !== before && hasHookAt(deployment, stage)) {
        return TICK_MS;
      }
      if (wait !== undefined) return wait;
      if (isRolling(deployment))
        this.fleet.stopOthers(store, service, deployment.target);
    }
    if (stage === 'BAKE_TIME') {
      const left =
        (deployment.configuration.bakeTimeInMinutes ?? 0) * 60_000 - since;
      if (left > 0) return Math.min(left, 5000);
    }
    if (deployment.stage < STAGES.length - 1) {
      deployment.stage += 1;
      deployment.stageSince = store.now();
      return isRolling(deployment) ? 20 : 60;
    }
    endDeployment(this.fleet, store, service, deployment, 'SUCCESSFUL');
    return undefined;
  }

  private giveUp(
    store: EcsStore,
    service: ServiceRecord,
    deployment: DeploymentRecord,
    reason: string,
    rollback?: boolean,
  ): number | undefined {
    const target = rollback ? deployment.source : undefined;
    if (target && store.revisions.has(target)) {
      this.beginRollback(
        store,
        service,
        deployment,
        `Service deployment rolled back because ${reason}`,
      );
      return TICK_MS;
    }
    endDeployment(
      this.fleet,
      store,
      service,
      deployment,
      rollback ? 'ROLLBACK_FAILED' : 'STOPPED',
      `Service deployment failed because ${reason}`,
    );
    return undefined;
  }

  private beginRollback(
    store: EcsStore,
    service: ServiceRecord,
    deployment: DeploymentRecord,
    reason: string,
  ): void {
    if (!deployment.source) {
      endDeployment(
        this.fleet,
        store,
        service,
        deployment,
        'ROLLBACK_FAILED',
        'There is no completed deployment to roll back to',
      );
      return;
    }
    deployment.status = 'ROLLBACK_IN_PROGRESS';
    deployment.statusReason = reason;
    deployment.rollback = {
      reason,
      startedAt: store.now(),
      serviceRevisionArn: deployment.source,
    };
    deployment.weight = 0;
    enterRollbackHooks(this.sandbox.clock.now(), deployment);
    // ECS's own rollback makes no new revision; the service shows the old one.
    service.taskDefinition = store.revisions.get(
      deployment.source,
    )!.taskDefinition;
    store.event(
      service,
      `rolling back to deployment of ${service.taskDefinition
        .split('/')
        .pop()}.`,
    );
  }
}
