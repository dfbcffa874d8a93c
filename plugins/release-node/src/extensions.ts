import { createExtensionPoint } from '@backstage/backend-plugin-api';
import type {
  MetricsPort,
  CanaryDeadlinePort,
  DeploymentPort,
  PipelinePort,
  ReleaseSource,
  StackPort,
  TargetDriver,
} from './ports';

/** Where vendor modules add what carries the engine's decisions. */
export interface ReleaseDriversExtensionPoint {
  addTargetDriver(driver: TargetDriver): void;
  setStackPort(port: StackPort): void;
  setDeploymentPort(port: DeploymentPort): void;
  setReleaseSource(source: ReleaseSource): void;
  setMetricsPort(port: MetricsPort): void;
  setPipelinePort(port: PipelinePort): void;
  /** Without it, canaries are not guarded while Careplane is away. */
  setCanaryDeadlinePort(port: CanaryDeadlinePort): void;
  /**
   * Told this process's share of the call budgets, more than 0 and at most 1,
   * every few seconds: live backend processes share them equally.
   */
  onShare(listener: (share: number) => void): void;
}

export const releaseDriversExtensionPoint =
  createExtensionPoint<ReleaseDriversExtensionPoint>({ id: 'release.drivers' });
