import {
  BranchDoesNotExistException,
  CodeCommitClient,
  CreateCommitCommand,
  CreateRepositoryCommand,
  GetBranchCommand,
  GetFolderCommand,
  GetRepositoryCommand,
  RepositoryDoesNotExistException,
  RepositoryMetadata,
} from '@aws-sdk/client-codecommit';
import { ConflictError } from '@backstage/errors';
import type { SourceFile } from './files';
import { inBatches } from './files';

/** The tag that marks a repository as a service of Careplane's. Its value is the name. */
export const SERVICE_TAG = 'careplane:service';

/** The repository, or undefined where there is none of that name. */
export async function findRepository(
  client: CodeCommitClient,
  repositoryName: string,
): Promise<RepositoryMetadata | undefined> {
  try {
    const { repositoryMetadata } = await client.send(
      new GetRepositoryCommand({ repositoryName }),
    );
    return repositoryMetadata;
  } catch (error) {
    if (error instanceof RepositoryDoesNotExistException) return undefined;
    throw error;
  }
}

export async function createRepository(
  client: CodeCommitClient,
  input: { name: string; description: string; owner: string },
): Promise<RepositoryMetadata | undefined> {
  const { repositoryMetadata } = await client.send(
    new CreateRepositoryCommand({
      repositoryName: input.name,
      repositoryDescription: input.description,
      tags: { [SERVICE_TAG]: input.name, 'careplane:owner': input.owner },
    }),
  );
  return repositoryMetadata;
}

/** The tip of a branch, or undefined in an empty repository. */
export async function tipOf(
  client: CodeCommitClient,
  repositoryName: string,
  branchName: string,
): Promise<string | undefined> {
  try {
    const { branch } = await client.send(
      new GetBranchCommand({ repositoryName, branchName }),
    );
    return branch?.commitId;
  } catch (error) {
    if (error instanceof BranchDoesNotExistException) return undefined;
    throw error;
  }
}

/** Paths and blob ids of all files of a commit. */
export async function filesAt(
  client: CodeCommitClient,
  repositoryName: string,
  commitSpecifier: string,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const folders = ['/'];
  for (let folderPath = folders.pop(); folderPath; folderPath = folders.pop()) {
    const { files = [], subFolders = [] } = await client.send(
      new GetFolderCommand({ repositoryName, commitSpecifier, folderPath }),
    );
    for (const { absolutePath, blobId } of files) {
      if (absolutePath && blobId) found.set(absolutePath, blobId);
    }
    for (const { absolutePath } of subFolders) {
      if (absolutePath) folders.push(absolutePath);
    }
  }
  return found;
}

/**
 * What is still to be committed. Nothing that is there is changed: a file with
 * other content means that the repository is somebody else's.
 *
 * @throws ConflictError in that case.
 */
export function missingFiles(
  name: string,
  wanted: SourceFile[],
  there: Map<string, string>,
): SourceFile[] {
  const byPath = new Map(wanted.map(file => [file.path, file]));
  const foreign = [...there].filter(
    ([path, blobId]) => byPath.get(path)?.blobId !== blobId,
  );
  if (foreign.length > 0) {
    throw new ConflictError(
      `The repository ${name} exists with other content (${foreign[0][0]}). Choose another name; nothing was changed.`,
    );
  }
  return wanted.filter(file => !there.has(file.path));
}

/** Commits files in as few commits as CodeCommit allows. Returns the new tip. */
export async function commitFiles(
  client: CodeCommitClient,
  input: {
    repositoryName: string;
    branchName: string;
    parent: string | undefined;
    files: SourceFile[];
    message: string;
    author: { name: string; email?: string };
    onCommit: (commitId: string, count: number) => void;
  },
): Promise<string | undefined> {
  let tip = input.parent;
  const batches = inBatches(input.files);
  for (const [index, batch] of batches.entries()) {
    const { commitId } = await client.send(
      new CreateCommitCommand({
        repositoryName: input.repositoryName,
        branchName: input.branchName,
        parentCommitId: tip,
        authorName: input.author.name,
        email: input.author.email,
        commitMessage:
          batches.length === 1
            ? input.message
            : `${input.message} (${index + 1} of ${batches.length})`,
        putFiles: batch.map(({ path, content, executable }) => ({
          filePath: path,
          fileContent: content,
          fileMode: executable ? 'EXECUTABLE' : 'NORMAL',
        })),
      }),
    );
    tip = commitId;
    if (commitId) input.onCommit(commitId, batch.length);
  }
  return tip;
}
