import type { TestProject } from '@careplane/backstage-plugin-release-common';
import type { WriteContext } from './targets';

/** A build that runs tests, as the build service tells it. */
export interface TestBuild {
  id: string;
  /** `broken`: it ended for a reason that says nothing of what it tests. */
  state: 'running' | 'passed' | 'failed' | 'broken';
  startedAt?: string;
  endedAt?: string;
  /** What ended it, where it did not pass. Never a line of a log. */
  summary?: string;
  url?: string;
}

/** Runs the tests of a stage. */
export interface StageTestPort {
  /**
   * Starts the tests. The same token within five minutes answers with the
   * build that was started first.
   *
   * @throws NotFoundError where there is no such project, NotAllowedError or
   *   ForwardedError where it may not be started.
   */
  start(
    request: {
      where: TestProject;
      token: string;
      /** Commit of the release: the tests are those of its source. */
      sourceVersion?: string;
      environment: Record<string, string>;
    },
    context: WriteContext,
  ): Promise<{ build: TestBuild; requestId?: string }>;

  /** Undefined where the build is no longer known. */
  read(where: TestProject, buildId: string): Promise<TestBuild | undefined>;
}
