import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fetchPackage } from '../lib/fetchPackage.mjs';
import { runToEnd } from '../lib/process.mjs';
import { Stop } from '../lib/say.mjs';

/** The scanner of SonarSource, from the npm registry. */
export async function findScanner() {
  const folder = await fetchPackage('@sonar/scan', '5.0.1');
  if (!folder) {
    throw new Stop(
      'The scanner @sonar/scan is not on this machine, and npm could not fetch it. Connect to the registry once and run the command again.',
    );
  }
  const { bin } = createRequire(import.meta.url)(join(folder, 'package.json'));
  return join(folder, typeof bin === 'string' ? bin : Object.values(bin)[0]);
}

/**
 * Writes a small project and analyses it.
 *
 * @param analysis.parts how many source files of 30 lines there are; a second
 *   analysis with one more has that file as new code
 * @param analysis.covered share of the lines that its tests reach, 0 to 1;
 *   without it there is no coverage report
 * @returns {Promise<string>} id of the server's background task
 */
export async function analyse(
  scanner,
  { url, token, java, node, folder },
  analysis,
) {
  const at = mkdtempSync(join(folder, 'project-'));
  mkdirSync(join(at, 'src'));
  const files = Array.from({ length: analysis.parts }, (_, index) =>
    writePart(at, index, analysis.covered),
  );
  if (analysis.covered !== undefined)
    writeFileSync(join(at, 'lcov.info'), files.join(''));
  const settings = {
    'sonar.projectKey': analysis.project,
    'sonar.projectVersion': analysis.version,
    'sonar.scm.revision': analysis.revision,
    'sonar.scm.disabled': 'true',
    'sonar.sources': 'src',
    ...(analysis.covered === undefined
      ? {}
      : { 'sonar.javascript.lcov.reportPaths': 'lcov.info' }),
    'sonar.host.url': url,
    'sonar.token': token,
    ...(java
      ? {
          'sonar.scanner.skipJreProvisioning': 'true',
          'sonar.scanner.javaExePath': java,
        }
      : {}),
  };
  try {
    const { code, output } = await runToEnd(
      node,
      [
        scanner,
        ...Object.entries(settings).map(([key, value]) => `-D${key}=${value}`),
      ],
      {
        cwd: at,
        timeout: 5 * 60_000,
        env: { ...process.env, SONAR_USER_HOME: join(folder, 'scanner-cache') },
      },
    );
    if (code !== 0)
      throw new Stop(`The scanner ended with ${code}:\n${output.slice(-4000)}`);
    const report = readFileSync(
      join(at, '.scannerwork', 'report-task.txt'),
      'utf8',
    );
    return /^ceTaskId=(\S+)/m.exec(report)[1];
  } finally {
    rmSync(at, { recursive: true, force: true });
  }
}

/** One source file, and its part of the coverage report. */
function writePart(at, index, covered) {
  const steps = Array.from(
    { length: 28 },
    (_, line) => `  total += amount * ${index * 31 + line + 2};`,
  );
  const lines = [
    `export function part${index}(amount) {`,
    '  let total = 0;',
    ...steps,
    '  return total;',
    '}',
    '',
  ];
  writeFileSync(join(at, 'src', `part${index}.js`), lines.join('\n'));
  const measured = lines.slice(1, -2).map((_, line) => line + 2);
  const hits = measured.map(
    (line, place) => `DA:${line},${place < measured.length * covered ? 1 : 0}`,
  );
  return `SF:src/part${index}.js\n${hits.join('\n')}\nend_of_record\n`;
}

/** Waits until the server has worked through a scanner's report. */
export async function processed(administrator, taskId) {
  const deadline = Date.now() + 3 * 60_000;
  while (Date.now() < deadline) {
    const { task } = await administrator.get('ce/task', { id: taskId });
    if (task.status === 'SUCCESS') return task.analysisId;
    if (['FAILED', 'CANCELED'].includes(task.status)) {
      throw new Stop(
        `SonarQube could not process the report: ${task.status} ${
          task.errorMessage ?? ''
        }`,
      );
    }
    await new Promise(done => setTimeout(done, 500));
  }
  throw new Stop('SonarQube did not process the report within 3 minutes.');
}
