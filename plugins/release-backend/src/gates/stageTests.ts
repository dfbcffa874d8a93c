import type {
  GateResult,
  StageTestRun,
} from '@careplane/backstage-plugin-release-common';

/** Runs against one release on the stage before, the newest first. */
export interface TestFacts {
  /** Of the stage that was tested. */
  title: string;
  runs: Pick<
    StageTestRun,
    'state' | 'message' | 'url' | 'startedAt' | 'endedAt' | 'requestedAt'
  >[];
}

/**
 * The tests of the stage before passed against this release. The newest verdict
 * counts, and none while they run: somebody asked for reason.
 *
 * @returns undefined where nothing tests the stage before.
 */
export function stageTestsGate(
  tests: TestFacts | undefined,
): GateResult | undefined {
  if (!tests) return undefined;
  const { title, runs } = tests;
  const gate = (
    state: GateResult['state'],
    summary: string,
    run?: TestFacts['runs'][number],
  ): GateResult => ({
    id: 'stage-tests',
    title: 'Stage tests',
    state,
    summary,
    url: run?.url,
    asOf: run?.endedAt ?? run?.startedAt,
  });
  const [newest] = runs;
  if (!newest) {
    return gate('unknown', `The tests of ${title} have not run against it.`);
  }
  if (newest.state === 'waiting') {
    return gate('unknown', `The tests of ${title} are about to start.`, newest);
  }
  if (newest.state === 'running') {
    return gate('unknown', `The tests of ${title} are running.`, newest);
  }
  const verdict = runs.find(run => run.state !== 'not-run');
  if (!verdict) {
    return gate(
      'unknown',
      `The tests of ${title} did not run: ${
        newest.message ?? 'it is not known why.'
      }`,
      newest,
    );
  }
  return verdict.state === 'passed'
    ? gate('pass', `The tests of ${title} passed.`, verdict)
    : gate('fail', `The tests of ${title} failed.`, verdict);
}
