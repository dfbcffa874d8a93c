// `npm run dev`: the contributors' mode. Sandbox as in `npm start`, front end and
// back end reload on change.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { needPort } from './lib/checks.mjs';
import { ensureDependencies } from './lib/install.mjs';
import { DATA_DIR, ROOT } from './lib/paths.mjs';
import { localEnvironment, localPorts, startSandbox } from './lib/portal.mjs';
import { ProcessGroup } from './lib/process.mjs';
import { run, say } from './lib/say.mjs';
import { ensureTechDocs, TECHDOCS_BIN } from './lib/techdocs.mjs';
import { ensureNode } from './lib/toolchain.mjs';

await run(async () => {
  const ports = localPorts();
  await needPort(3000, 'PORT', 'the front end');
  await needPort(ports.portal, 'CAREPLANE_PORT', 'the back end');
  await needPort(ports.aws, 'CAREPLANE_SANDBOX_PORT', 'the local AWS');
  mkdirSync(join(DATA_DIR, 'work'), { recursive: true });
  const node = await ensureNode();
  await ensureDependencies(node);
  const group = new ProcessGroup();
  say('Starting the sandbox');
  await startSandbox(group, node, DATA_DIR, ports, name =>
    say(`The ${name} ended`),
  );
  say('Starting front end (http://localhost:3000) and back end');
  const cli = spawn(
    node,
    [
      join(ROOT, 'node_modules/@backstage/cli/bin/backstage-cli'),
      'repo',
      'start',
      '--config',
      join(ROOT, 'app-config.yaml'),
      '--config',
      join(ROOT, 'app-config.dev.yaml'),
    ],
    {
      cwd: ROOT,
      env: localEnvironment(node, DATA_DIR, ports, { path: TECHDOCS_BIN }),
      stdio: 'inherit',
    },
  );
  process.on('SIGINT', () => undefined);
  const docs = ensureTechDocs();
  await new Promise(resolve => cli.once('exit', resolve));
  docs.stop();
  await group.stop();
});
process.exit(0);
