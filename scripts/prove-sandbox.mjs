// Holds the sandbox against the AWS CLI and moto: every operation that the
// sandbox implements is driven with the real CLI (exit code, and the shape that
// AWS's own model gives), and compared with moto where moto has it. Where they
// differ, a scenario says why and cites AWS. An operation without a scenario, a
// difference without a reason and a missing judge are failures.
//
//   npm run prove:sandbox               everything
//   npm run prove:sandbox -- lambda s3  some services
//   npm run prove:sandbox -- --record   writes what it found into docs/extend/sandbox-judges.md
//   CAREPLANE_SANDBOX_JUDGES            a virtual environment with awscli and moto[server]
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, TRANSFORM } from './lib/paths.mjs';
import { run, say, Stop } from './lib/say.mjs';
import { environmentFor, ensureNode } from './lib/toolchain.mjs';
import { makeFiles } from './sandbox/files.mjs';
import { findPython, startJudge, startMoto } from './sandbox/judges.mjs';
import { record } from './sandbox/record.mjs';
import { runScenario, side } from './sandbox/run.mjs';
import { readScenarios } from './sandbox/scenarios.mjs';
import { printFailures, printTable, summarize } from './sandbox/table.mjs';

const undo = [];

/** A sandbox with nothing in it. */
function startSandbox(node, folder) {
  const child = spawn(
    node,
    [
      '--require',
      TRANSFORM,
      join(ROOT, 'packages/aws-sandbox/src/main.ts'),
      ...['--data', mkdtempSync(join(folder, 'data-')), '--port', '0'],
      ...['--oidc-port', '0', '--sonar-port', '0'],
    ],
    {
      cwd: ROOT,
      env: environmentFor(node),
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const stop = () => child.kill('SIGTERM');
  undo.push(stop);
  return new Promise((resolve, reject) => {
    child.stdout.on('data', data => {
      const url = /AWS\s+(http:\S+)/.exec(String(data))?.[1];
      if (url) resolve({ url, stop });
    });
    child.on('exit', () => reject(new Stop('The sandbox did not start.')));
  });
}

/** A scenario that could not be run to its end. */
function broken(title, error) {
  if (!(error instanceof Stop)) throw error;
  return { operation: `(${title})`, title, command: '', cli: error.message };
}

async function main() {
  const words = process.argv.slice(2);
  const asked = words.filter(word => word !== '--record');
  const node = await ensureNode();
  const python = findPython();
  const folder = mkdtempSync(join(tmpdir(), 'careplane-judges-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const operations = JSON.parse(
    execFileSync(
      node,
      ['--require', TRANSFORM, join(ROOT, 'scripts/sandbox/operations.ts')],
      { cwd: ROOT, encoding: 'utf8' },
    ),
  );
  const unknown = asked.filter(service => !operations[service]);
  if (unknown.length > 0) {
    throw new Stop(`The sandbox has no ${unknown.join(', ')}.`);
  }
  const judge = startJudge(python);
  undo.push(() => judge.stop());
  const versions = await judge.ask({});
  say(
    `AWS CLI ${versions.cli} (botocore ${versions.botocore}) and moto ${versions.moto} are the judges`,
  );
  const moto = await startMoto(python);
  undo.push(() => moto.stop());
  const scenarios = readScenarios();
  const lines = [];
  for (const service of asked.length > 0 ? asked : Object.keys(operations)) {
    const rows = [];
    // What another service's scenarios left behind is no answer of this one.
    const [sandbox] = await Promise.all([
      startSandbox(node, folder),
      moto.reset(),
    ]);
    const files = await makeFiles(folder, sandbox.url);
    for (const file of scenarios.filter(each => each.service === service)) {
      say(`${service}: ${file.name}`);
      for (const [title, steps] of Object.entries(file.scenarios)) {
        const told = runScenario({
          judge,
          file,
          title,
          steps,
          files,
          here: side(sandbox.url, folder),
          moto: side(moto.url, folder),
        });
        // The other services are judged all the same.
        rows.push(...(await told.catch(error => [broken(title, error)])));
      }
      for (const rule of file.differs.filter(each => !each.isUsed)) {
        rows.push({
          operation: `(${file.name})`,
          title: 'differs',
          command: '',
          cli: `"${rule.because}" explains nothing any more`,
        });
      }
    }
    sandbox.stop();
    printFailures(service, rows);
    const others = rows.filter(row => row.operation.startsWith('('));
    const found = [
      ...summarize(service, operations[service], rows),
      ...others.map(row => ({
        service,
        operation: row.operation,
        steps: 1,
        cli: 'NO',
        moto: row.cli,
        holds: false,
      })),
    ];
    lines.push(...found);
    if (words.includes('--record')) {
      const page = record({
        lines: found,
        versions,
        known: Object.keys(operations),
        date: new Date().toISOString().slice(0, 10),
      });
      say(`${service}: written into ${page}`);
    }
  }
  printTable(lines);
  const hold = lines.filter(line => line.holds).length;
  const count = text => lines.filter(line => line.moto.startsWith(text)).length;
  console.log(
    `\n${lines.length} operations: ${hold} hold, ${
      lines.length - hold
    } fail (moto: ${count('same')} same, ${count(
      'differs',
    )} differ and AWS decides, ${count('not in moto')} not in moto)`,
  );
  if (hold < lines.length || lines.length === 0) process.exitCode = 1;
}

function leave() {
  for (const step of undo.splice(0).reverse()) step();
}

process.on('exit', leave);
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));
await run(async () => {
  try {
    await main();
  } finally {
    leave();
  }
});
