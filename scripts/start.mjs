// `npm start`: from a fresh clone to a portal on one port.
import { mkdirSync } from 'node:fs';
import { ensureAppBuilt } from './lib/build.mjs';
import { needPort, needProgram } from './lib/checks.mjs';
import { ensureDependencies } from './lib/install.mjs';
import { DATA_DIR, ROOT } from './lib/paths.mjs';
import {
  lastWords,
  localPorts,
  startBackend,
  startSandbox,
} from './lib/portal.mjs';
import { ProcessGroup } from './lib/process.mjs';
import { run, say, Stop } from './lib/say.mjs';
import { ensureTechDocs } from './lib/techdocs.mjs';
import { ensureNode } from './lib/toolchain.mjs';

await run(async () => {
  const ports = localPorts();
  await needPort(ports.portal, 'CAREPLANE_PORT', 'the portal');
  await needPort(ports.aws, 'CAREPLANE_SANDBOX_PORT', 'the local AWS');
  await needPort(ports.oidc, 'CAREPLANE_OIDC_PORT', 'the local sign-in');
  await needPort(ports.sonar, 'CAREPLANE_SONAR_PORT', 'the local SonarQube');
  await needProgram('git', 'the local CodeCommit keeps its repositories in it');
  mkdirSync(DATA_DIR, { recursive: true });
  const node = await ensureNode();
  await ensureDependencies(node);

  const group = new ProcessGroup();
  let docs;
  let ended;
  const end = new Promise(resolve => {
    ended = resolve;
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => ended());
  }
  const onExit = (name, how) =>
    ended(
      new Stop(
        `The ${name} ended unexpectedly (${how}), so everything was stopped. The data is kept: npm start goes on where it was.\n\n${lastWords(
          DATA_DIR,
          name,
        )}`,
      ),
    );
  try {
    say('Starting the sandbox: a local AWS, sign-in and SonarQube');
    const built = ensureAppBuilt(node);
    const up = startSandbox(group, node, DATA_DIR, ports, onExit);
    await raceAgainst(end, Promise.all([built, up]));
    say('Starting the portal');
    await raceAgainst(end, startBackend(group, node, DATA_DIR, ports, onExit));
    say('Ready.');
    process.stdout.write(
      `\n  Careplane runs at http://localhost:${ports.portal}\n\n` +
        `  Sign in as one of four made-up people. AWS is the sandbox on this machine\n` +
        `  (aws --endpoint-url http://127.0.0.1:${
          ports.aws
        } …). Data and logs: ${DATA_DIR.replace(`${ROOT}/`, '')}\n` +
        `  Ctrl-C stops everything; the data is kept.\n\n`,
    );
    docs = ensureTechDocs();
    const problem = await end;
    if (problem) throw problem;
    say('Stopping');
  } finally {
    docs?.stop();
    await group.stop();
  }
});
process.exit(0);

async function raceAgainst(end, work) {
  const outcome = await Promise.race([
    work.then(() => 'done'),
    end.then(problem => problem ?? 'asked to stop'),
  ]);
  if (outcome instanceof Stop) throw outcome;
  if (outcome === 'asked to stop')
    throw new Stop('Stopped before it was ready.');
}
