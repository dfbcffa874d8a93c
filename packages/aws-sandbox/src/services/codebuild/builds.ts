import { randomUUID } from 'node:crypto';
import type {
  Build,
  EnvironmentVariable,
  StartBuildInput,
} from '@aws-sdk/client-codebuild';
import { AwsError, type CallContext, type Sandbox } from '../../core';
import { page } from '../logs/page';
import { BuildQueue, buildsOf } from './BuildQueue';
import type { BuildRecord, PipelineJob } from './model';
import { projectsOf, requireProject } from './projects';

interface Where {
  sandbox: Sandbox;
  account: string;
  region: string;
}

/**
 * Starts a build, for a call of the API or for a pipeline's action.
 *
 * @throws AwsError ResourceNotFoundException, InvalidInputException
 */
export function startBuild(
  where: Where,
  input: Partial<StartBuildInput>,
  initiator: string,
  pipeline?: PipelineJob,
): BuildRecord {
  const project = requireProject(where, input.projectName);
  const builds = buildsOf(where.sandbox, where.account);
  const again =
    input.idempotencyToken &&
    builds
      .values()
      .find(
        build =>
          build.project === project.name &&
          build.idempotencyToken === input.idempotencyToken,
      );
  if (again) return again;
  const source = {
    ...project.source,
    type: input.sourceTypeOverride ?? project.source?.type,
    location: input.sourceLocationOverride ?? project.source?.location,
    buildspec: input.buildspecOverride ?? project.source?.buildspec,
  };
  if (source.type === 'CODEPIPELINE' && !pipeline) {
    throw new AwsError(
      'InvalidInputException',
      'Project source type CODEPIPELINE: builds of this project are started by CodePipeline',
    );
  }
  const now = where.sandbox.clock.now().toISOString();
  const uuid = randomUUID();
  const id = `${project.name}:${uuid}`;
  const logs = (input.logsConfigOverride ?? project.logsConfig)?.cloudWatchLogs;
  const counters = where.sandbox.store<number>(
    'codebuild',
    where.account,
    'numbers',
  );
  const buildNumber = (counters.get(project.name) ?? 0) + 1;
  counters.set(project.name, buildNumber);
  const build: BuildRecord = {
    id,
    arn: `arn:aws:codebuild:${where.region}:${where.account}:build/${id}`,
    account: where.account,
    project: project.name,
    buildNumber,
    status: 'IN_PROGRESS',
    start: now,
    phases: [
      { type: 'SUBMITTED', status: 'SUCCEEDED', start: now, end: now },
      { type: 'QUEUED', start: now },
    ],
    initiator,
    sourceVersion:
      pipeline?.revision ?? input.sourceVersion ?? project.sourceVersion,
    source: pipeline ? { ...source, type: 'CODEPIPELINE' } : source,
    artifacts: pipeline
      ? { type: 'CODEPIPELINE' }
      : input.artifactsOverride ??
        project.artifacts ?? { type: 'NO_ARTIFACTS' },
    environmentVariables: mergeVariables(
      project.environment?.environmentVariables,
      input.environmentVariablesOverride,
    ),
    exported: [],
    serviceRole: input.serviceRoleOverride ?? project.serviceRole,
    timeoutInMinutes:
      input.timeoutInMinutesOverride ?? project.timeoutInMinutes ?? 60,
    logGroup: logs?.groupName ?? `/aws/codebuild/${project.name}`,
    logStream: logs?.streamName ? `${logs.streamName}/${uuid}` : uuid,
    idempotencyToken: input.idempotencyToken,
    pipeline,
  };
  builds.set(id, build);
  BuildQueue.of(where.sandbox).add(build);
  return build;
}

export function batchGetBuilds(input: { ids?: string[] }, ctx: CallContext) {
  const builds = buildsOf(ctx.sandbox, ctx.account);
  const ids = (input.ids ?? []).map(shortId);
  return {
    builds: ids.flatMap(id => {
      const build = builds.get(id);
      return build ? [toBuild(ctx.sandbox, build)] : [];
    }),
    buildsNotFound: ids.filter(id => !builds.has(id)),
  };
}

export function listBuildsForProject(
  input: { projectName?: string; sortOrder?: string; nextToken?: string },
  ctx: CallContext,
) {
  const project = requireProject(ctx, input.projectName);
  return listIds(input, ctx, build => build.project === project.name);
}

export function listBuilds(
  input: { sortOrder?: string; nextToken?: string },
  ctx: CallContext,
) {
  return listIds(input, ctx, () => true);
}

export function stopBuild(input: { id?: string }, ctx: CallContext) {
  const build = requireBuild(ctx, input.id);
  BuildQueue.of(ctx.sandbox).stop(build);
  return { build: toBuild(ctx.sandbox, requireBuild(ctx, input.id)) };
}

