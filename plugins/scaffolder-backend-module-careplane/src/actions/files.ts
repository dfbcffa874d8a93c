import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { InputError } from '@backstage/errors';

/** A file to commit. `path` is relative and has forward slashes. */
export interface SourceFile {
  path: string;
  content: Buffer;
  executable: boolean;
  /** Git's name of the content, to compare with what a repository holds. */
  blobId: string;
}

/**
 * CodeCommit's limits of one CreateCommit call: 100 files, 6 MB a file, 20 MB
 * together. https://docs.aws.amazon.com/codecommit/latest/userguide/limits.html
 */
export const COMMIT_LIMITS = {
  files: 100,
  fileBytes: 6 * 1024 * 1024,
  bytes: 20 * 1024 * 1024,
};

/** Git's object id of a blob. */
export function blobIdOf(content: Buffer): string {
  return createHash('sha1')
    .update(`blob ${content.length}\0`)
    .update(content)
    .digest('hex');
}

/**
 * All files under a folder, sorted, without `.git`.
 *
 * @throws InputError for a link or a file that is larger than CodeCommit takes.
 */
export async function readSourceFiles(folder: string): Promise<SourceFile[]> {
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  });
  const files: SourceFile[] = [];
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name);
    const path = relative(folder, file).split(sep).join('/');
    if (entry.isDirectory() || /^\.git(\/|$)/.test(path)) continue;
    if (!entry.isFile()) {
      throw new InputError(
        `${path} is a link or a device; only files can be committed`,
      );
    }
    const content = await readFile(file);
    if (content.length > COMMIT_LIMITS.fileBytes) {
      throw new InputError(
        `${path} is larger than the 6 MB that CodeCommit takes`,
      );
    }
    const executable = ((await stat(file)).mode & 0o111) !== 0;
    files.push({ path, content, executable, blobId: blobIdOf(content) });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Splits files into commits that CodeCommit takes. */
export function inBatches(
  files: SourceFile[],
  limits: Pick<typeof COMMIT_LIMITS, 'files' | 'bytes'> = COMMIT_LIMITS,
): SourceFile[][] {
  const batches: SourceFile[][] = [];
  let bytes = 0;
  for (const file of files) {
    const last = batches.at(-1);
    if (
      !last ||
      last.length >= limits.files ||
      bytes + file.content.length > limits.bytes
    ) {
      batches.push([file]);
      bytes = file.content.length;
    } else {
      last.push(file);
      bytes += file.content.length;
    }
  }
  return batches;
}
