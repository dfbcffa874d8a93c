import { AwsError } from '../../core';

/**
 * A path inside a repository, without the leading slash that callers may give.
 *
 * @throws AwsError PathRequiredException, InvalidPathException
 */
export function repositoryPath(value: string | undefined): string {
  if (!value) {
    throw new AwsError('PathRequiredException', 'A path is required');
  }
  const clean = value.replace(/^\/+/, '');
  const parts = clean.split('/');
  if (
    clean.length > 4096 ||
    /[\0\n]/.test(clean) ||
    parts.some(part => ['', '.', '..'].includes(part) || /^\.git$/i.test(part))
  ) {
    throw new AwsError(
      'InvalidPathException',
      `The specified path is not valid: ${value}`,
    );
  }
  return clean;
}

/** Git's file mode in CodeCommit's words, and back. */
export function toFileMode(mode: string): 'EXECUTABLE' | 'NORMAL' | 'SYMLINK' {
  if (mode === '100755') return 'EXECUTABLE';
  return mode === '120000' ? 'SYMLINK' : 'NORMAL';
}

/** @throws AwsError InvalidFileModeException */
export function toGitMode(
  mode: string | undefined,
): '100644' | '100755' | '120000' {
  switch (mode) {
    case undefined:
    case 'NORMAL':
      return '100644';
    case 'EXECUTABLE':
      return '100755';
    case 'SYMLINK':
      return '120000';
    default:
      throw new AwsError(
        'InvalidFileModeException',
        `The specified file mode is not valid: ${mode}`,
      );
  }
}
