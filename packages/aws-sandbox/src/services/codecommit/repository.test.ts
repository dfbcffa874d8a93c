import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  CodeCommitClient,
  CreateBranchCommand,
  CreateCommitCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  GetBranchCommand,
  GetCommitCommand,
  GetDifferencesCommand,
  GetFileCommand,
  GetFolderCommand,
  GetRepositoryCommand,
  ListRepositoriesCommand,
  PutFileCommand,
  type CreateCommitInput,
} from '@aws-sdk/client-codecommit';
import { startSandbox, type RunningSandbox } from '../..';
import { seedRepository } from './seed';

const run = promisify(execFile);
jest.setTimeout(30_000);

let sandbox: RunningSandbox;
let client: CodeCommitClient;
let work: string;

beforeAll(async () => {
  work = fs.mkdtempSync(path.join(os.tmpdir(), 'clone-'));
  sandbox = await startSandbox({ port: 0 });
  client = new CodeCommitClient({
    endpoint: sandbox.url,
    region: 'us-east-1',
    credentials: { accessKeyId: '111111111111', secretAccessKey: 'x' },
  });
});

afterAll(async () => {
  await sandbox?.close();
  fs.rmSync(work, { recursive: true, force: true });
});

const git = (...args: string[]) =>
  run(
    'git',
    ['-c', 'user.name=Maya', '-c', 'user.email=m@telehealth.example', ...args],
    {
      cwd: work,
      env: { PATH: process.env.PATH, HOME: work, GIT_TERMINAL_PROMPT: '0' },
    },
  );
const text = (value: string) => Buffer.from(value);
const commit = (input: Partial<CreateCommitInput>) =>
  client.send(
    new CreateCommitCommand({
      repositoryName: 'claims-api',
      branchName: 'main',
      ...input,
    }),
  );

