import type { CreateCommitInput } from '@aws-sdk/client-codecommit';
import { AwsError, type CallContext } from '../../core';
import type { FileChange, GitRepository } from './GitRepository';
import { repositoryPath, toFileMode, toGitMode } from './paths';
import { referenceChanged } from './references';
import { requireRepository } from './repositories';

const MEGABYTE = 1024 * 1024;
const MAX_FILES = 100;
const MAX_FILE_BYTES = 6 * MEGABYTE;
const MAX_COMMIT_BYTES = 20 * MEGABYTE;

/**
 * CreateCommit, with the API's limits: 100 files, 6 MB for each, 20 MB in all.
 *
 * @see https://docs.aws.amazon.com/codecommit/latest/userguide/limits.html
 */
export async function createCommit(
  input: Partial<CreateCommitInput>,
  ctx: CallContext,
) {
  const { record, git } = requireRepository(ctx, input.repositoryName);
  const branch = input.branchName ?? '';
  const parent = await checkParent(git, branch, input.parentCommitId);
  const changes = await toChanges(git, parent, input);
  const commit = await git.write({
    parent,
    changes,
    author: {
      name: input.authorName ?? principalName(ctx),
      email: input.email ?? '',
    },
    date: `${Math.floor(ctx.sandbox.clock.now().getTime() / 1000)} +0000`,
    message: input.commitMessage ?? '',
  });
  const differences = await git.differences(parent, commit.id);
  if (parent && differences.length === 0) {
    throw new AwsError(
      'NoChangeException',
      'The commit cannot be created because no changes will be made to the repository as a result of this commit. A commit must contain at least one change.',
    );
  }
  if (!(await git.moveBranch(branch, commit.id, parent))) throw outdated();
  await referenceChanged(ctx.sandbox, {
    account: ctx.account,
    repository: record.name,
    branch,
    from: parent,
    to: commit.id,
  });
  const files = (status: string) =>
    differences
      .filter(difference => difference.status === status)
      .map(({ path, before, after }) => ({
        absolutePath: path,
        blobId: (after ?? before)?.id,
        fileMode: toFileMode((after ?? before)?.mode ?? ''),
      }));
  return {
    commitId: commit.id,
    treeId: commit.tree,
    filesAdded: files('A'),
    filesUpdated: files('M'),
    filesDeleted: files('D'),
  };
}

/** PutFile: a commit of one file. */
export async function putFile(
  input: {
    repositoryName?: string;
    branchName?: string;
    fileContent?: Uint8Array;
    filePath?: string;
    fileMode?: 'EXECUTABLE' | 'NORMAL' | 'SYMLINK';
    parentCommitId?: string;
    commitMessage?: string;
    name?: string;
    email?: string;
  },
  ctx: CallContext,
) {
  try {
    const { commitId, treeId, filesAdded, filesUpdated } = await createCommit(
      {
        ...input,
        authorName: input.name,
        putFiles: [
          {
            filePath: input.filePath,
            fileMode: input.fileMode,
            fileContent: input.fileContent,
          },
        ],
      },
      ctx,
    );
    return {
      commitId,
      treeId,
      blobId: [...filesAdded, ...filesUpdated][0]?.blobId,
    };
  } catch (error) {
    if (error instanceof AwsError && error.code === 'NoChangeException') {
      throw new AwsError(
        'SameFileContentException',
        'The file was not added or updated either because the content of the file is exactly the same as the content of that file in the repository and branch that you specified, or because the hash of the content matches',
      );
    }
    throw error;
  }
}

async function checkParent(
  git: GitRepository,
  branch: string,
  parentCommitId: string | undefined,
): Promise<string | undefined> {
  if (!(await git.isBranchName(branch))) {
    throw new AwsError(
      'InvalidBranchNameException',
      `The branch name is not valid: ${branch}`,
    );
  }
  const branches = await git.branches();
  const tip = branches.get(branch);
  if (!tip) {
    if (branches.size > 0) {
      throw new AwsError(
        'BranchDoesNotExistException',
        `The branch ${branch} does not exist`,
      );
    }
    if (parentCommitId) {
      throw new AwsError(
        'ParentCommitDoesNotExistException',
        `The parent commit does not exist: ${parentCommitId}`,
      );
    }
    return undefined;
  }
  if (!parentCommitId) {
    throw new AwsError(
      'ParentCommitIdRequiredException',
      'A parent commit ID is required. To view the full commit ID of the tip of a branch, use GetBranch.',
    );
  }
  if (!/^[0-9a-f]{40}$/.test(parentCommitId)) {
    throw new AwsError(
      'InvalidParentCommitIdException',
      'The parent commit ID is not valid. The commit ID must be a full 40-character SHA.',
    );
  }
  if (tip !== parentCommitId) {
    if (!(await git.resolve(parentCommitId))) {
      throw new AwsError(
        'ParentCommitDoesNotExistException',
        `The parent commit does not exist: ${parentCommitId}`,
      );
    }
    throw outdated();
  }
  return tip;
}

