import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOOLS_DIR } from './paths.mjs';
import { runToEnd } from './process.mjs';
import { say } from './say.mjs';

/** What builds TechDocs pages. Raise it by hand: it is not in the lockfile. */
const PACKAGE = 'mkdocs-techdocs-core==1.6.0';
const ADVICE = `To have them, run: pip install ${PACKAGE}`;
const FOLDER = join(TOOLS_DIR, 'techdocs');
/** Written when an install has come to its end. */
const MARKER = join(FOLDER, '.installed');
const QUIETLY = ['--quiet', '--no-input', '--disable-pip-version-check'];
const WINDOWS = process.platform === 'win32';
const SCRIPTS = WINDOWS ? 'Scripts' : 'bin';
const PYTHONS = WINDOWS ? ['python', 'py'] : ['python3', 'python'];
/** Where `mkdocs` of the project's own is, or will be: first on the portal's PATH. */
export const TECHDOCS_BIN = join(FOLDER, SCRIPTS);

/**
 * Sees to it that the portal finds an `mkdocs` with the plugin `techdocs-core`:
 * the machine's own, or one in the project's folder, which is installed in the
 * background the first time and is there without a network from then on.
 * Never throws and never delays the start; what is missing is one line.
 *
 * @returns {{ done: Promise<void>, stop: () => void }} `stop` ends an install
 * that still runs; the next start begins it anew
 */
export function ensureTechDocs() {
  const abort = new AbortController();
  const done = prepare(abort.signal).catch(error => {
    if (abort.signal.aborted) return;
    say(`Docs pages cannot be built yet: ${error.message}. ${ADVICE}`);
  });
  return { done, stop: () => abort.abort() };
}

async function prepare(signal) {
  const wanted = await readFile(MARKER, 'utf8').catch(() => undefined);
  if (wanted === PACKAGE) return;
  if (await machineHasIt(signal)) return;
  const python = await findPython(signal);
  if (!python) {
    say(`Docs pages are built by Python, which is not here. ${ADVICE}`);
    return;
  }
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(TOOLS_DIR, { recursive: true });
  await must(python, ['-m', 'venv', FOLDER], signal);
  const own = join(TECHDOCS_BIN, WINDOWS ? 'python.exe' : 'python');
  await must(own, ['-m', 'pip', 'install', ...QUIETLY, PACKAGE], signal);
  await writeFile(MARKER, PACKAGE);
  say(
    'Docs pages can be opened now: the program that builds them was installed in the background.',
  );
}

/** Whether the `mkdocs` on the PATH knows the plugin; its absence is a "no". */
async function machineHasIt(signal) {
  const folder = await mkdtemp(join(tmpdir(), 'careplane-docs-'));
  try {
    await mkdir(join(folder, 'docs'));
    await writeFile(join(folder, 'docs', 'index.md'), '# Docs\n');
    await writeFile(
      join(folder, 'mkdocs.yml'),
      'site_name: docs\nplugins: [techdocs-core]\n',
    );
    const { code } = await attempt('mkdocs', ['build', '--quiet'], {
      cwd: folder,
      signal,
    });
    return code === 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function findPython(signal) {
  for (const python of PYTHONS) {
    const { code } = await attempt(
      python,
      [
        '-c',
        'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 8))',
      ],
      { signal },
    );
    if (code === 0) return python;
  }
  return undefined;
}

async function must(command, args, signal) {
  const { code, output } = await attempt(command, args, { signal });
  if (code === 0) return;
  const lines = output.split('\n').filter(line => line.trim());
  throw new Error(
    lines.findLast(line => /error/i.test(line)) ??
      lines.at(-1) ??
      `${command} ended with ${code}`,
  );
}

/** Like `runToEnd`; a program that is not there ends with 127. */
async function attempt(command, args, options) {
  try {
    return await runToEnd(command, args, options);
  } catch (error) {
    options.signal.throwIfAborted();
    return { code: 127, output: error.message };
  }
}
