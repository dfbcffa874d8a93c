import type { SandboxLog } from '../types';

/** Something that happened in an account, as EventBridge would tell of it. */
export interface AwsEvent {
  account: string;
  region?: string;
  /** As `aws.ecs`. */
  source: string;
  detailType: string;
  /** ARNs. */
  resources?: readonly string[];
  detail: object;
}

/**
 * Where services tell what happened. Listeners are called at once and must not
 * throw; they keep what they want to act on and act later.
 */
export class EventHub {
  private readonly listeners: ((event: AwsEvent) => void)[] = [];

  constructor(private readonly log: SandboxLog) {}

  emit(event: AwsEvent) {
    for (const listener of this.listeners) {
      try {
        listener(event);
      } catch (error) {
        this.log.warn(`An event of ${event.source} was not taken: ${error}`);
      }
    }
  }

  listen(listener: (event: AwsEvent) => void) {
    this.listeners.push(listener);
  }
}