async function toChanges(
  git: GitRepository,
  parent: string | undefined,
  input: Partial<CreateCommitInput>,
): Promise<FileChange[]> {
  const puts = input.putFiles ?? [];
  const deletes = input.deleteFiles ?? [];
  const modes = input.setFileModes ?? [];
  const count = puts.length + deletes.length + modes.length;
  if (count === 0) {
    throw new AwsError(
      'FileEntryRequiredException',
      'The commit cannot be created because no files have been specified as added, updated, or changed (PutFile or DeleteFile) for the commit.',
    );
  }
  if (count > MAX_FILES) {
    throw new AwsError(
      'MaximumFileEntriesExceededException',
      `The number of specified files to change as part of this commit exceeds the maximum number of files that can be changed in a single commit (${MAX_FILES}). Consider using a Git client for these changes.`,
    );
  }
  const existing = new Map(
    parent
      ? (await git.list(parent, { recursive: true })).map(entry => [
          entry.path,
          entry,
        ])
      : [],
  );
  const seen = new Set<string>();
  const once = (value: string | undefined) => {
    const path = repositoryPath(value);
    if (seen.has(path)) {
      throw new AwsError(
        'SamePathRequestException',
        `The commit cannot be created because one or more changes in this commit duplicate actions in the same file path: ${path}`,
      );
    }
    seen.add(path);
    return path;
  };
  const existingEntry = (path: string) => {
    const entry = existing.get(path);
    if (!entry) {
      throw new AwsError(
        'FileDoesNotExistException',
        `The file does not exist: ${path}`,
      );
    }
    return entry;
  };

  const changes: FileChange[] = [];
  for (const { filePath } of deletes) {
    const path = once(filePath);
    existingEntry(path);
    changes.push({ path, delete: true });
    existing.delete(path);
  }
  let total = 0;
  for (const put of puts) {
    const path = once(put.filePath);
    const source = put.sourceFile && repositoryPath(put.sourceFile.filePath);
    if (source && put.fileContent) {
      throw new AwsError(
        'FileContentAndSourceFileSpecifiedException',
        'The commit cannot be created because both a source file and file content have been specified for the same file.',
      );
    }
    if (!source && !put.fileContent) {
      throw new AwsError(
        'SourceFileOrContentRequiredException',
        'The commit cannot be created because no source files or file content have been specified for the commit.',
      );
    }
    const content = source
      ? await git.blob(existingEntry(source).id)
      : Buffer.from(put.fileContent ?? []);
    if (content.length > MAX_FILE_BYTES) {
      throw new AwsError(
        'FileContentSizeLimitExceededException',
        `The file ${path} cannot be added because it is too large. The maximum file size that can be added is 6 MB, and the combined file content change size is 7 MB. Consider making these changes using a Git client.`,
      );
    }
    total += content.length;
    checkFolders(path, new Set([...existing.keys(), ...seen]));
    const mode = put.fileMode ? toGitMode(put.fileMode) : undefined;
    const kept = existing.get(path)?.mode;
    changes.push({
      path,
      mode: mode ?? (kept === '100755' || kept === '120000' ? kept : '100644'),
      content,
    });
    if (source && put.sourceFile?.isMove)
      changes.push({ path: source, delete: true });
  }
  if (total > MAX_COMMIT_BYTES) {
    throw new AwsError(
      'FolderContentSizeLimitExceededException',
      'The commit cannot be created because at least one of the overall changes in the commit results in a folder whose contents exceed the limit of 20 MB.',
    );
  }
  for (const { filePath, fileMode } of modes) {
    const path = once(filePath);
    const entry = existingEntry(path);
    changes.push({
      path,
      mode: toGitMode(fileMode),
      content: await git.blob(entry.id),
    });
  }
  return changes;
}

/** A file cannot be where a folder is, nor the other way round. */
function checkFolders(path: string, paths: Set<string>) {
  const parts = path.split('/');
  for (let i = 1; i < parts.length; i++) {
    const folder = parts.slice(0, i).join('/');
    if (paths.has(folder)) {
      throw new AwsError(
        'DirectoryNameConflictsWithFileNameException',
        `A file cannot be added to the repository because the specified path name has the same name as a file that already exists in this repository: ${folder}`,
      );
    }
  }
  for (const other of paths) {
    if (other.startsWith(`${path}/`)) {
      throw new AwsError(
        'FileNameConflictsWithDirectoryNameException',
        `A file cannot be added to the repository because the specified file name has the same name as a directory in this repository: ${path}`,
      );
    }
  }
}

function outdated(): AwsError {
  return new AwsError(
    'ParentCommitIdOutdatedException',
    'The file could not be added because the provided parent commit ID is not the current tip of the specified branch. To view the full commit ID of the current head of the branch, use GetBranch.',
  );
}

function principalName(ctx: CallContext): string {
  return (
    ctx.principal.sessionName ?? ctx.principal.arn.split(/[:/]/).pop() ?? ''
  );
}
