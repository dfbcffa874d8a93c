import {
  chmod,
  mkdtemp,
  mkdir,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blobIdOf, inBatches, readSourceFiles, SourceFile } from './files';
import { missingFiles } from './repository';

const file = (path: string, text = path): SourceFile => {
  const content = Buffer.from(text);
  return { path, content, executable: false, blobId: blobIdOf(content) };
};

describe('files to commit', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'files-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are named, hashed as git does, and keep their executable bit', async () => {
    await mkdir(join(folder, '.git'));
    await writeFile(join(folder, '.git/config'), 'no');
    await mkdir(join(folder, 'bin'));
    await writeFile(join(folder, 'bin/run'), 'hello\n');
    await chmod(join(folder, 'bin/run'), 0o755);
    await writeFile(join(folder, '.gitignore'), '');
    expect(await readSourceFiles(folder)).toMatchObject([
      { path: '.gitignore', executable: false },
      {
        path: 'bin/run',
        executable: true,
        blobId: 'ce013625030ba8dba906f756967f9e9ca394464a',
      },
    ]);
  });

  it('are refused when one is a link', async () => {
    await symlink('/etc/hostname', join(folder, 'link'));
    await expect(readSourceFiles(folder)).rejects.toThrow('link is a link');
  });

  it('are split by number and by size', () => {
    const many = Array.from({ length: 250 }, (_, index) => file(`f${index}`));
    expect(inBatches(many).map(({ length }) => length)).toEqual([100, 100, 50]);
    const big = [file('a', '12345'), file('b', '12345'), file('c', '1')];
    expect(
      inBatches(big, { files: 100, bytes: 6 }).map(batch =>
        batch.map(({ path }) => path),
      ),
    ).toEqual([['a'], ['b', 'c']]);
  });

  it('are only those that a repository lacks, and a foreign repository is refused', () => {
    const wanted = [file('a'), file('b')];
    const there = new Map([['a', wanted[0].blobId]]);
    expect(missingFiles('x', wanted, there)).toEqual([wanted[1]]);
    expect(() => missingFiles('x', wanted, new Map([['a', 'other']]))).toThrow(
      'other content (a)',
    );
    expect(() => missingFiles('x', wanted, new Map([['z', 'other']]))).toThrow(
      'other content (z)',
    );
  });
});
