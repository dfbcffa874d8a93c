import { AwsError, type CallContext } from '../../core';
import { page } from '../logs/page';
import { referenceChanged } from './references';
import { repositoriesOf, requireRepository } from './repositories';

export async function createBranch(
  input: { repositoryName?: string; branchName?: string; commitId?: string },
  ctx: CallContext,
) {
  const { record, git } = requireRepository(ctx, input.repositoryName);
  const branch = input.branchName ?? '';
  if (!(await git.isBranchName(branch))) {
    throw new AwsError(
      'InvalidBranchNameException',
      `The branch name is not valid: ${branch}`,
    );
  }
  const id = await git.resolve(input.commitId ?? '');
  if (!id) {
    throw new AwsError(
      'CommitDoesNotExistException',
      `The commit does not exist: ${input.commitId}`,
    );
  }
  if (!(await git.moveBranch(branch, id, undefined))) {
    throw new AwsError(
      'BranchNameExistsException',
      `A branch with the name ${branch} already exists in this repository`,
    );
  }
  await referenceChanged(ctx.sandbox, {
    account: ctx.account,
    repository: record.name,
    branch,
    to: id,
  });
}

export async function getBranch(
  input: { repositoryName?: string; branchName?: string },
  ctx: CallContext,
) {
  const { git } = requireRepository(ctx, input.repositoryName);
  const commitId = (await git.branches()).get(input.branchName ?? '');
  if (!commitId) throw noBranch(input.branchName);
  return { branch: { branchName: input.branchName, commitId } };
}

export async function listBranches(
  input: { repositoryName?: string; nextToken?: string },
  ctx: CallContext,
) {
  const { git } = requireRepository(ctx, input.repositoryName);
  const names = [...(await git.branches()).keys()];
  const { items, nextToken } = page(
    names,
    1000,
    input.nextToken,
    'InvalidContinuationTokenException',
  );
  return { branches: items, nextToken };
}

export async function deleteBranch(
  input: { repositoryName?: string; branchName?: string },
  ctx: CallContext,
) {
  const { record, git } = requireRepository(ctx, input.repositoryName);
  const branch = input.branchName ?? '';
  if (branch === record.defaultBranch) {
    throw new AwsError(
      'DefaultBranchCannotBeDeletedException',
      'The default branch for a repository cannot be deleted. To delete this branch, you must first make another branch the default branch.',
    );
  }
  const commitId = (await git.branches()).get(branch);
  if (!commitId) return {};
  await git.deleteBranch(branch);
  return { deletedBranch: { branchName: branch, commitId } };
}

export async function updateDefaultBranch(
  input: { repositoryName?: string; defaultBranchName?: string },
  ctx: CallContext,
) {
  const { record, git } = requireRepository(ctx, input.repositoryName);
  const branch = input.defaultBranchName ?? '';
  if (!(await git.branches()).has(branch)) throw noBranch(branch);
  await git.setHead(branch);
  repositoriesOf(ctx.sandbox, ctx.account).set(record.name, {
    ...record,
    defaultBranch: branch,
  });
}

function noBranch(name: string | undefined): AwsError {
  return new AwsError(
    'BranchDoesNotExistException',
    `The branch ${name} does not exist`,
  );
}
