import {
  BatchGetBuildsCommand,
  Build,
  CodeBuildClient,
} from '@aws-sdk/client-codebuild';
import {
  CloudWatchLogsClient,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { NotFoundError, toError } from '@backstage/errors';
import { buildLogUrl } from '@careplane/aws-common';
import type { FailureCause } from '@careplane/backstage-plugin-delivery-common';
import type { AwsReader, Place } from '../AwsReader';
import { firstErrorOf } from '../log/firstErrorLine';
import { redactLines, redactMessage } from '../log/redact';

/** Lines that are shown, at most. */
const TAIL_LINES = 200;
/** Events that are searched for the first error line: one page of one call. */
const EVENTS = 2000;

interface BuildLog {
  lines: string[];
  more: boolean;
  unavailable?: string;
}

/**
 * Reads why a build of CodeBuild failed: two calls, nothing is kept.
 *
 * @throws NotFoundError when AWS does not know the build (any more).
 */
export async function readBuildCause(
  aws: AwsReader,
  place: Place & { partition: string },
  buildId: string,
): Promise<FailureCause> {
  const { builds } = await aws.call(
    CodeBuildClient,
    place,
    {
      service: 'codebuild',
      operation: 'BatchGetBuilds',
      resource: `build ${buildId}`,
    },
    client => client.send(new BatchGetBuildsCommand({ ids: [buildId] })),
  );
  const build = builds?.[0];
  if (!build) {
    throw new NotFoundError(
      `AWS does not know build '${buildId}' any more. It keeps builds for a year.`,
    );
  }
  const failed = build.phases?.find(
    phase =>
      phase.phaseStatus &&
      !['SUCCEEDED', 'IN_PROGRESS', 'QUEUED'].includes(phase.phaseStatus),
  );
  return {
    buildId,
    phase: failed?.phaseType,
    message: redactMessage(failed?.contexts?.find(one => one.message)?.message),
    commit: build.resolvedSourceVersion,
    url: buildLogUrl(buildId, place),
    ...toTail(await readLog(aws, place, build)),
  };
}

/** The pure part: redacts, finds the first error line, bounds the tail. */
export function toTail(
  log: BuildLog,
): Pick<
  FailureCause,
  'firstErrorLine' | 'firstErrorOf' | 'logTail' | 'truncated' | 'logUnavailable'
> {
  const lines = redactLines(log.lines);
  const first = firstErrorOf(lines);
  return {
    firstErrorLine: first?.line,
    firstErrorOf: first?.of,
    logTail: lines.slice(-TAIL_LINES),
    truncated: log.more || lines.length > TAIL_LINES,
    logUnavailable: log.unavailable,
  };
}

/** A log that cannot be had does not hide the phase and its message. */
async function readLog(
  aws: AwsReader,
  place: Place,
  build: Build,
): Promise<BuildLog> {
  const { groupName, streamName } = build.logs ?? {};
  if (!groupName || !streamName) {
    return {
      lines: [],
      more: false,
      unavailable: 'The build wrote no log to CloudWatch Logs.',
    };
  }
  try {
    const { events = [] } = await aws.call(
      CloudWatchLogsClient,
      place,
      {
        service: 'logs',
        operation: 'GetLogEvents',
        resource: `log group ${groupName}`,
      },
      client =>
        client.send(
          new GetLogEventsCommand({
            logGroupName: groupName,
            logStreamName: streamName,
            startFromHead: false,
            limit: EVENTS,
          }),
        ),
    );
    const lines = events.flatMap(event =>
      (event.message ?? '').replace(/\n$/, '').split('\n'),
    );
    return { lines, more: events.length >= EVENTS };
  } catch (thrown) {
    return { lines: [], more: false, unavailable: toError(thrown).message };
  }
}
