/** Where the tests of a stage are: a CodeBuild project. */
export interface TestProject {
  accountId: string;
  region: string;
  project: string;
}

/**
 * `not-run` is no verdict: nothing ran to its end against this release, and
 * `message` says why.
 */
export type StageTestState =
  | 'waiting'
  | 'running'
  | 'passed'
  | 'failed'
  | 'not-run';

/** One run of a stage's tests against a release that went live there. */
export interface StageTestRun {
  id: string;
  stage: string;
  targetArn: string;
  releaseId: string;
  version?: string;
  /** The rollout that brought the release. */
  rolloutId?: string;
  state: StageTestState;
  /** `careplane-auto` after a rollout, else who asked for it. */
  requestedBy: string;
  requestedAt: string;
  startedAt?: string;
  endedAt?: string;
  /** Of the build, in AWS's console. */
  url?: string;
  message?: string;
}
