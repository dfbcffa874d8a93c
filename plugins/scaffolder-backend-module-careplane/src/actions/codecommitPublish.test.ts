import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CodeCommitClient,
  GetFileCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-codecommit';
import { createMockDirectory } from '@backstage/backend-test-utils';
import { reader } from '../aws/session';
import { startTestAws } from '../__testUtils__/aws';
import { runAction } from '../__testUtils__/runAction';
import { createCodeCommitPublishAction } from './codecommitPublish';

jest.setTimeout(60_000);

describe('careplane:codecommit:publish', () => {
  const workspace = createMockDirectory();
  let test: Awaited<ReturnType<typeof startTestAws>>;
  beforeAll(async () => {
    test = await startTestAws();
  });
  afterAll(() => test?.close());
  beforeEach(() => workspace.clear());

  const run = async (
    name: string,
    more: { isDryRun?: boolean; user?: null } = {},
  ) =>
    (
      await runAction(createCodeCommitPublishAction(test.aws), {
        workspacePath: workspace.path,
        input: {
          name,
          description: 'Visits',
          owner: 'group:default/virtual-care',
          sourcePath: 'service',
        },
        ...more,
      })
    ).output;
  const calls = () =>
    test.sandbox.requests
      .since()
      .filter(({ operation }) => operation === 'CreateCommit').length;

  it('creates a tagged repository with more files than one commit takes', async () => {
    await mkdir(join(workspace.path, 'service/src'), { recursive: true });
    for (let index = 0; index < 130; index += 1) {
      await writeFile(
        join(workspace.path, `service/src/f${index}.ts`),
        `export const n = ${index};\n`,
      );
    }
    const output = await run('visit-api');
    expect(output).toMatchObject({
      repositoryArn: 'arn:aws:codecommit:us-east-1:111111111111:visit-api',
      cloneUrl: expect.stringContaining('visit-api'),
      commitId: expect.stringMatching(/^[0-9a-f]{40}$/),
    });
    const client = reader(test.aws, CodeCommitClient);
    const { fileContent } = await client.send(
      new GetFileCommand({
        repositoryName: 'visit-api',
        filePath: 'src/f129.ts',
      }),
    );
    expect(Buffer.from(fileContent!).toString()).toBe(
      'export const n = 129;\n',
    );
    const { tags } = await client.send(
      new ListTagsForResourceCommand({
        resourceArn: String(output.repositoryArn),
      }),
    );
    expect(tags).toMatchObject({ 'careplane:service': 'visit-api' });
    expect(calls()).toBe(2);

    await expect(run('visit-api')).resolves.toMatchObject({
      commitId: output.commitId,
    });
    expect(calls()).toBe(2);

    await writeFile(join(workspace.path, 'service/src/f1.ts'), 'changed');
    await expect(run('visit-api')).rejects.toThrow(/other content/);
  });

  it('is refused without a person, and does nothing in a dry run', async () => {
    workspace.setContent({ 'service/a.txt': 'a' });
    await expect(run('other-api', { user: null })).rejects.toThrow(
      /signed-in person/,
    );
    const before = test.sandbox.requests.since().length;
    await expect(run('other-api', { isDryRun: true })).resolves.toMatchObject({
      repositoryArn: expect.stringContaining('other-api'),
    });
    expect(test.sandbox.requests.since()).toHaveLength(before);
  });

  it('refuses a name that some service would not take', async () => {
    workspace.setContent({ 'service/a.txt': 'a' });
    await expect(run('Visit_API')).rejects.toThrow(/lower-case/);
  });
});