describe('a repository', () => {
  let first: string;

  it('begins empty, takes a first commit through the API, and can be cloned', async () => {
    const { repositoryMetadata } = await client.send(
      new CreateRepositoryCommand({
        repositoryName: 'claims-api',
        repositoryDescription: 'Claims',
      }),
    );
    expect(repositoryMetadata).toMatchObject({
      Arn: 'arn:aws:codecommit:us-east-1:111111111111:claims-api',
      cloneUrlHttp: `${sandbox.url}/git/111111111111/v1/repos/claims-api`,
    });
    expect(repositoryMetadata?.defaultBranch).toBeUndefined();
    const made = await commit({
      authorName: 'Daniel Okafor',
      email: 'daniel.okafor@telehealth.example',
      commitMessage: 'Begin',
      putFiles: [
        {
          filePath: '/bin/run.sh',
          fileMode: 'EXECUTABLE',
          fileContent: text('#!/bin/sh\necho ran\n'),
        },
        { filePath: 'a "quoted" näme.txt', fileContent: text('1\n') },
        { filePath: 'raw.bin', fileContent: Buffer.from([0, 255, 10, 13]) },
      ],
    });
    first = made.commitId ?? '';
    expect(made.filesAdded).toHaveLength(3);
    const known = await client.send(
      new GetRepositoryCommand({ repositoryName: 'claims-api' }),
    );
    expect(known.repositoryMetadata?.defaultBranch).toBe('main');

    await git('clone', '--quiet', known.repositoryMetadata?.cloneUrlHttp ?? '');
    const folder = path.join(work, 'claims-api');
    expect((await run(path.join(folder, 'bin/run.sh'))).stdout).toBe('ran\n');
    expect(
      fs.readFileSync(path.join(folder, 'a "quoted" näme.txt'), 'utf8'),
    ).toBe('1\n');
    expect([...fs.readFileSync(path.join(folder, 'raw.bin'))]).toEqual([
      0, 255, 10, 13,
    ]);
    const { stdout } = await git(
      '-C',
      'claims-api',
      'log',
      '-1',
      '--format=%an <%ae> %s %H',
    );
    expect(stdout.trim()).toBe(
      `Daniel Okafor <daniel.okafor@telehealth.example> Begin ${first}`,
    );
  });

  it('shows through the API what was pushed', async () => {
    fs.writeFileSync(path.join(work, 'claims-api', 'src.ts'), 'export {};\n');
    await git('-C', 'claims-api', 'add', '.');
    await git('-C', 'claims-api', 'rm', '--quiet', 'raw.bin');
    await git(
      '-C',
      'claims-api',
      'commit',
      '--quiet',
      '-m',
      'Add src\n\nWith a body.',
    );
    await git('-C', 'claims-api', 'push', '--quiet');
    const { branch } = await client.send(
      new GetBranchCommand({
        repositoryName: 'claims-api',
        branchName: 'main',
      }),
    );
    const { commit: pushed } = await client.send(
      new GetCommitCommand({
        repositoryName: 'claims-api',
        commitId: branch?.commitId,
      }),
    );
    expect(pushed).toMatchObject({
      parents: [first],
      message: 'Add src\n\nWith a body.\n',
      author: { name: 'Maya', date: expect.stringMatching(/^\d+ [+-]\d{4}$/) },
    });
    const { differences } = await client.send(
      new GetDifferencesCommand({
        repositoryName: 'claims-api',
        beforeCommitSpecifier: first,
        afterCommitSpecifier: 'main',
      }),
    );
    expect(
      differences?.map(item => [
        item.changeType,
        (item.afterBlob ?? item.beforeBlob)?.path,
      ]),
    ).toEqual([
      ['D', 'raw.bin'],
      ['A', 'src.ts'],
    ]);
    const folder = await client.send(
      new GetFolderCommand({ repositoryName: 'claims-api', folderPath: '/' }),
    );
    expect(folder.subFolders?.map(item => item.absolutePath)).toEqual(['bin']);
    const file = await client.send(
      new GetFileCommand({
        repositoryName: 'claims-api',
        filePath: 'bin/run.sh',
      }),
    );
    expect(file).toMatchObject({ fileMode: 'EXECUTABLE', fileSize: 19 });
  });

  it.each<[string, Partial<CreateCommitInput> & { tip?: boolean }]>([
    [
      'ParentCommitIdRequiredException',
      { putFiles: [{ filePath: 'x', fileContent: text('1') }] },
    ],
    [
      'ParentCommitDoesNotExistException',
      {
        parentCommitId: '0'.repeat(40),
        putFiles: [{ filePath: 'x', fileContent: text('1') }],
      },
    ],
    [
      'InvalidParentCommitIdException',
      {
        parentCommitId: 'main',
        putFiles: [{ filePath: 'x', fileContent: text('1') }],
      },
    ],
    [
      'BranchDoesNotExistException',
      {
        branchName: 'other',
        putFiles: [{ filePath: 'x', fileContent: text('1') }],
      },
    ],
    [
      'NoChangeException',
      {
        tip: true,
        putFiles: [{ filePath: 'src.ts', fileContent: text('export {};\n') }],
      },
    ],
    ['FileEntryRequiredException', { tip: true }],
    [
      'FileDoesNotExistException',
      { tip: true, deleteFiles: [{ filePath: 'absent' }] },
    ],
    [
      'SamePathRequestException',
      {
        tip: true,
        putFiles: [{ filePath: 'src.ts', fileContent: text('1') }],
        deleteFiles: [{ filePath: 'src.ts' }],
      },
    ],
    [
      'InvalidPathException',
      {
        tip: true,
        putFiles: [{ filePath: '../../etc/passwd', fileContent: text('1') }],
      },
    ],
    [
      'InvalidPathException',
      {
        tip: true,
        putFiles: [{ filePath: '.git/config', fileContent: text('1') }],
      },
    ],
    [
      'DirectoryNameConflictsWithFileNameException',
      {
        tip: true,
        putFiles: [{ filePath: 'src.ts/x', fileContent: text('1') }],
      },
    ],
    [
      'FileNameConflictsWithDirectoryNameException',
      { tip: true, putFiles: [{ filePath: 'bin', fileContent: text('1') }] },
    ],
    [
      'FileContentSizeLimitExceededException',
      {
        tip: true,
        putFiles: [
          { filePath: 'x', fileContent: Buffer.alloc(6 * 1024 * 1024 + 1) },
        ],
      },
    ],
    [
      'MaximumFileEntriesExceededException',
      {
        tip: true,
        putFiles: Array.from({ length: 101 }, (_, i) => ({
          filePath: `${i}`,
          fileContent: text('1'),
        })),
      },
    ],
  ])('answers %s where CreateCommit would', async (name, { tip, ...input }) => {
    const { branch } = await client.send(
      new GetBranchCommand({
        repositoryName: 'claims-api',
        branchName: 'main',
      }),
    );
    const parent = tip ? { parentCommitId: branch?.commitId } : {};
    await expect(commit({ ...parent, ...input })).rejects.toMatchObject({
      name,
    });
  });

  it('lets one of two commits on the same parent win', async () => {
    const { branch } = await client.send(
      new GetBranchCommand({
        repositoryName: 'claims-api',
        branchName: 'main',
      }),
    );
    const put = (filePath: string) =>
      client.send(
        new PutFileCommand({
          repositoryName: 'claims-api',
          branchName: 'main',
          parentCommitId: branch?.commitId,
          filePath,
          fileContent: text(filePath),
        }),
      );
    const results = await Promise.allSettled([put('left'), put('right')]);
    expect(results.map(result => result.status).sort()).toEqual([
      'fulfilled',
      'rejected',
    ]);
    expect(results.find(result => result.status === 'rejected')).toMatchObject({
      reason: { name: 'ParentCommitIdOutdatedException' },
    });
  });

  it('keeps dates and authors of seeded history, and branches from any commit', async () => {
    const ids = await seedRepository(sandbox, {
      account: '333333333333',
      name: 'old',
      commits: ['One', 'Two'].map((message, day) => ({
        message,
        author: { name: 'Maya Chen', email: 'maya.chen@telehealth.example' },
        at: new Date(Date.UTC(2026, 0, 10 + day)),
        files: { 'README.md': `${message}\n` },
      })),
    });
    await git(
      'clone',
      '--quiet',
      `${sandbox.url}/git/333333333333/v1/repos/old`,
    );
    const { stdout } = await git(
      '-C',
      'old',
      'log',
      '--reverse',
      '--format=%H %an %aI',
    );
    expect(stdout.trim().split('\n')).toEqual([
      `${ids[0]} Maya Chen 2026-01-10T00:00:00+00:00`,
      `${ids[1]} Maya Chen 2026-01-11T00:00:00+00:00`,
    ]);
    await client.send(
      new CreateBranchCommand({
        repositoryName: 'claims-api',
        branchName: 'fix',
        commitId: first,
      }),
    );
    const { branch } = await client.send(
      new GetBranchCommand({ repositoryName: 'claims-api', branchName: 'fix' }),
    );
    expect(branch?.commitId).toBe(first);
  });

  it('is seen in its own account only, and is gone when deleted', async () => {
    const list = await client.send(new ListRepositoriesCommand({}));
    expect(list.repositories?.map(item => item.repositoryName)).toEqual([
      'claims-api',
    ]);
    await client.send(
      new DeleteRepositoryCommand({ repositoryName: 'claims-api' }),
    );
    await expect(
      client.send(new GetRepositoryCommand({ repositoryName: 'claims-api' })),
    ).rejects.toMatchObject({ name: 'RepositoryDoesNotExistException' });
    await expect(
      git('ls-remote', `${sandbox.url}/git/111111111111/v1/repos/claims-api`),
    ).rejects.toThrow(/not found/);
  });
});
