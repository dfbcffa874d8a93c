import {
  BatchGetRepositoriesCommand,
  CodeCommitClient,
  GetBranchCommand,
  GetFileCommand,
  ListRepositoriesCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-codecommit';
import { InputError, NotFoundError } from '@backstage/errors';
import { AwsAccounts, AwsClients, withAwsErrors } from '@careplane/aws-node';

/** A repository with a default branch. */
export interface Repository {
  name: string;
  arn: string;
  branch: string;
}

/** A file at the head of a branch. */
export interface RepositoryFile {
  commitId: string;
  content: string;
}

/** More than any descriptor; a larger file is a mistake. */
const MAX_BYTES = 512 * 1024;

/** Reads of the delivery account's CodeCommit repositories. */
export class Repositories {
  constructor(
    private readonly clients: AwsClients,
    private readonly accounts: AwsAccounts,
  ) {}

  /** All repositories that have a default branch, in the order of their names. */
  async list(): Promise<Repository[]> {
    const names: string[] = [];
    let nextToken: string | undefined;
    do {
      const token = nextToken;
      const page = await this.call('ListRepositories', client =>
        client.send(new ListRepositoriesCommand({ nextToken: token })),
      );
      names.push(
        ...(page.repositories ?? []).flatMap(r => r.repositoryName ?? []),
      );
      nextToken = page.nextToken;
    } while (nextToken);
    names.sort();

    const found: Repository[] = [];
    for (let i = 0; i < names.length; i += 25) {
      const { repositories } = await this.call('BatchGetRepositories', client =>
        client.send(
          new BatchGetRepositoriesCommand({
            repositoryNames: names.slice(i, i + 25),
          }),
        ),
      );
      for (const { repositoryName, Arn, defaultBranch } of repositories ?? []) {
        // An empty repository has no branch, and nothing to read.
        if (repositoryName && Arn && defaultBranch) {
          found.push({ name: repositoryName, arn: Arn, branch: defaultBranch });
        }
      }
    }
    return found;
  }

  async tags(repository: Repository): Promise<Record<string, string>> {
    const { tags } = await this.call(
      'ListTagsForResource',
      client =>
        client.send(
          new ListTagsForResourceCommand({ resourceArn: repository.arn }),
        ),
      repository.name,
    );
    return tags ?? {};
  }

  async head(repository: Repository): Promise<string | undefined> {
    const { branch } = await this.call(
      'GetBranch',
      client =>
        client.send(
          new GetBranchCommand({
            repositoryName: repository.name,
            branchName: repository.branch,
          }),
        ),
      repository.name,
    );
    return branch?.commitId;
  }

  /** The file at a commit; undefined where the repository has none. */
  async file(
    repository: Repository,
    commitId: string,
    path: string,
  ): Promise<RepositoryFile | undefined> {
    try {
      const { fileContent, fileSize } = await this.call(
        'GetFile',
        client =>
          client.send(
            new GetFileCommand({
              repositoryName: repository.name,
              commitSpecifier: commitId,
              filePath: path,
            }),
          ),
        repository.name,
      );
      if ((fileSize ?? 0) > MAX_BYTES) {
        throw new InputError(`${path} has more than ${MAX_BYTES} bytes.`);
      }
      const content = Buffer.from(fileContent ?? []).toString('utf8');
      return { commitId, content };
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  private call<T>(
    operation: string,
    run: (client: CodeCommitClient) => Promise<T>,
    repository?: string,
  ): Promise<T> {
    const { accountId, region } = this.accounts.delivery();
    return withAwsErrors(
      {
        service: 'codecommit',
        operation,
        accountId,
        region,
        resource: repository ? `repository ${repository}` : 'repositories',
      },
      () => run(this.clients.read(CodeCommitClient, { accountId, region })),
    );
  }
}
