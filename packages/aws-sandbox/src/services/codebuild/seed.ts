import { randomUUID } from 'node:crypto';
import type { Sandbox } from '../../core';
import { logsOf } from '../logs';
import { buildsOf } from './BuildQueue';
import type { BuildRecord, PhaseRecord, PipelineJob } from './model';
import { requireProject } from './projects';

export interface SeededBuild {
  account: string;
  region: string;
  project: string;
  start: Date;
  /** Length of the build in seconds. */
  seconds: number;
  initiator: string;
  /** What the commands wrote, without CodeBuild's own lines. */
  log: string[];
  exported?: Record<string, string>;
  pipeline?: PipelineJob;
  sourceVersion?: string;
  /** Ends the build in BUILD, as a command that fails does. */
  failure?: { command: string; exitStatus: number };
}

/** Writes a build that has ended, with its phases and its log at their times. */
export function seedBuild(sandbox: Sandbox, seeded: SeededBuild): BuildRecord {
  const { account, region, project, failure } = seeded;
  const settings = requireProject({ sandbox, account, region }, project);
  const counters = sandbox.store<number>('codebuild', account, 'numbers');
  const buildNumber = (counters.get(project) ?? 0) + 1;
  counters.set(project, buildNumber);
  const uuid = randomUUID();
  const id = `${project}:${uuid}`;
  const at = (share: number) =>
    new Date(
      seeded.start.getTime() + share * seeded.seconds * 1000,
    ).toISOString();
  const phase = (
    type: PhaseRecord['type'],
    from: number,
    to: number,
    status: PhaseRecord['status'] = 'SUCCEEDED',
  ): PhaseRecord => ({ type, status, start: at(from), end: at(to) });
  const context = failure && {
    statusCode: 'COMMAND_EXECUTION_ERROR',
    message: `Error while executing command: ${failure.command}. Reason: exit status ${failure.exitStatus}`,
  };
  const build: BuildRecord = {
    id,
    arn: `arn:aws:codebuild:${region}:${account}:build/${id}`,
    account,
    project,
    buildNumber,
    status: failure ? 'FAILED' : 'SUCCEEDED',
    start: at(0),
    end: at(1),
    phases: [
      phase('SUBMITTED', 0, 0),
      phase('QUEUED', 0, 0.02),
      phase('PROVISIONING', 0.02, 0.1),
      phase('DOWNLOAD_SOURCE', 0.1, 0.14),
      phase('INSTALL', 0.14, 0.4),
      phase('PRE_BUILD', 0.4, 0.45),
      failure
        ? {
            ...phase('BUILD', 0.45, 0.94, 'FAILED'),
            contexts: context ? [context] : undefined,
          }
        : phase('BUILD', 0.45, 0.9),
      phase('POST_BUILD', 0.94, 0.95),
      phase('UPLOAD_ARTIFACTS', 0.95, 0.98),
      phase('FINALIZING', 0.98, 1),
      { type: 'COMPLETED', start: at(1) },
    ],
    initiator: seeded.initiator,
    sourceVersion: seeded.sourceVersion,
    resolvedSourceVersion: seeded.sourceVersion,
    source: {
      ...settings.source,
      type: seeded.pipeline ? 'CODEPIPELINE' : settings.source?.type,
    },
    artifacts: settings.artifacts ?? { type: 'NO_ARTIFACTS' },
    environmentVariables: settings.environment?.environmentVariables ?? [],
    exported: Object.entries(seeded.exported ?? {}).map(([name, value]) => ({
      name,
      value,
    })),
    serviceRole: settings.serviceRole,
    timeoutInMinutes: settings.timeoutInMinutes ?? 60,
    logGroup:
      settings.logsConfig?.cloudWatchLogs?.groupName ??
      `/aws/codebuild/${project}`,
    logStream: uuid,
    pipeline: seeded.pipeline,
  };
  buildsOf(sandbox, account).set(id, build);
  writeLog(sandbox, build, seeded.log, context);
  return build;
}

function writeLog(
  sandbox: Sandbox,
  build: BuildRecord,
  log: string[],
  context: { statusCode: string; message: string } | undefined,
) {
  const lines: { timestamp: number; message: string }[] = [];
  const add = (timestamp: number, text: string) =>
    lines.push({ timestamp, message: `${text}\n` });
  for (const { type, status, start, end } of build.phases) {
    if (!['INSTALL', 'PRE_BUILD', 'BUILD', 'POST_BUILD'].includes(type ?? ''))
      continue;
    const from = Date.parse(start);
    const to = Date.parse(end ?? start);
    add(from, container(from, `Entering phase ${type}`));
    if (type === 'BUILD') {
      log.forEach((line, index) =>
        add(from + Math.floor(((to - from) * index) / log.length), line),
      );
    }
    const failed = status === 'FAILED' ? context : undefined;
    add(to, container(to, `Phase complete: ${type} State: ${status}`));
    add(
      to,
      container(
        to,
        `Phase context status code: ${failed?.statusCode ?? ''} Message: ${
          failed?.message ?? ''
        }`,
      ),
    );
  }
  logsOf(sandbox, build.account).write(build.logGroup, build.logStream, lines);
}

function container(at: number, text: string): string {
  const stamp = new Date(at).toISOString();
  return `[Container] ${stamp
    .replace(/-/g, '/')
    .replace('T', ' ')
    .replace('Z', '000')} ${text}`;
}
