import { AwsError } from '../../../core';
import { requireRepository } from '../../codecommit/repositories';
import { failed, writeArtifact, type ActionDriver } from './driver';

/** Takes the tip of a branch, or the revision that the execution asks for. */
export const codeCommit: ActionDriver = {
  required: ['RepositoryName', 'BranchName'],
  async start(run) {
    const { sandbox, execution, declaration, record, region } = run;
    const { RepositoryName, BranchName, OutputArtifactFormat } =
      record.configuration;
    if (OutputArtifactFormat && OutputArtifactFormat !== 'CODE_ZIP') {
      return failed(
        'ConfigurationError',
        `OutputArtifactFormat ${OutputArtifactFormat} is not there in the sandbox`,
      );
    }
    let repository;
    try {
      repository = requireRepository(
        { sandbox, account: execution.account },
        RepositoryName,
      );
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return failed(
        'ConfigurationError',
        `The action failed because no repository named ${RepositoryName} was found in AWS CodeCommit. Make sure you are using the correct repository name, and then try again.`,
      );
    }
    const wanted = execution.overrides.find(
      override => override.actionName === declaration.name,
    )?.revisionValue;
    const id = wanted
      ? await repository.git.resolve(wanted)
      : (await repository.git.branches()).get(BranchName);
    if (!id) {
      return failed(
        'ConfigurationError',
        wanted
          ? `The action failed because the revision ${wanted} was not found in the AWS CodeCommit repository ${RepositoryName}.`
          : `The action failed because no branch named ${BranchName} was found in the selected AWS CodeCommit repository ${RepositoryName}. Make sure you are using the correct branch name, and then try again.`,
      );
    }
    const commit = await repository.git.commit(id);
    for (const output of record.outputs) {
      await writeArtifact(run, output, await repository.git.archive(id));
    }
    const url = `https://${region}.console.aws.amazon.com/codesuite/codecommit/repositories/${RepositoryName}/commit/${id}?region=${region}`;
    const message = commit.message.trimEnd();
    return {
      status: 'Succeeded',
      externalId: id,
      url,
      summary: message,
      outputVariables: {
        AuthorDate: isoDate(commit.author.date),
        BranchName,
        CommitId: id,
        CommitMessage: message,
        CommitterDate: isoDate(commit.committer.date),
        RepositoryName,
      },
      source: {
        actionName: declaration.name ?? '',
        artifactName: record.outputs[0]?.name ?? '',
        revisionId: id,
        revisionSummary: message,
        revisionUrl: url,
        created: isoDate(commit.committer.date),
      },
    };
  },
  poll(run) {
    return this.start(run);
  },
};

function isoDate(raw: string): string {
  return new Date(Number.parseInt(raw, 10) * 1000)
    .toISOString()
    .replace('.000Z', 'Z');
}
