import type { ActRequest } from '@careplane/backstage-plugin-release-common';
import type { RolloutState } from '@careplane/backstage-plugin-release-common';
import type { Boundary, When } from './boundaries';

/** One rollout that a worker carries, with a database and an account of its own. */
export interface Task {
  id: string;
  file: string;
  account: string;
  rolloutId: string;
  /** What a person does as soon as the rollout is in a state, once. */
  acts: {
    state: RolloutState;
    act: ActRequest['act'];
    /** Not before its deployment waits for somebody. */
    paused?: boolean;
  }[];
  /** Where it stops for good, and waits to be killed. */
  stop?: { key: string; when: When };
  /** The worker before was killed: its lease has to run out first. */
  takesOver?: boolean;
  fault?: FaultPlan;
}

/** What AWS does at one boundary, in the words of the sandbox's faults. */
export interface FaultPlan {
  key: string;
  fault: Record<string, unknown>;
}

export type ToWorker = { tasks: Task[] };

export type FromWorker =
  | { type: 'stopped'; id: string }
  | { type: 'ended'; id: string; end: Ended }
  | { type: 'broke'; id: string; error: string };

export interface Ended {
  state: RolloutState;
  /** Waits for nothing any more, or for a person. */
  over: boolean;
  met: Boundary[];
}
