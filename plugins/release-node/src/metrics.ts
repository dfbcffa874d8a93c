import type {
  AlarmState,
  Calls,
  Revision,
} from '@careplane/backstage-plugin-release-common';
import type { TargetRef } from './targets';

/** What one version served through one target in a window of time. */
export interface MetricsReading {
  /** ISO 8601; `to` is no later than what CloudWatch has taken in by then. */
  from: string;
  to: string;
  candidate: Calls;
  stable: Calls;
}

/**
 * What the monitoring of a target says. No answer is an error, never a zero:
 * the engine takes it for inconclusive.
 */
export interface MetricsPort {
  /**
   * Calls and errors of both versions since `from`, for this alias and each
   * executed version (INV-17). `now` is the database's time (INV-28).
   */
  calls(
    target: TargetRef,
    versions: { candidate: Revision; stable: Revision },
    from: Date,
    now: Date,
  ): Promise<MetricsReading>;
  /**
   * States of the alarms that watch the target: those of its service stack and
   * `target.alarms`. Their texts are never read.
   */
  alarms(target: TargetRef): Promise<AlarmState[]>;
}
