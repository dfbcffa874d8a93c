import type { StageTestState } from '@careplane/backstage-plugin-release-common';
import type { TestBuild } from '@careplane/backstage-plugin-release-node';
import type { StageTestRecord } from '../store/StageTestStore';

/** What is known of a run of tests at one moment. */
export interface TestReading {
  /** The release still receives all traffic, without a break since it came. */
  stillLive: boolean;
  /** A rollout is under way on the target. */
  moving: boolean;
  /** Where the run has one; undefined is: no longer known. */
  build?: TestBuild;
}

export type TestDecision =
  | { next: 'wait' }
  | { next: 'start' }
  | { next: 'end'; state: StageTestState; message?: string };

/** CodeBuild ends a build after 36 hours in the queue and at work. */
const LONGEST_MS = 48 * 3_600_000;

/**
 * What to do about a run of tests. A verdict counts only for a release that
 * was live from before the first test to after the last: tests that met another
 * one have shown nothing of this.
 */
export function decideTests(
  run: StageTestRecord,
  reading: TestReading,
  now: number,
): TestDecision {
  const notRun = (message: string): TestDecision => ({
    next: 'end',
    state: 'not-run',
    message,
  });
  if (run.state === 'waiting') {
    if (!reading.stillLive) {
      return notRun('The release was no longer live when they were to start.');
    }
    if (now - Date.parse(run.requestedAt) > LONGEST_MS) {
      return notRun(run.message ?? 'They could not be started.');
    }
    return { next: reading.moving ? 'wait' : 'start' };
  }
  const { build } = reading;
  if (!build) return notRun('The build that ran them is no longer known.');
  if (build.state === 'running') return { next: 'wait' };
  if (build.state === 'broken') {
    return notRun(build.summary ?? 'The build ended before its verdict.');
  }
  if (!reading.stillLive) {
    return notRun('The release left while they ran: the verdict is of no one.');
  }
  return { next: 'end', state: build.state, message: build.summary };
}
