import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { tie, untie } from '../../core/lifeline';

export interface CommandResult {
  /** Undefined where the process was killed. */
  exitCode?: number;
  /** Set where `interrupt` ended it. */
  interrupted?: string;
}

/**
 * Runs a build's commands one after the other as if in one shell: variables
 * and the working directory carry over, as in buildspec version 0.2. Each
 * command is a process group of its own, so that `interrupt` ends all of it,
 * and so does the end of the sandbox.
 */
export class CommandShell {
  readonly #shell: 'sh' | 'bash';
  readonly #stateFile: string;
  readonly #cwdFile: string;
  readonly #scriptFile: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #onLine: (line: string) => void;
  readonly #groups: number[] = [];
  #running?: ChildProcess;
  #interrupted?: string;

  constructor(options: {
    shell: 'sh' | 'bash';
    /** Folder for the shell's state, outside the source folder. */
    stateDir: string;
    cwd: string;
    env: NodeJS.ProcessEnv;
    onLine(line: string): void;
  }) {
    this.#shell = options.shell;
    this.#env = options.env;
    this.#onLine = options.onLine;
    fs.mkdirSync(options.stateDir, { recursive: true });
    this.#stateFile = path.join(options.stateDir, 'variables.sh');
    this.#cwdFile = path.join(options.stateDir, 'cwd');
    this.#scriptFile = path.join(options.stateDir, 'command.sh');
    fs.writeFileSync(this.#stateFile, '');
    fs.writeFileSync(this.#cwdFile, `${options.cwd}\n`);
  }

  async run(command: string): Promise<CommandResult> {
    if (this.#interrupted) return { interrupted: this.#interrupted };
    fs.writeFileSync(this.#scriptFile, this.#script(command));
    const child = spawn(this.#shell, [this.#scriptFile], {
      cwd: path.dirname(this.#scriptFile),
      env: this.#env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#running = child;
    if (child.pid !== undefined) {
      this.#groups.push(child.pid);
      tie(child.pid);
    }
    this.#forward(child.stdout);
    this.#forward(child.stderr);
    // 'exit', not 'close': a server left in the background by the command
    // keeps its pipes open, and the build goes on as it does on AWS.
    const exitCode = await new Promise<number | undefined>(resolve => {
      child.once('error', () => resolve(127));
      child.once('exit', code => {
        const done = () => resolve(code ?? undefined);
        const timer = setTimeout(done, 500);
        child.once('close', () => {
          clearTimeout(timer);
          done();
        });
      });
    });
    this.#running = undefined;
    return { exitCode, interrupted: this.#interrupted };
  }

  /** The shell's exported variables as they are now. */
  async variables(names: string[]): Promise<Record<string, string>> {
    if (names.length === 0) return {};
    const marker = '--careplane-variable--';
    const lines: string[] = [];
    const reader = new CommandShell({
      shell: this.#shell,
      stateDir: `${path.dirname(this.#stateFile)}-read`,
      cwd: fs.readFileSync(this.#cwdFile, 'utf8').trim(),
      env: this.#env,
      onLine: line => lines.push(line),
    });
    fs.copyFileSync(this.#stateFile, reader.#stateFile);
    await reader.run(
      names
        .map(name => `printf '%s\\n' "${marker}${name}"; printenv ${name} || :`)
        .join('\n'),
    );
    reader.dispose();
    const found: Record<string, string> = {};
    let name: string | undefined;
    for (const line of lines) {
      if (line.startsWith(marker)) name = line.slice(marker.length);
      else if (name) {
        found[name] = name in found ? `${found[name]}\n${line}` : line;
      }
    }
    return found;
  }

  /** Ends the running command, and lets no other start. */
  interrupt(reason: string) {
    this.#interrupted ??= reason;
    const pid = this.#running?.pid;
    if (pid === undefined) return;
    kill(pid, 'SIGTERM');
    setTimeout(() => this.#running && kill(pid, 'SIGKILL'), 2000).unref();
  }

  /** Ends what the commands left running in the background. */
  dispose() {
    for (const pid of this.#groups.splice(0)) {
      kill(pid, 'SIGKILL');
      untie(pid);
    }
  }

  #script(command: string): string {
    return [
      `. ${quote(this.#stateFile)}`,
      `cd "$(cat ${quote(this.#cwdFile)})" || exit 1`,
      `trap '__rc=$?; export -p > ${quoteInner(
        this.#stateFile,
      )}; pwd > ${quoteInner(this.#cwdFile)}; exit $__rc' EXIT`,
      'set -a',
      command,
      '',
    ].join('\n');
  }

  #forward(stream: NodeJS.ReadableStream | null) {
    let rest = '';
    stream?.setEncoding('utf8');
    stream?.on('data', (chunk: string) => {
      const lines = (rest + chunk).split(/\r?\n/);
      rest = lines.pop() ?? '';
      lines.forEach(line => this.#onLine(line));
    });
    stream?.on('end', () => rest && this.#onLine(rest));
  }
}

function kill(pid: number, signal: NodeJS.Signals) {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}

function quote(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}

/** Quotes for use inside a single-quoted trap. */
function quoteInner(text: string): string {
  return `"${text.replace(/'/g, `'\\''`).replace(/(["$`\\])/g, '\\$1')}"`;
}
