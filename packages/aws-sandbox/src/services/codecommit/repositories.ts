import { randomUUID } from 'node:crypto';
import type { RepositoryMetadata } from '@aws-sdk/client-codecommit';
import {
  AwsError,
  type CallContext,
  type Collection,
  type Sandbox,
} from '../../core';
import { page } from '../logs/page';
import { GitRepository } from './GitRepository';

/** A repository as it is stored; times are ISO 8601. */
export interface RepositoryRecord {
  id: string;
  name: string;
  account: string;
  arn: string;
  description?: string;
  defaultBranch?: string;
  kmsKeyId?: string;
  created: string;
  lastModified: string;
  tags: Record<string, string>;
}

export function repositoriesOf(
  sandbox: Sandbox,
  account: string,
): Collection<RepositoryRecord> {
  return sandbox.store<RepositoryRecord>('codecommit', account, 'repositories');
}

/** @throws AwsError RepositoryDoesNotExistException */
export function requireRepository(
  where: { sandbox: Sandbox; account: string },
  name: string | undefined,
): { record: RepositoryRecord; git: GitRepository } {
  const record = repositoriesOf(where.sandbox, where.account).get(
    checkName(name),
  );
  if (!record) {
    throw new AwsError(
      'RepositoryDoesNotExistException',
      `${name} does not exist`,
    );
  }
  return {
    record,
    git: GitRepository.at(where.sandbox, where.account, record.name),
  };
}

export async function createRepository(
  input: {
    repositoryName?: string;
    repositoryDescription?: string;
    tags?: Record<string, string>;
    kmsKeyId?: string;
  },
  ctx: CallContext,
) {
  const name = checkName(input.repositoryName);
  const repositories = repositoriesOf(ctx.sandbox, ctx.account);
  if (repositories.has(name)) {
    throw new AwsError(
      'RepositoryNameExistsException',
      `Repository named ${name} already exists`,
    );
  }
  checkDescription(input.repositoryDescription);
  const now = ctx.sandbox.clock.now().toISOString();
  const record: RepositoryRecord = {
    id: randomUUID(),
    name,
    account: ctx.account,
    arn: `arn:aws:codecommit:${ctx.region}:${ctx.account}:${name}`,
    description: input.repositoryDescription,
    kmsKeyId: input.kmsKeyId,
    created: now,
    lastModified: now,
    tags: input.tags ?? {},
  };
  repositories.set(name, record);
  try {
    await GitRepository.at(ctx.sandbox, ctx.account, name).init();
  } catch (error) {
    repositories.delete(name);
    throw error;
  }
  return { repositoryMetadata: toMetadata(ctx.sandbox, record) };
}

export function getRepository(
  input: { repositoryName?: string },
  ctx: CallContext,
) {
  const { record } = requireRepository(ctx, input.repositoryName);
  return { repositoryMetadata: toMetadata(ctx.sandbox, record) };
}

export function batchGetRepositories(
  input: { repositoryNames?: string[] },
  ctx: CallContext,
) {
  const repositories = repositoriesOf(ctx.sandbox, ctx.account);
  const names = input.repositoryNames ?? [];
  return {
    repositories: names.flatMap(name => {
      const record = repositories.get(name);
      return record ? [toMetadata(ctx.sandbox, record)] : [];
    }),
    repositoriesNotFound: names.filter(name => !repositories.has(name)),
    errors: [],
  };
}

export function listRepositories(
  input: { sortBy?: string; order?: string; nextToken?: string },
  ctx: CallContext,
) {
  const records = repositoriesOf(ctx.sandbox, ctx.account).values();
  const by = (record: RepositoryRecord) =>
    input.sortBy === 'lastModifiedDate' ? record.lastModified : record.name;
  records.sort((a, b) => (by(a) < by(b) ? -1 : 1));
  if (input.order === 'descending') records.reverse();
  const { items, nextToken } = page(
    records,
    1000,
    input.nextToken,
    'InvalidContinuationTokenException',
  );
  return {
    repositories: items.map(record => ({
      repositoryName: record.name,
      repositoryId: record.id,
    })),
    nextToken,
  };
}

export async function deleteRepository(
  input: { repositoryName?: string },
  ctx: CallContext,
) {
  const name = checkName(input.repositoryName);
  const repositories = repositoriesOf(ctx.sandbox, ctx.account);
  const record = repositories.get(name);
  if (!record) return {};
  repositories.delete(name);
  await GitRepository.at(ctx.sandbox, ctx.account, name).remove();
  return { repositoryId: record.id };
}

export function updateDescription(
  input: { repositoryName?: string; repositoryDescription?: string },
  ctx: CallContext,
) {
  const { record } = requireRepository(ctx, input.repositoryName);
  checkDescription(input.repositoryDescription);
  repositoriesOf(ctx.sandbox, ctx.account).set(record.name, {
    ...record,
    description: input.repositoryDescription,
    lastModified: ctx.sandbox.clock.now().toISOString(),
  });
}

export function tagResource(
  input: { resourceArn?: string; tags?: Record<string, string> },
  ctx: CallContext,
) {
  const { record } = byArn(input.resourceArn, ctx);
  repositoriesOf(ctx.sandbox, ctx.account).set(record.name, {
    ...record,
    tags: { ...record.tags, ...input.tags },
  });
}

export function untagResource(
  input: { resourceArn?: string; tagKeys?: string[] },
  ctx: CallContext,
) {
  const { record } = byArn(input.resourceArn, ctx);
  const tags = Object.entries(record.tags).filter(
    ([key]) => !input.tagKeys?.includes(key),
  );
  repositoriesOf(ctx.sandbox, ctx.account).set(record.name, {
    ...record,
    tags: Object.fromEntries(tags),
  });
}

export function listTags(input: { resourceArn?: string }, ctx: CallContext) {
  return { tags: byArn(input.resourceArn, ctx).record.tags };
}

function toMetadata(
  sandbox: Sandbox,
  record: RepositoryRecord,
): RepositoryMetadata {
  return {
    accountId: record.account,
    repositoryId: record.id,
    repositoryName: record.name,
    repositoryDescription: record.description,
    defaultBranch: record.defaultBranch,
    lastModifiedDate: new Date(record.lastModified),
    creationDate: new Date(record.created),
    cloneUrlHttp: `${sandbox.url}/git/${record.account}/v1/repos/${record.name}`,
    cloneUrlSsh: `ssh://git-codecommit.${
      record.arn.split(':')[3]
    }.amazonaws.com/v1/repos/${record.name}`,
    Arn: record.arn,
    kmsKeyId:
      record.kmsKeyId ??
      `arn:aws:kms:${record.arn.split(':')[3]}:${
        record.account
      }:alias/aws/codecommit`,
  };
}

function byArn(arn: string | undefined, ctx: CallContext) {
  return requireRepository(ctx, arn?.split(':').pop());
}

function checkName(name: string | undefined): string {
  if (!name || !/^[\w.-]{1,100}$/.test(name) || /\.git$|^\.+$/.test(name)) {
    throw new AwsError(
      'InvalidRepositoryNameException',
      `The repository name is not valid. Repository names can be any valid combination of letters, numbers, periods, underscores, and dashes between 1 and 100 characters in length. Names are case sensitive. For more information, see Limits in the AWS CodeCommit User Guide. `,
    );
  }
  return name;
}

function checkDescription(text: string | undefined) {
  if (text && text.length > 1000) {
    throw new AwsError(
      'InvalidRepositoryDescriptionException',
      'The repository description must be at most 1,000 characters long.',
    );
  }
}
