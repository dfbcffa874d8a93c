import { ConflictError, NotImplementedError } from '@backstage/errors';
import type {
  MetricsPort,
  CanaryDeadlinePort,
  DeploymentPort,
  OwnerPort,
  PipelinePort,
  PublisherPort,
  ReleaseDriversExtensionPoint,
  ReleaseSource,
  RunInBackground,
  StackPort,
  StageTestPort,
  TargetDriver,
  TargetRef,
  WakeUp,
} from '@careplane/backstage-plugin-release-node';
import type { Carriers } from './engine/Observer';

/** Collects what vendor modules bring, and says what is missing. */
export class DriverRegistry implements ReleaseDriversExtensionPoint, Carriers {
  readonly #drivers = new Map<string, TargetDriver>();
  readonly #publishers = new Map<string, PublisherPort>();
  #stackPort?: StackPort;
  #deploymentPort?: DeploymentPort;
  #releaseSource?: ReleaseSource;
  #pipelinePort?: PipelinePort;
  #metricsPort?: MetricsPort;
  #canaryDeadlinePort?: CanaryDeadlinePort;
  #wake?: (one: WakeUp) => Promise<void>;
  #ownerPort?: OwnerPort;
  #stageTestPort?: StageTestPort;
  #runInBackground: RunInBackground = work => work();
  readonly #shareListeners: ((share: number) => void)[] = [];

  addTargetDriver(driver: TargetDriver): void {
    if (this.#drivers.has(driver.kind)) {
      throw new ConflictError(`There are two drivers for '${driver.kind}'.`);
    }
    this.#drivers.set(driver.kind, driver);
  }

  addPublisher(publisher: PublisherPort): void {
    if (this.#publishers.has(publisher.kind)) {
      throw new ConflictError(
        `There are two publishers for '${publisher.kind}'.`,
      );
    }
    this.#publishers.set(publisher.kind, publisher);
  }

  setStackPort(port: StackPort): void {
    if (this.#stackPort) throw new ConflictError('There are two stack ports.');
    this.#stackPort = port;
  }

  setDeploymentPort(port: DeploymentPort): void {
    if (this.#deploymentPort) {
      throw new ConflictError('There are two deployment ports.');
    }
    this.#deploymentPort = port;
  }

  setReleaseSource(source: ReleaseSource): void {
    if (this.#releaseSource) {
      throw new ConflictError('There are two release sources.');
    }
    this.#releaseSource = source;
  }

  setMetricsPort(port: MetricsPort): void {
    if (this.#metricsPort) {
      throw new ConflictError('There are two metrics ports.');
    }
    this.#metricsPort = port;
  }

  setOwnerPort(port: OwnerPort): void {
    if (this.#ownerPort) throw new ConflictError('There are two owner ports.');
    this.#ownerPort = port;
  }

  setPipelinePort(port: PipelinePort): void {
    if (this.#pipelinePort) {
      throw new ConflictError('There are two pipeline ports.');
    }
    this.#pipelinePort = port;
  }

  setStageTestPort(port: StageTestPort): void {
    if (this.#stageTestPort) {
      throw new ConflictError('There are two stage test ports.');
    }
    this.#stageTestPort = port;
  }

  setCanaryDeadlinePort(port: CanaryDeadlinePort): void {
    if (this.#canaryDeadlinePort) {
      throw new ConflictError('There are two canary deadline ports.');
    }
    this.#canaryDeadlinePort = port;
  }

  /** The plugin says who carries wake-ups out, once it has started. */
  onWake(listener: (one: WakeUp) => Promise<void>): void {
    this.#wake = listener;
  }

  async wake(one: WakeUp): Promise<void> {
    await this.#wake?.(one);
  }

  onShare(listener: (share: number) => void): void {
    this.#shareListeners.push(listener);
  }

  setShare(share: number): void {
    for (const listener of this.#shareListeners) listener(share);
  }

  setBackground(run: RunInBackground): void {
    this.#runInBackground = run;
  }

  inBackground<T>(work: () => Promise<T>): Promise<T> {
    return this.#runInBackground(work);
  }

  driver(kind: TargetRef['kind']): TargetDriver {
    return given(this.#drivers.get(kind), `targets of kind '${kind}'`);
  }

  /** Undefined where only stacks publish releases of this kind. */
  publisher(kind: TargetRef['kind']): PublisherPort | undefined {
    return this.#publishers.get(kind);
  }

  stacks(): StackPort {
    return given(this.#stackPort, 'service stacks');
  }

  metrics(): MetricsPort | undefined {
    return this.#metricsPort;
  }

  /** Undefined where no module knows deployment groups: then there are none. */
  deployments(): DeploymentPort | undefined {
    return this.#deploymentPort;
  }

  owners(): OwnerPort | undefined {
    return this.#ownerPort;
  }

  pipelines(): PipelinePort {
    return given(this.#pipelinePort, 'pipelines');
  }

  stageTests(): StageTestPort {
    return given(this.#stageTestPort, 'tests of stages');
  }

  deadlines(): CanaryDeadlinePort | undefined {
    return this.#canaryDeadlinePort;
  }

  releases(): ReleaseSource | undefined {
    return this.#releaseSource;
  }
}

function given<T>(value: T | undefined, what: string): T {
  if (!value) {
    throw new NotImplementedError(
      `No module carries ${what}. Add release-backend-module-aws to the backend.`,
    );
  }
  return value;
}
