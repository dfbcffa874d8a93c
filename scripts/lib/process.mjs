import { spawn } from 'node:child_process';

/**
 * Runs a command to its end. Resolves with its exit code and the last 64 KiB of
 * what it printed; `onLine` sees every line as it comes.
 */
export function runToEnd(command, args, { onLine, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options,
    });
    let output = '';
    let pending = '';
    const take = chunk => {
      output = (output + chunk).slice(-65536);
      if (!onLine) return;
      const lines = (pending + chunk).split('\n');
      pending = lines.pop();
      lines.forEach(line => onLine(line));
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', reject);
    child.on('close', code => {
      if (onLine && pending) onLine(pending);
      resolve({ code: code ?? 1, output });
    });
  });
}

/** Children that end together, in reverse order of their start. */
export class ProcessGroup {
  #children = [];
  #stopping = false;

  /** Starts a child in its own process group; `onExit` is told of an unasked end. */
  start(name, command, args, { onExit, ...options }) {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      ...options,
    });
    child.on('exit', (code, signal) => {
      if (!this.#stopping) onExit?.(name, code ?? signal);
    });
    this.#children.push({ name, child });
    return child;
  }

  /** Asks every child to end, and ends those that have not after 10 s. */
  async stop() {
    if (this.#stopping) return;
    this.#stopping = true;
    for (const { child } of [...this.#children].reverse()) {
      await stopChild(child);
    }
  }
}

function stopChild(child) {
  if (child.exitCode !== null || child.signalCode !== null) return undefined;
  return new Promise(resolve => {
    const force = setTimeout(() => signal(child, 'SIGKILL'), 10_000);
    child.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
    signal(child, 'SIGTERM');
  });
}

function signal(child, name) {
  try {
    if (process.platform === 'win32') child.kill(name);
    else process.kill(-child.pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
