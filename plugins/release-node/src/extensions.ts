import { createExtensionPoint } from '@backstage/backend-plugin-api';
import type {
  PipelinePort,
  ReleaseSource,
  StackPort,
  TargetDriver,
} from './ports';

/** Where vendor modules add what carries the engine's decisions. */
export interface ReleaseDriversExtensionPoint {
  addTargetDriver(driver: TargetDriver): void;
  setStackPort(port: StackPort): void;
  setReleaseSource(source: ReleaseSource): void;
  setPipelinePort(port: PipelinePort): void;
}

export const releaseDriversExtensionPoint =
  createExtensionPoint<ReleaseDriversExtensionPoint>({ id: 'release.drivers' });
