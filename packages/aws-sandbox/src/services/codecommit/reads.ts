import { AwsError, type CallContext } from '../../core';
import { page } from '../logs/page';
import type { Commit, GitRepository, TreeEntry } from './GitRepository';
import { repositoryPath, toFileMode } from './paths';
import { requireRepository, type RepositoryRecord } from './repositories';

interface AtCommit {
  repositoryName?: string;
  commitSpecifier?: string;
}

export async function getFile(
  input: AtCommit & { filePath?: string },
  ctx: CallContext,
) {
  const { record, git } = requireRepository(ctx, input.repositoryName);
  const path = repositoryPath(input.filePath);
  const commitId = await requireCommit(git, record, input.commitSpecifier);
  const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
  const entries = await listFolder(git, commitId, parent).catch(() => []);
  const entry = entries.find(
    item => item.type === 'blob' && join(parent, item.path) === path,
  );
  if (!entry) {
    throw new AwsError(
      'FileDoesNotExistException',
      `The file does not exist: ${path}`,
    );
  }
  return {
    commitId,
    blobId: entry.id,
    filePath: path,
    fileMode: toFileMode(entry.mode),
    fileSize: entry.size,
    fileContent: await git.blob(entry.id),
  };
}

export async function getFolder(
  input: AtCommit & { folderPath?: string },
  ctx: CallContext,
) {
  const { record, git } = requireRepository(ctx, input.repositoryName);
  const folder = /^\/*$/.test(input.folderPath ?? '')
    ? ''
    : repositoryPath(input.folderPath?.replace(/\/+$/, ''));
  const commitId = await requireCommit(git, record, input.commitSpecifier);
  const entries = await listFolder(git, commitId, folder);
  const file = (entry: TreeEntry) => ({
    blobId: entry.id,
    absolutePath: join(folder, entry.path),
    relativePath: entry.path,
    fileMode: toFileMode(entry.mode),
  });
  return {
    commitId,
    folderPath: folder,
    treeId: undefined,
    files: entries
      .filter(e => e.type === 'blob' && e.mode !== '120000')
      .map(file),
    symbolicLinks: entries.filter(e => e.mode === '120000').map(file),
    subFolders: entries
      .filter(entry => entry.type === 'tree')
      .map(entry => ({
        treeId: entry.id,
        absolutePath: join(folder, entry.path),
        relativePath: entry.path,
      })),
    subModules: [],
  };
}

export async function getBlob(
  input: { repositoryName?: string; blobId?: string },
  ctx: CallContext,
) {
  const { git } = requireRepository(ctx, input.repositoryName);
  try {
    if (!/^[0-9a-f]{40}$/.test(input.blobId ?? ''))
      throw new Error('Not an id');
    return { content: await git.blob(input.blobId ?? '') };
  } catch {
    throw new AwsError(
      'BlobIdDoesNotExistException',
      `Blob ID does not exist: ${input.blobId}`,
    );
  }
}

export async function getCommit(
  input: { repositoryName?: string; commitId?: string },
  ctx: CallContext,
) {
  const { git } = requireRepository(ctx, input.repositoryName);
  const id = input.commitId ?? '';
  if (!/^[0-9a-f]{40}$/.test(id)) {
    throw new AwsError(
      'InvalidCommitIdException',
      'The commit ID is not valid. Use the full 40-character SHA.',
    );
  }
  if (!(await git.resolve(id))) {
    throw new AwsError(
      'CommitIdDoesNotExistException',
      `Commit ID does not exist: ${id}`,
    );
  }
  return { commit: toCommit(await git.commit(id)) };
}

export async function batchGetCommits(
  input: { repositoryName?: string; commitIds?: string[] },
  ctx: CallContext,
) {
  const { git } = requireRepository(ctx, input.repositoryName);
  const commits = [];
  const errors = [];
  for (const id of input.commitIds ?? []) {
    if (/^[0-9a-f]{40}$/.test(id) && (await git.resolve(id))) {
      commits.push(toCommit(await git.commit(id)));
    } else {
      errors.push({
        commitId: id,
        errorCode: 'CommitIdDoesNotExistException',
        errorMessage: `Commit ID does not exist: ${id}`,
      });
    }
  }
  return { commits, errors };
}

export async function getDifferences(
  input: {
    repositoryName?: string;
    beforeCommitSpecifier?: string;
    afterCommitSpecifier?: string;
    beforePath?: string;
    afterPath?: string;
    MaxResults?: number;
    NextToken?: string;
  },
  ctx: CallContext,
) {
  const { record, git } = requireRepository(ctx, input.repositoryName);
  const after = await requireCommit(git, record, input.afterCommitSpecifier);
  const before = input.beforeCommitSpecifier
    ? await requireCommit(git, record, input.beforeCommitSpecifier)
    : undefined;
  const below = input.afterPath ?? input.beforePath;
  const found = await git.differences(
    before,
    after,
    below ? repositoryPath(below.replace(/\/+$/, '')) : undefined,
  );
  const side = (path: string, at?: { id: string; mode: string }) =>
    at && { blobId: at.id, path, mode: at.mode };
  const { items, nextToken } = page(
    found,
    input.MaxResults ?? 400,
    input.NextToken,
    'InvalidContinuationTokenException',
  );
  return {
    differences: items.map(item => ({
      changeType: item.status,
      beforeBlob: side(item.path, item.before),
      afterBlob: side(item.path, item.after),
    })),
    NextToken: nextToken,
  };
}

async function requireCommit(
  git: GitRepository,
  record: RepositoryRecord,
  specifier: string | undefined,
): Promise<string> {
  const wanted = specifier ?? record.defaultBranch ?? 'HEAD';
  const id = await git.resolve(wanted);
  if (!id) {
    throw new AwsError(
      'CommitDoesNotExistException',
      `The commit specifier ${wanted} does not exist`,
    );
  }
  return id;
}

async function listFolder(git: GitRepository, commit: string, folder: string) {
  try {
    return await git.list(commit, { folder });
  } catch {
    throw new AwsError(
      'FolderDoesNotExistException',
      `The folder does not exist: ${folder}`,
    );
  }
}

function toCommit(commit: Commit) {
  return {
    commitId: commit.id,
    treeId: commit.tree,
    parents: commit.parents,
    message: commit.message,
    author: commit.author,
    committer: commit.committer,
    additionalData: '',
  };
}

function join(folder: string, name: string): string {
  return folder ? `${folder}/${name}` : name;
}
