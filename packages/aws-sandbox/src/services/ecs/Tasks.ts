import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import type { Sandbox } from '../../core';
import { EcsStore } from './EcsStore';
import { parseImage, pull, unpack } from './images';
import type { RevisionRecord, ServiceRecord, TaskRecord } from './model';
import { commandOf, StoppedOnPurpose, type ProcessHost } from './ProcessHost';

/** Why the sandbox starts no process beside the first one of a revision. */
const ONE_PROCESS = 'not run: the sandbox runs one process per service';

/** Starts and stops the tasks of services. */
export class Tasks {
  /** Starts that are under way in this process. */
  private readonly starting = new Set<string>();

  constructor(
    private readonly sandbox: Sandbox,
    private readonly host: ProcessHost,
    private readonly wake: (account: string, serviceArn: string) => void,
  ) {}

  /** Records a task and starts it in the background. */
  launch(
    store: EcsStore,
    service: ServiceRecord,
    revision: RevisionRecord,
    deploymentId: string,
  ): void {
    const leads = !store
      .tasksOf(service.arn)
      .some(
        other =>
          other.leads &&
          other.revision === revision.arn &&
          other.status !== 'STOPPED',
      );
    const task: TaskRecord = {
      leads,
      arn: store.arn('task', service.cluster, randomBytes(16).toString('hex')),
      clusterArn: service.clusterArn,
      serviceArn: service.arn,
      revision: revision.arn,
      deploymentId,
      taskDefinition: revision.taskDefinition,
      createdAt: store.now(),
      status: 'PENDING',
      health: 'UNKNOWN',
      containers: revision.images.map(image => ({
        name: image.containerName,
        image: image.image,
        imageDigest: image.imageDigest,
      })),
    };
    store.tasks.set(task.arn, task);
    this.starting.add(task.arn);
    this.start(store, task)
      .catch(error => this.failed(store, task.arn, error as Error))
      .finally(() => {
        this.starting.delete(task.arn);
        this.wake(store.account, service.arn);
      });
  }

  private failed(
    store: EcsStore,
    arn: string,
    error: Error & { exitCode?: number },
  ): void {
    // What the sandbox's end cut off starts again at the next start.
    if (error instanceof StoppedOnPurpose) return;
    const task = store.tasks.get(arn);
    if (!task || task.status === 'STOPPED') return;
    if (error.exitCode !== undefined && task.containers[0])
      task.containers[0].exitCode = error.exitCode;
    this.markStopped(
      store,
      task,
      error.message,
      error.message.startsWith('CannotPull')
        ? 'TaskFailedToStart'
        : 'EssentialContainerExited',
    );
  }

  private async start(store: EcsStore, task: TaskRecord): Promise<void> {
    const definition = store.findDefinition(task.taskDefinition)!;
    let real = false;
    for (const container of definition.definition.containerDefinitions) {
      const shown = task.containers.find(item => item.name === container.name);
      if (!shown) continue;
      const reference = parseImage(shown.image);
      if (!reference) {
        shown.notRun =
          'not run: its image is in a registry that the sandbox does not reach';
      } else {
        // Each task pulls for itself: the image may be gone or archived by now.
        const pulled = pull(this.sandbox, {
          ...reference,
          digest: shown.imageDigest ?? reference.digest,
        });
        if (!pulled) {
          throw new Error(
            `CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref ${shown.image}: not found`,
          );
        }
        shown.imageDigest = pulled.digest;
        const image = await unpack(this.sandbox, reference, shown.imageDigest);
        const [program] = commandOf(container, image.config);
        if (!program || basename(program) !== 'node') {
          shown.notRun = `not run: no ${
            program ? basename(program) : 'command'
          }`;
        } else if (!task.leads || real) {
          shown.notRun = ONE_PROCESS;
        } else {
          const ports = await this.host.start(
            task.arn,
            store.account,
            container,
            image,
            code => this.exited(store, task.arn, code),
          );
          Object.assign(shown, ports);
          real = true;
        }
      }
    }
    const now = store.tasks.get(task.arn);
    if (!now || now.status === 'STOPPED') {
      this.host.stop(task.arn);
      return;
    }
    store.tasks.set(task.arn, {
      ...task,
      status: 'RUNNING',
      health: real ? 'HEALTHY' : 'UNKNOWN',
      startedAt: store.now(),
    });
  }

  private exited(store: EcsStore, arn: string, code: number): void {
    const task = store.tasks.get(arn);
    if (!task || task.status === 'STOPPED') return;
    const container = task.containers.find(item => item.hostPort);
    if (container) container.exitCode = code;
    this.markStopped(
      store,
      task,
      'Essential container in task exited',
      'EssentialContainerExited',
    );
    this.wake(store.account, task.serviceArn);
  }

  private markStopped(
    store: EcsStore,
    task: TaskRecord,
    reason: string,
    code: string,
  ): void {
    store.tasks.set(task.arn, {
      ...task,
      status: 'STOPPED',
      stoppedAt: store.now(),
      stoppedReason: reason,
      stopCode: code,
    });
    store.prune(task.serviceArn);
  }

  stop(store: EcsStore, task: TaskRecord, reason: string): void {
    this.markStopped(store, task, reason, 'ServiceSchedulerInitiated');
    this.host.stop(task.arn);
  }

  /** Tasks of an earlier run of the sandbox have no process any more. */
  forgetOld(store: EcsStore): void {
    for (const task of store.tasks.values()) {
      if (
        task.status !== 'STOPPED' &&
        !this.starting.has(task.arn) &&
        !this.host.isRunning(task.arn)
      ) {
        this.markStopped(
          store,
          task,
          'The sandbox was stopped',
          'TerminationNotice',
        );
      }
    }
  }
}
