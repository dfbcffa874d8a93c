import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { explainNetwork } from './network.mjs';
import { ROOT } from './paths.mjs';
import { npmSettings, variablesFor, whyUnreachable } from './registry.mjs';

const YARN = join(ROOT, '.yarn/releases/yarn-4.13.0.cjs');
const folder = mkdtempSync(join(tmpdir(), 'careplane-registry-'));
const key = join(folder, 'key.pem');
const cafile = join(folder, 'ca.pem');
const openssl = spawnSync('openssl', [
  ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1'],
  ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'],
  ...['-keyout', key, '-out', cafile],
]);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

test(
  'a registry behind a CA of its own answers with the cafile of npm, and without it says certificate',
  { skip: openssl.status !== 0 && 'no openssl here' },
  async () => {
    const server = createServer(
      { key: readFileSync(key), cert: readFileSync(cafile) },
      (_, response) =>
        response.setHeader('content-type', 'application/json').end(
          JSON.stringify({
            name: 'yarn',
            'dist-tags': { latest: '1.0.0' },
            versions: { '1.0.0': { name: 'yarn', version: '1.0.0' } },
            time: { '1.0.0': '2020-01-01T00:00:00.000Z' },
          }),
        ),
    ).listen(0, 'localhost');
    await once(server, 'listening');
    const registry = `https://localhost:${server.address().port}/`;
    try {
      const settings = await npmSettings({
        PATH: process.env.PATH,
        HOME: folder,
        npm_config_cafile: cafile,
        npm_config_registry: registry,
      });
      assert.deepEqual(settings, { cafile, registry });
      const ask = variables =>
        whyUnreachable(process.execPath, YARN, variables, { cwd: ROOT });
      assert.equal(await ask(variablesFor(settings, {})), undefined);
      const refused = await ask(variablesFor({ registry }, {}));
      assert.match(refused, /certificate/);
      assert.match(refused, /npm config set cafile/);
    } finally {
      server.close();
      server.closeAllConnections();
    }
    assert.match(
      await whyUnreachable(
        process.execPath,
        YARN,
        variablesFor({ cafile, registry }, {}),
        { cwd: ROOT },
      ),
      /ECONNREFUSED.*\n.*proxy/,
    );
  },
);

test('what the person has set for yarn and Node stays', () => {
  assert.deepEqual(
    variablesFor(
      {
        cafile: '/npm.pem',
        'https-proxy': 'http://proxy:8080',
        registry: 'http://mirror.example:4873/',
      },
      { NODE_EXTRA_CA_CERTS: '/mine.pem', https_proxy: 'http://mine:1' },
    ),
    {
      YARN_HTTPS_CA_FILE_PATH: '/npm.pem',
      YARN_HTTPS_PROXY: 'http://proxy:8080',
      YARN_NPM_REGISTRY_SERVER: 'http://mirror.example:4873',
      YARN_UNSAFE_HTTP_WHITELIST: 'mirror.example',
    },
  );
  assert.deepEqual(variablesFor({}, {}), {});
});

test('the error of npm and of yarn is shown as it was, with what to do', () => {
  assert.equal(
    explainNetwork(
      'npm error code ENOTFOUND\nnpm error errno ENOTFOUND\nnpm error network request to https://r.example/x failed, reason: getaddrinfo ENOTFOUND r.example\n',
    ).split('\n')[0],
    'network request to https://r.example/x failed, reason: getaddrinfo ENOTFOUND r.example',
  );
  assert.match(
    explainNetwork(
      '{"data":"RequestError: getaddrinfo ENOTFOUND r.example\\n    at x"}',
    ),
    /^getaddrinfo ENOTFOUND r\.example\nThe name is not known/,
  );
});