export function retryBuild(
  input: { id?: string; idempotencyToken?: string },
  ctx: CallContext,
) {
  const before = requireBuild(ctx, input.id);
  if (before.pipeline) {
    throw new AwsError(
      'InvalidInputException',
      'Builds initiated by CodePipeline cannot be retried here: retry the stage of the pipeline',
    );
  }
  const build = startBuild(
    ctx,
    {
      projectName: before.project,
      sourceVersion: before.sourceVersion,
      sourceTypeOverride: before.source.type,
      sourceLocationOverride: before.source.location,
      buildspecOverride: before.source.buildspec,
      environmentVariablesOverride: before.environmentVariables,
      artifactsOverride: before.artifacts,
      idempotencyToken: input.idempotencyToken,
    },
    initiatorOf(ctx),
  );
  return { build: toBuild(ctx.sandbox, build) };
}

/** `<role>/<session>` or the user's name, as CodeBuild shows it. */
export function initiatorOf(ctx: CallContext): string {
  const resource = ctx.principal.arn.split(':').slice(5).join(':');
  return resource.replace(/^(assumed-role|user)\//, '');
}

/** The API's shape of a stored build. */
export function toBuild(sandbox: Sandbox, build: BuildRecord): Build {
  const region = build.arn.split(':')[3];
  const project = projectsOf(sandbox, build.account).get(build.project);
  const last = build.phases[build.phases.length - 1];
  const variables = build.environmentVariables;
  return {
    id: build.id,
    arn: build.arn,
    buildNumber: build.buildNumber,
    startTime: new Date(build.start),
    endTime: build.end ? new Date(build.end) : undefined,
    currentPhase: last?.type,
    buildStatus: build.status,
    buildComplete: build.status !== 'IN_PROGRESS',
    sourceVersion: build.sourceVersion,
    resolvedSourceVersion: build.resolvedSourceVersion,
    projectName: build.project,
    phases: build.phases.map(phase => ({
      phaseType: phase.type,
      phaseStatus: phase.status,
      startTime: new Date(phase.start),
      endTime: phase.end ? new Date(phase.end) : undefined,
      durationInSeconds: phase.end
        ? Math.round((Date.parse(phase.end) - Date.parse(phase.start)) / 1000)
        : undefined,
      contexts: phase.contexts,
    })),
    source: build.source,
    artifacts: build.pipeline
      ? {
          location:
            build.pipeline.outputs[0] &&
            `arn:aws:s3:::${build.pipeline.outputs[0].bucket}/${build.pipeline.outputs[0].key}`,
        }
      : { location: build.artifacts.location },
    environment: {
      type: 'LINUX_CONTAINER',
      image: 'aws/codebuild/amazonlinux-x86_64-standard:5.0',
      computeType: 'BUILD_GENERAL1_SMALL',
      ...project?.environment,
      environmentVariables: variables,
    },
    serviceRole: build.serviceRole,
    logs: {
      groupName: build.logGroup,
      streamName: build.logStream,
      deepLink: `https://console.aws.amazon.com/cloudwatch/home?region=${region}#logsV2:log-groups/log-group/${encodeURIComponent(
        encodeURIComponent(build.logGroup),
      )}/log-events/${build.logStream}`,
      cloudWatchLogsArn: `arn:aws:logs:${region}:${build.account}:log-group:${build.logGroup}:log-stream:${build.logStream}`,
      cloudWatchLogs: { status: 'ENABLED' },
    },
    timeoutInMinutes: build.timeoutInMinutes,
    queuedTimeoutInMinutes: project?.queuedTimeoutInMinutes ?? 480,
    initiator: build.initiator,
    encryptionKey: project?.encryptionKey,
    exportedEnvironmentVariables: build.exported,
  };
}

function listIds(
  input: { sortOrder?: string; nextToken?: string },
  ctx: CallContext,
  wanted: (build: BuildRecord) => boolean,
) {
  const builds = buildsOf(ctx.sandbox, ctx.account)
    .values()
    .filter(wanted)
    .sort(
      (a, b) => a.start.localeCompare(b.start) || a.buildNumber - b.buildNumber,
    );
  if (input.sortOrder !== 'ASCENDING') builds.reverse();
  const { items, nextToken } = page(
    builds,
    100,
    input.nextToken,
    'InvalidInputException',
  );
  return { ids: items.map(build => build.id), nextToken };
}

function requireBuild(ctx: CallContext, id: string | undefined): BuildRecord {
  const build = buildsOf(ctx.sandbox, ctx.account).get(shortId(id ?? ''));
  if (!build) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Build cannot be found: ${id}`,
    );
  }
  return build;
}

function shortId(id: string): string {
  return id.split(':build/').pop() ?? '';
}

function mergeVariables(
  base: EnvironmentVariable[] | undefined,
  over: EnvironmentVariable[] | undefined,
): EnvironmentVariable[] {
  const merged = new Map(
    [...(base ?? []), ...(over ?? [])].map(item => [item.name, item]),
  );
  return [...merged.values()];
}
