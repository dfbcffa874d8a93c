import type { Project, ProjectSource } from '@aws-sdk/client-codebuild';
import {
  AwsError,
  type CallContext,
  type Collection,
  type Sandbox,
} from '../../core';
import { page } from '../logs/page';
import type { ProjectRecord } from './model';

export function projectsOf(
  sandbox: Sandbox,
  account: string,
): Collection<ProjectRecord> {
  return sandbox.store<ProjectRecord>('codebuild', account, 'projects');
}

type ProjectInput = Partial<
  Omit<Project, 'arn' | 'created' | 'lastModified' | 'webhook' | 'badge'>
> & { badgeEnabled?: boolean };

export function createProject(input: ProjectInput, ctx: CallContext) {
  const projects = projectsOf(ctx.sandbox, ctx.account);
  const name = input.name ?? '';
  if (!/^[A-Za-z0-9][A-Za-z0-9\-_]{1,254}$/.test(name)) {
    throw new AwsError(
      'InvalidInputException',
      `Invalid project name: ${name} does not match [A-Za-z0-9][A-Za-z0-9\\-_]{1,254}`,
    );
  }
  const arn = `arn:aws:codebuild:${ctx.region}:${ctx.account}:project/${name}`;
  if (projects.has(name)) {
    throw new AwsError(
      'ResourceAlreadyExistsException',
      `Project already exists: ${arn}`,
    );
  }
  checkSource(input.source);
  const now = ctx.sandbox.clock.now().toISOString();
  const { badgeEnabled: _badge, ...settings } = input;
  const project: ProjectRecord = {
    timeoutInMinutes: 60,
    queuedTimeoutInMinutes: 480,
    encryptionKey: `arn:aws:kms:${ctx.region}:${ctx.account}:alias/aws/s3`,
    cache: { type: 'NO_CACHE' },
    ...settings,
    name,
    arn,
    created: now,
    lastModified: now,
  };
  projects.set(name, project);
  return { project: toProject(project) };
}

export function updateProject(input: ProjectInput, ctx: CallContext) {
  const projects = projectsOf(ctx.sandbox, ctx.account);
  const before = requireProject(ctx, input.name);
  if (input.source) checkSource(input.source);
  const { badgeEnabled: _badge, ...settings } = input;
  const changes = Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  );
  const project: ProjectRecord = {
    ...before,
    ...changes,
    lastModified: ctx.sandbox.clock.now().toISOString(),
  };
  projects.set(before.name, project);
  return { project: toProject(project) };
}

export function deleteProject(input: { name?: string }, ctx: CallContext) {
  projectsOf(ctx.sandbox, ctx.account).delete(shortName(input.name));
  return {};
}

export function batchGetProjects(
  input: { names?: string[] },
  ctx: CallContext,
) {
  const projects = projectsOf(ctx.sandbox, ctx.account);
  const names = input.names ?? [];
  const found = names.flatMap(name => projects.get(shortName(name)) ?? []);
  return {
    projects: found.map(toProject),
    projectsNotFound: names.filter(name => !projects.has(shortName(name))),
  };
}

export function listProjects(
  input: { sortBy?: string; sortOrder?: string; nextToken?: string },
  ctx: CallContext,
) {
  const projects = projectsOf(ctx.sandbox, ctx.account).values();
  const by = (project: ProjectRecord): string => {
    if (input.sortBy === 'CREATED_TIME') return project.created;
    if (input.sortBy === 'LAST_MODIFIED_TIME') return project.lastModified;
    return project.name;
  };
  projects.sort((a, b) => (by(a) < by(b) ? -1 : 1));
  if (input.sortOrder === 'DESCENDING') projects.reverse();
  const { items, nextToken } = page(projects, 100, input.nextToken);
  return { projects: items.map(project => project.name), nextToken };
}

/** @throws AwsError ResourceNotFoundException */
export function requireProject(
  ctx: { sandbox: Sandbox; account: string; region: string },
  name: string | undefined,
): ProjectRecord {
  const short = shortName(name);
  const project = projectsOf(ctx.sandbox, ctx.account).get(short);
  if (!project) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Project cannot be found: arn:aws:codebuild:${ctx.region}:${ctx.account}:project/${short}`,
    );
  }
  return project;
}

function toProject(record: ProjectRecord): Project {
  return {
    ...record,
    created: new Date(record.created),
    lastModified: new Date(record.lastModified),
  };
}

function shortName(name: string | undefined): string {
  return name?.split(':project/').pop() ?? '';
}

function checkSource(source: ProjectSource | undefined) {
  if (source?.type === 'NO_SOURCE' && !source.buildspec) {
    throw new AwsError(
      'InvalidInputException',
      'Invalid project source: when source type is NO_SOURCE, buildspec must be specified',
    );
  }
  if (
    source?.type &&
    !['NO_SOURCE', 'CODEPIPELINE'].includes(source.type) &&
    !source.location
  ) {
    throw new AwsError(
      'InvalidInputException',
      'Invalid project source: location must be specified',
    );
  }
}
