import { CodeCommitClient } from '@aws-sdk/client-codecommit';
import { resolveSafeChildPath } from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import { consoleUrl } from '@careplane/aws-common';
import { explain } from '../aws/explain';
import { nameProblems } from '../names/rules';
import {
  AwsDependencies,
  creator,
  deliveryArn,
  deliveryOf,
} from '../aws/session';
import { examples } from './codecommitPublish.examples';
import { readSourceFiles } from './files';
import {
  commitFiles,
  createRepository,
  filesAt,
  findRepository,
  missingFiles,
  tipOf,
} from './repository';

const BRANCH = 'main';

/**
 * `careplane:codecommit:publish`: a repository with its first commit. Running
 * it again with the same files changes nothing; a repository with other content
 * is refused. It respects the limits of CreateCommit (100 files, 20 MB).
 */
export function createCodeCommitPublishAction(dependencies: AwsDependencies) {
  return createTemplateAction({
    id: 'careplane:codecommit:publish',
    description:
      'Creates a CodeCommit repository in the delivery account and commits the rendered files',
    examples,
    supportsDryRun: true,
    schema: {
      input: {
        name: z =>
          z.string().describe('Name of the service and its repository'),
        description: z => z.string().max(1000).describe('One sentence'),
        owner: z => z.string().describe('Entity ref of the owning group'),
        sourcePath: z =>
          z.string().optional().describe('Folder of the workspace to commit'),
      },
      output: {
        repositoryArn: z => z.string(),
        cloneUrl: z => z.string(),
        consoleUrl: z => z.string(),
        commitId: z => z.string(),
      },
    },
    async handler(ctx) {
      const { name, sourcePath = '.' } = ctx.input;
      const problems = nameProblems(name);
      if (problems.length > 0) throw new InputError(problems.join(' '));
      const arn = deliveryArn(dependencies, 'codecommit', name);
      ctx.output('repositoryArn', arn);
      ctx.output('consoleUrl', consoleUrl(arn));
      const files = await readSourceFiles(
        resolveSafeChildPath(ctx.workspacePath, sourcePath),
      );
      if (files.length === 0)
        throw new InputError(`${sourcePath} has no files`);
      if (ctx.isDryRun) {
        ctx.logger.info(`Would create ${arn} with ${files.length} files`);
        return;
      }
      const client = creator(dependencies, CodeCommitClient, ctx, [
        {
          Effect: 'Allow',
          Action: [
            'codecommit:CreateCommit',
            'codecommit:CreateRepository',
            'codecommit:GetBranch',
            'codecommit:GetFolder',
            'codecommit:GetRepository',
            'codecommit:TagResource',
          ],
          Resource: arn,
        },
      ]);
      await explain(
        {
          service: 'codecommit',
          operation: 'publish',
          resource: arn,
          ...deliveryOf(dependencies),
        },
        async () => {
          let repository = await findRepository(client, name);
          if (repository) {
            ctx.logger.info(`The repository ${name} exists already`);
          } else {
            repository = await createRepository(client, ctx.input);
            ctx.logger.info(`Created ${arn}`);
          }
          const tip = await tipOf(client, name, BRANCH);
          const there = tip ? await filesAt(client, name, tip) : new Map();
          const missing = missingFiles(name, files, there);
          const commitId = await commitFiles(client, {
            repositoryName: name,
            branchName: BRANCH,
            parent: tip,
            files: missing,
            message: `Create ${name} from its template`,
            author: authorOf(ctx.user),
            onCommit: (id, count) =>
              ctx.logger.info(`Committed ${count} files as ${id.slice(0, 8)}`),
          });
          if (missing.length === 0) {
            ctx.logger.info(`All ${files.length} files are there already`);
          }
          ctx.output('cloneUrl', repository?.cloneUrlHttp ?? '');
          ctx.output('commitId', commitId ?? '');
        },
      );
    },
  });
}

function authorOf(
  user:
    | {
        ref?: string;
        entity?: {
          spec: { profile?: { displayName?: string; email?: string } };
        };
      }
    | undefined,
): { name: string; email?: string } {
  const profile = user?.entity?.spec.profile;
  return {
    name: profile?.displayName ?? user?.ref ?? 'Careplane',
    email: profile?.email,
  };
}
