import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Sandbox } from '../../core';
import { git, GitError } from './git';

export interface Person {
  name: string;
  email: string;
}

export interface Commit {
  id: string;
  tree: string;
  parents: string[];
  author: Person & { date: string };
  committer: Person & { date: string };
  message: string;
}

export interface TreeEntry {
  mode: string;
  type: 'blob' | 'tree' | 'commit';
  id: string;
  path: string;
  size: number;
}

export type FileChange =
  | { path: string; delete: true }
  | {
      path: string;
      delete?: false;
      mode: '100644' | '100755' | '120000';
      content: Buffer;
    };

export interface Difference {
  status: 'A' | 'M' | 'D';
  path: string;
  before?: { mode: string; id: string };
  after?: { mode: string; id: string };
}

const ZERO = '0'.repeat(40);

/** One bare repository on disk, spoken to through git's own plumbing. */
export class GitRepository {
  constructor(readonly directory: string) {}

  static root(sandbox: Sandbox): string {
    return path.join(sandbox.dataDir, 'git');
  }

  static at(sandbox: Sandbox, account: string, name: string): GitRepository {
    if (!/^\d{12}$/.test(account) || !/^[\w.-]{1,100}$/.test(name)) {
      throw new Error(`Not a repository's name: ${account}/${name}`);
    }
    return new GitRepository(
      path.join(GitRepository.root(sandbox), account, `${name}.git`),
    );
  }

  async init() {
    await fs.promises.mkdir(this.directory, { recursive: true });
    await git(this.directory, [
      'init',
      '--bare',
      '--quiet',
      '--initial-branch=main',
    ]);
    await git(this.directory, ['config', 'http.receivepack', 'true']);
  }

  async remove() {
    await fs.promises.rm(this.directory, { recursive: true, force: true });
  }

