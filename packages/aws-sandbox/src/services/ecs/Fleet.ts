import type { Sandbox } from '../../core';
import type { EcsStore } from './EcsStore';
import { parseImage, pull } from './images';
import type { DeploymentRecord, RevisionRecord, ServiceRecord } from './model';
import type { Tasks } from './Tasks';

/** What a deployment asks of the world: digests, tasks, alarms. */
export class Fleet {
  constructor(
    private readonly sandbox: Sandbox,
    private readonly tasks: Tasks,
  ) {}

  /**
   * ECS resolves tags once, when the first task of a deployment starts, and its
   * tasks keep the digest; without tasks, or where a container opts out of
   * version consistency, nothing is resolved:
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
   */
  resolveDigests(
    store: EcsStore,
    revisionArn: string,
    desiredCount: number,
  ): void {
    if (desiredCount === 0) return;
    const revision = store.revisions.get(revisionArn)!;
    const loose = new Set(
      store
        .findDefinition(revision.taskDefinition)
        ?.definition.containerDefinitions.filter(
          container => container.versionConsistency === 'disabled',
        )
        .map(container => container.name),
    );
    store.revisions.set(revisionArn, {
      ...revision,
      images: revision.images.map(image => {
        const reference = parseImage(image.image);
        if (loose.has(image.containerName) && !reference?.digest) return image;
        return {
          ...image,
          imageDigest:
            image.imageDigest ??
            (reference && pull(this.sandbox, reference)?.digest),
        };
      }),
    });
  }

  /** Starts or stops tasks towards the wanted count; true when all of them run. */
  scale(
    store: EcsStore,
    service: ServiceRecord,
    revisionArn: string,
    deploymentId: string,
  ): boolean {
    const revision: RevisionRecord | undefined =
      store.revisions.get(revisionArn);
    if (!revision) return true;
    const alive = store
      .tasksOf(service.arn)
      .filter(
        task => task.revision === revisionArn && task.status !== 'STOPPED',
      );
    const surplus = alive.length - service.desiredCount;
    if (surplus > 0) {
      alive
        .sort((a, b) => Number(a.leads) - Number(b.leads))
        .slice(0, surplus)
        .forEach(task =>
          this.tasks.stop(
            store,
            task,
            `Scaling activity initiated by (deployment ${deploymentId})`,
          ),
        );
    }
    for (let index = surplus; index < 0; index += 1) {
      this.tasks.launch(store, service, revision, deploymentId);
    }
    return surplus >= 0 && alive.every(task => task.status === 'RUNNING');
  }

  /** Stops every task that is of none of the kept revisions. */
  stopOthers(
    store: EcsStore,
    service: ServiceRecord,
    ...kept: (string | undefined)[]
  ): void {
    for (const task of store.tasksOf(service.arn)) {
      if (task.status !== 'STOPPED' && !kept.includes(task.revision)) {
        this.tasks.stop(
          store,
          task,
          `Scaling activity initiated by (service ${service.name})`,
        );
      }
    }
  }

  /** Whether revisions run that the deployment neither brings nor replaces. */
  runsBeside(
    store: EcsStore,
    service: ServiceRecord,
    { source, target }: DeploymentRecord,
  ): boolean {
    return store
      .tasksOf(service.arn)
      .some(
        task =>
          task.status !== 'STOPPED' &&
          task.revision !== source &&
          task.revision !== target,
      );
  }

  /** Names of the deployment's alarms that are in ALARM. */
  async firingAlarms(
    store: EcsStore,
    deployment: DeploymentRecord,
  ): Promise<string[]> {
    const { alarms } = deployment.configuration;
    if (!alarms?.enable || !alarms.alarmNames?.length) return [];
    try {
      const { MetricAlarms } = await this.sandbox.call<{
        MetricAlarms?: { AlarmName?: string; StateValue?: string }[];
      }>(
        'cloudwatch',
        'DescribeAlarms',
        { AlarmNames: alarms.alarmNames },
        { account: store.account },
      );
      return (MetricAlarms ?? [])
        .filter(alarm => alarm.StateValue === 'ALARM')
        .map(alarm => alarm.AlarmName ?? '');
    } catch (error) {
      this.sandbox.log.warn(
        `ecs: alarms cannot be read: ${(error as Error).message}`,
      );
      return [];
    }
  }
}
