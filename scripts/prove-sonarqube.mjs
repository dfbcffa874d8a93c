// Proves that Careplane reads a real SonarQube Server right, and that the
// sandbox's stand-in answers as one: the delivery plugin's own client asks both
// in equal states, and every field that Careplane reads is compared. A judge
// that is missing is a failure.
//
//   SONARQUBE_HOME          an unpacked server
//   CAREPLANE_SONARQUBE_ZIP its distribution
//   SONARQUBE_URL           a throw-away server on this machine that runs already,
//   SONARQUBE_TOKEN         with a token of its administrator
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, say, Stop } from './lib/say.mjs';
import { ensureNode } from './lib/toolchain.mjs';
import { ask, sandboxGate } from './sonarqube/asking.mjs';
import { compare } from './sonarqube/compare.mjs';
import { makeEstate } from './sonarqube/estate.mjs';
import { findJudge } from './sonarqube/judge.mjs';
import { startServer, statusOf } from './sonarqube/server.mjs';
import { takeOver } from './sonarqube/setup.mjs';
import { printTable } from './sonarqube/table.mjs';

const undo = [];

/** Undoes what was started, last first, whatever one of them says. */
async function cleanUp() {
  for (;;) {
    const step = undo.pop();
    if (!step) return;
    try {
      await step();
    } catch (error) {
      process.stderr.write(`Cleaning up: ${error.message}\n`);
      process.exitCode = 1;
    }
  }
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => cleanUp().then(() => process.exit(130)));
}

async function realServer(folder) {
  const { SONARQUBE_URL: given, SONARQUBE_TOKEN: token } = process.env;
  if (!given) {
    const judge = await findJudge();
    say(`Starting SonarQube Server ${judge.version}`);
    const server = await startServer(judge, folder, stop => undo.push(stop));
    return {
      url: server.url,
      token: await takeOver(server.url),
      java: judge.java,
      own: true,
    };
  }
  const url = given.replace(/\/+$/, '');
  if (
    !/^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(\/|$)/.test(`${url}/`)
  ) {
    throw new Stop(
      'SONARQUBE_URL must be a throw-away server on this machine: the proof changes who may do what there.',
    );
  }
  if (!token) {
    throw new Stop(
      'SONARQUBE_URL needs SONARQUBE_TOKEN, a token of an administrator of that server.',
    );
  }
  if ((await statusOf(url)) !== 'UP') {
    throw new Stop(`The server that SONARQUBE_URL names (${url}) is not up.`);
  }
  return { url, token, own: false };
}

async function main() {
  const node = await ensureNode();
  const folder = mkdtempSync(join(tmpdir(), 'careplane-sonarqube-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const server = await realServer(folder);
  const estate = await makeEstate(
    { ...server, node, folder },
    await sandboxGate(node),
  );
  if (!server.own) undo.push(() => estate.remove());
  say('Asking the server and the sandbox the same questions');
  const { real, sandbox } = await ask(node, estate);
  const rows = compare(real, sandbox);
  printTable(rows);
  const fails = rows.filter(({ same }) => !same).length;
  console.log(
    `\nSonarQube Server ${estate.version} and the sandbox: ${
      rows.length - fails
    } hold, ${fails} fail`,
  );
  if (fails > 0 || rows.length === 0) process.exitCode = 1;
}

await run(async () => {
  try {
    await main();
  } finally {
    await cleanUp();
  }
});
