import { createExtensionPoint } from '@backstage/backend-plugin-api';
import type { CanaryDeadlinePort } from './deadlines';
import type { DeploymentPort } from './deployments';
import type { MetricsPort } from './metrics';
import type { OwnerPort } from './owners';
import type { PipelinePort } from './pipelines';
import type { PublisherPort } from './publishing';
import type { ReleaseSource } from './releases';
import type { StackPort } from './stacks';
import type { StageTestPort } from './stageTests';
import type { TargetDriver } from './targets';

/** Where vendor modules add what carries the engine's decisions. */
export interface ReleaseDriversExtensionPoint {
  addTargetDriver(driver: TargetDriver): void;
  /** Without one for a kind, only stacks publish releases of that kind. */
  addPublisher(publisher: PublisherPort): void;
  setStackPort(port: StackPort): void;
  setDeploymentPort(port: DeploymentPort): void;
  setReleaseSource(source: ReleaseSource): void;
  setMetricsPort(port: MetricsPort): void;
  setOwnerPort(port: OwnerPort): void;
  setPipelinePort(port: PipelinePort): void;
  /** Without it, no tests of stages run. */
  setStageTestPort(port: StageTestPort): void;
  /** Without it, canaries are not guarded while Careplane is away. */
  setCanaryDeadlinePort(port: CanaryDeadlinePort): void;
  /**
   * Something is said to have changed: what a wake-up names is looked at now. A
   * hint only (INV-34): state is always read, and polling finds it anyway.
   */
  wake(one: WakeUp): Promise<void>;
  /**
   * Told this process's share of the call budgets, more than 0 and at most 1,
   * every few seconds: live backend processes share them equally.
   */
  onShare(listener: (share: number) => void): void;
  /**
   * How work is run whose calls let all others go first: readings that nobody
   * waits for do not hold up a rollout in flight.
   */
  setBackground(run: RunInBackground): void;
}

export type RunInBackground = <T>(work: () => Promise<T>) => Promise<T>;

/** A target or a stack that may have changed; neither: any of the account. */
export interface WakeUp {
  accountId: string;
  region: string;
  arn?: string;
  stack?: string;
}

export const releaseDriversExtensionPoint =
  createExtensionPoint<ReleaseDriversExtensionPoint>({ id: 'release.drivers' });
