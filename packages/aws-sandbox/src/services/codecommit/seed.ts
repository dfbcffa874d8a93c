import type { Sandbox } from '../../core';
import { GitRepository, type FileChange } from './GitRepository';
import { referenceChanged } from './references';
import { repositoriesOf } from './repositories';

export interface SeededCommit {
  message: string;
  author: { name: string; email: string };
  at: Date;
  /** Contents by path; null deletes the file. */
  files: Record<string, string | Buffer | null>;
  /** Paths that are executable. */
  executable?: string[];
}

/**
 * Adds commits with their own dates and authors to a branch, without starting
 * a pipeline where triggers are paused. The repository is made where it is
 * missing. Answers the commits' ids, oldest first.
 */
export async function seedRepository(
  sandbox: Sandbox,
  options: {
    account: string;
    name: string;
    description?: string;
    tags?: Record<string, string>;
    branch?: string;
    commits: SeededCommit[];
  },
): Promise<string[]> {
  const { account, name, branch = 'main' } = options;
  if (!repositoriesOf(sandbox, account).has(name)) {
    await sandbox.call(
      'codecommit',
      'CreateRepository',
      {
        repositoryName: name,
        repositoryDescription: options.description,
        tags: options.tags,
      },
      { account },
    );
  }
  const repository = GitRepository.at(sandbox, account, name);
  const ids: string[] = [];
  for (const commit of options.commits) {
    const from = (await repository.branches()).get(branch);
    const { id } = await repository.write({
      parent: from,
      changes: Object.entries(commit.files).map(
        ([path, content]): FileChange =>
          content === null
            ? { path, delete: true }
            : {
                path,
                mode: commit.executable?.includes(path) ? '100755' : '100644',
                content: Buffer.from(content),
              },
      ),
      author: commit.author,
      date: `${Math.floor(commit.at.getTime() / 1000)} +0000`,
      message: commit.message,
    });
    if (!(await repository.moveBranch(branch, id, from))) {
      throw new Error(`${name}: ${branch} moved while it was seeded`);
    }
    await referenceChanged(sandbox, {
      account,
      repository: name,
      branch,
      from,
      to: id,
    });
    ids.push(id);
  }
  return ids;
}
