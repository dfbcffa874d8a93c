import fs from 'node:fs';
import path from 'node:path';
import type { ArtifactSpec } from './buildspec';

export interface ArtifactFile {
  /** Where it lies on disk. */
  source: string;
  /** Its name inside the artifact, with forward slashes. */
  name: string;
}

/**
 * The files that an `artifacts` block selects below `sourceDir`. Nothing
 * outside the source folder is taken, also not through a symbolic link.
 *
 * @throws Error with CodeBuild's message where nothing matches.
 */
export function selectArtifactFiles(
  sourceDir: string,
  spec: ArtifactSpec,
): ArtifactFile[] {
  const root = fs.realpathSync(sourceDir);
  const base = path.resolve(root, spec.baseDirectory ?? '.');
  if (!isBelow(root, base) || !fs.existsSync(base)) {
    throw new Error(
      `no matching base directory path found for ${spec.baseDirectory}`,
    );
  }
  const wanted = spec.files.map(toRegExp);
  const unwanted = spec.excludePaths.map(toRegExp);
  const files = walk(base)
    .filter(source => isBelow(root, fs.realpathSync(source)))
    .map(source => ({
      source,
      name: path.relative(base, source).split(path.sep).join('/'),
    }))
    .filter(file => wanted.some(rule => rule.test(file.name)))
    .filter(file => !unwanted.some(rule => rule.test(file.name)))
    .map(file =>
      spec.discardPaths ? { ...file, name: path.basename(file.name) } : file,
    );
  if (files.length === 0) {
    throw new Error('no matching artifact paths found');
  }
  return files;
}

function isBelow(root: string, file: string): boolean {
  return file === root || file.startsWith(root + path.sep);
}

function walk(folder: string): string[] {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => {
      const full = path.join(folder, entry.name);
      if (entry.isDirectory()) return walk(full);
      return fs.existsSync(full) && fs.statSync(full).isFile() ? [full] : [];
    });
}

/** CodeBuild's patterns: `**` crosses folders, `*` and `?` do not. */
function toRegExp(pattern: string): RegExp {
  const clean = pattern.replace(/^\.\//, '').replace(/\/$/, '/**');
  const source = clean
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map(part => {
      if (part === '**/') return '(?:.*/)?';
      if (part === '**') return '.*';
      if (part === '*') return '[^/]*';
      if (part === '?') return '[^/]';
      return part.replace(/[.+^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${source}$`);
}
