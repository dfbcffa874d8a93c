// Analyses the code with SonarQube, waits for its quality gate and fails unless
// the gate is passed. A gate that nobody computed is not a passed gate.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const host = required('SONAR_HOST_URL').replace(/\/$/, '');
const token = required('SONAR_TOKEN');
const WAIT_MS = 5 * 60_000;

const { version } = JSON.parse(readFileSync('dist/build.json', 'utf8'));
const options = [`-Dsonar.projectVersion=${version}`, `-Dsonar.scm.revision=${process.env.COMMIT_ID ?? ''}`];
let scan = spawnSync('sonar-scanner', options, { stdio: 'inherit' });
if (scan.error?.code === 'ENOENT') {
  scan = spawnSync('npx', ['--yes', '@sonar/scan@4', ...options], { stdio: 'inherit' });
}
if (scan.error) fail(`The scanner could not start: ${scan.error.message}`);
if (scan.status !== 0) fail(`sonar-scanner ended with ${scan.status ?? scan.signal}`);

const report = Object.fromEntries(
  readFileSync('.scannerwork/report-task.txt', 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
);
const analysisId = await finishedAnalysis(report.ceTaskId);
const { projectStatus } = await ask(`/api/qualitygates/project_status?analysisId=${encodeURIComponent(analysisId)}`);
for (const { metricKey, status, comparator, errorThreshold, actualValue } of projectStatus.conditions ?? []) {
  console.log(`${status === 'OK' ? 'ok  ' : 'FAIL'} ${metricKey} ${actualValue} (fails if ${comparator} ${errorThreshold})`);
}
writeFileSync(
  'dist/quality.json',
  JSON.stringify({ projectKey: report.projectKey, analysisId, status: projectStatus.status, at: new Date().toISOString() }),
);
if (projectStatus.status !== 'OK') {
  fail(`The quality gate is ${projectStatus.status}: ${host}/dashboard?id=${encodeURIComponent(report.projectKey)}`);
}
console.log('The quality gate is passed');

async function finishedAnalysis(taskId) {
  const deadline = Date.now() + WAIT_MS;
  while (Date.now() < deadline) {
    const { task } = await ask(`/api/ce/task?id=${encodeURIComponent(taskId)}`);
    if (task.status === 'SUCCESS') return task.analysisId;
    if (task.status === 'FAILED' || task.status === 'CANCELED') fail(`SonarQube could not process the report: ${task.status}`);
    await new Promise(done => setTimeout(done, 1_000));
  }
  return fail(`SonarQube did not process the report within ${WAIT_MS / 60_000} minutes`);
}

async function ask(path) {
  const answer = await fetch(host + path, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) fail(`${path.split('?')[0]} answered ${answer.status}`);
  return answer.json();
}

function required(name) {
  return process.env[name] || fail(`${name} is not set`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