  /** The commit that a branch, tag or id names, or undefined. */
  async resolve(name: string): Promise<string | undefined> {
    if (name.startsWith('-')) return undefined;
    try {
      const id = await this.#text([
        'rev-parse',
        '--verify',
        '--quiet',
        '--end-of-options',
        `${name}^{commit}`,
      ]);
      return id.trim();
    } catch (error) {
      if (error instanceof GitError) return undefined;
      throw error;
    }
  }

  /** Branch names with the ids of their tips. */
  async branches(): Promise<Map<string, string>> {
    const text = await this.#text([
      'for-each-ref',
      '--format=%(objectname) %(refname:strip=2)',
      'refs/heads',
    ]);
    return new Map(
      text
        .split('\n')
        .filter(Boolean)
        .map(line => [line.slice(41), line.slice(0, 40)]),
    );
  }

  async commit(id: string): Promise<Commit> {
    const format =
      '%H%x00%T%x00%P%x00%an%x00%ae%x00%ad%x00%cn%x00%ce%x00%cd%x00%B';
    const text = await this.#text([
      'show',
      '-s',
      '--date=raw',
      `--format=${format}`,
      id,
    ]);
    const [hash, tree, parents, an, ae, ad, cn, ce, cd, message] =
      text.split('\0');
    return {
      id: hash,
      tree,
      parents: parents.split(' ').filter(Boolean),
      author: { name: an, email: ae, date: ad },
      committer: { name: cn, email: ce, date: cd },
      message: message.replace(/\n+$/, '\n'),
    };
  }

  /** Entries of a tree: one level below `folder`, or all files. */
  async list(
    commit: string,
    options: { folder?: string; recursive?: boolean } = {},
  ): Promise<TreeEntry[]> {
    const tree = options.folder ? `${commit}:${options.folder}` : commit;
    const text = await this.#text([
      'ls-tree',
      '-l',
      '-z',
      ...(options.recursive ? ['-r'] : []),
      tree,
    ]);
    return text
      .split('\0')
      .filter(Boolean)
      .map(line => {
        const tab = line.indexOf('\t');
        const [mode, type, id, size] = line.slice(0, tab).split(/\s+/);
        return {
          mode,
          type: type as TreeEntry['type'],
          id,
          size: Number(size) || 0,
          path: line.slice(tab + 1),
        };
      });
  }

  blob(id: string): Promise<Buffer> {
    return git(this.directory, ['cat-file', 'blob', id]);
  }

  async differences(
    before: string | undefined,
    after: string,
    below?: string,
  ): Promise<Difference[]> {
    const base =
      before ??
      (await this.#text(['hash-object', '-t', 'tree', '--stdin'])).trim();
    const text = await this.#text([
      'diff-tree',
      '-r',
      '-z',
      '--raw',
      '--no-renames',
      '--full-index',
      base,
      after,
      ...(below ? ['--', below] : []),
    ]);
    const parts = text.split('\0').filter(Boolean);
    const found: Difference[] = [];
    for (let i = 0; i + 1 < parts.length; i += 2) {
      const [oldMode, newMode, oldId, newId, letter] = parts[i]
        .slice(1)
        .split(' ');
      found.push({
        status: letter === 'A' || letter === 'D' ? letter : 'M',
        path: parts[i + 1],
        before: oldId === ZERO ? undefined : { mode: oldMode, id: oldId },
        after: newId === ZERO ? undefined : { mode: newMode, id: newId },
      });
    }
    return found;
  }

  /** The files of a commit as a zip. */
  archive(commit: string): Promise<Buffer> {
    return git(this.directory, ['archive', '--format=zip', commit]);
  }

  /**
   * Writes a commit that no branch names yet, in one process however many
   * files it has. `date` is in git's raw form, `<seconds> <+hhmm>`.
   */
  async write(commit: {
    parent?: string;
    changes: FileChange[];
    author: Person;
    date: string;
    message: string;
  }): Promise<Commit> {
    const ref = `refs/careplane/${randomUUID()}`;
    const person = `${clean(commit.author.name)} <${clean(
      commit.author.email,
    )}> ${commit.date}`;
    const message = Buffer.from(commit.message);
    const parts: (string | Buffer)[] = [
      `commit ${ref}\nauthor ${person}\ncommitter ${person}\n`,
      `data ${message.length}\n`,
      message,
      '\n',
      commit.parent ? `from ${commit.parent}\n` : '',
    ];
    for (const change of commit.changes) {
      if (change.delete) parts.push(`D ${quotePath(change.path)}\n`);
      else {
        parts.push(
          `M ${change.mode} inline ${quotePath(change.path)}\ndata ${
            change.content.length
          }\n`,
          change.content,
          '\n',
        );
      }
    }
    const stream = Buffer.concat(parts.map(part => Buffer.from(part)));
    await git(
      this.directory,
      ['fast-import', '--quiet', '--force', '--date-format=raw'],
      stream,
    );
    const written = await this.commit(ref);
    await git(this.directory, ['update-ref', '-d', ref]);
    return written;
  }

  /** Moves a branch if it is still where `from` says; answers whether it did. */
  async moveBranch(
    name: string,
    to: string,
    from: string | undefined,
  ): Promise<boolean> {
    try {
      await git(this.directory, [
        'update-ref',
        `refs/heads/${name}`,
        to,
        from ?? ZERO,
      ]);
      return true;
    } catch (error) {
      if (error instanceof GitError) return false;
      throw error;
    }
  }

  async deleteBranch(name: string) {
    await git(this.directory, ['update-ref', '-d', `refs/heads/${name}`]);
  }

  /** Which branch a clone checks out. */
  async setHead(branch: string) {
    await git(this.directory, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
  }

  async isBranchName(name: string): Promise<boolean> {
    try {
      await git(this.directory, ['check-ref-format', `refs/heads/${name}`]);
      return !name.startsWith('-') && name.length <= 256;
    } catch {
      return false;
    }
  }

  async #text(args: string[]): Promise<string> {
    return (await git(this.directory, args)).toString('utf8');
  }
}

function clean(text: string): string {
  return text.replace(/[<>\n\0]/g, '').trim();
}

function quotePath(file: string): string {
  return `"${file.replace(/(["\\])/g, '\\$1').replace(/\n/g, '\\n')}"`;
}
