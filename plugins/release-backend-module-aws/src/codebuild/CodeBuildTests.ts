import {
  BatchGetBuildsCommand,
  type Build,
  CodeBuildClient,
  StartBuildCommand,
} from '@aws-sdk/client-codebuild';
import { consoleUrl } from '@careplane/aws-common';
import {
  AwsAccounts,
  AwsClients,
  requestIdOf,
  withAwsErrors,
} from '@careplane/aws-node';
import type { TestProject } from '@careplane/backstage-plugin-release-common';
import type {
  StageTestPort,
  TestBuild,
  WriteContext,
} from '@careplane/backstage-plugin-release-node';
import { allow, releaseSession } from '../lib/sessions';

const failing = ({ accountId, region, project }: TestProject) => ({
  service: 'codebuild',
  accountId,
  region,
  resource: `CodeBuild project ${project}`,
});

/**
 * Runs the tests of stages as builds of CodeBuild projects.
 *
 * @see https://docs.aws.amazon.com/codebuild/latest/APIReference/API_StartBuild.html
 */
export class CodeBuildTests implements StageTestPort {
  constructor(
    private readonly clients: AwsClients,
    private readonly accounts: AwsAccounts,
  ) {}

  async start(
    request: Parameters<StageTestPort['start']>[0],
    context: WriteContext,
  ) {
    const { where, token, sourceVersion, environment } = request;
    const { partition } = this.accounts.get(where.accountId);
    const client = this.clients.write(
      CodeBuildClient,
      where,
      releaseSession(
        context,
        allow({
          actions: ['codebuild:StartBuild'],
          resources: [
            `arn:${partition}:codebuild:${where.region}:${where.accountId}:project/${where.project}`,
          ],
        }),
      ),
    );
    const done = await withAwsErrors(
      { ...failing(where), operation: 'StartBuild', role: 'release' },
      () =>
        client.send(
          new StartBuildCommand({
            projectName: where.project,
            idempotencyToken: token,
            sourceVersion,
            environmentVariablesOverride: Object.entries(environment).map(
              ([name, value]) => ({ name, value, type: 'PLAINTEXT' }),
            ),
          }),
        ),
    );
    return { build: testBuildOf(done.build), requestId: requestIdOf(done) };
  }

  async read(
    where: TestProject,
    buildId: string,
  ): Promise<TestBuild | undefined> {
    const { builds } = await withAwsErrors(
      { ...failing(where), operation: 'BatchGetBuilds', role: 'read' },
      () =>
        this.clients
          .read(CodeBuildClient, where)
          .send(new BatchGetBuildsCommand({ ids: [buildId] })),
    );
    return builds?.length ? testBuildOf(builds[0]) : undefined;
  }
}

/** Phases in which the buildspec's own commands say what they found. */
const TESTING = ['BUILD', 'POST_BUILD'];

/**
 * @see https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Build.html
 */
export function testBuildOf(build: Build | undefined): TestBuild {
  const { id = '', arn, startTime, endTime, buildStatus } = build ?? {};
  const common = {
    id,
    url: arn && consoleUrl(arn),
    startedAt: startTime?.toISOString(),
    endedAt: endTime?.toISOString(),
  };
  const failed = build?.phases?.find(
    phase => phase.phaseStatus && phase.phaseStatus !== 'SUCCEEDED',
  )?.phaseType;
  const ended = (state: TestBuild['state'], summary?: string) => ({
    ...common,
    state,
    summary,
  });
  switch (buildStatus) {
    case 'IN_PROGRESS':
      return ended('running');
    case 'SUCCEEDED':
      return ended('passed');
    case 'FAILED':
      return failed && !TESTING.includes(failed)
        ? ended('broken', `The build failed in ${failed}, before any test.`)
        : ended('failed', 'The build failed in its tests.');
    case 'TIMED_OUT':
      return ended(
        'failed',
        'The tests took longer than their project allows.',
      );
    case 'STOPPED':
      return ended('broken', 'Somebody stopped the build.');
    default:
      return ended('broken', 'CodeBuild could not run the build.');
  }
}
