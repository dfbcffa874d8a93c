import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const TRANSFORM = require.resolve('@backstage/cli/config/nodeTransform.cjs');
const REDIRECT = 'http://localhost:7007/api/auth/oidc/handler/frame';

/** The provider is an ES module, so it runs in a Node of its own, as it does in use. */
async function startProvider(dataDir: string) {
  const script = join(dataDir, 'start.cjs');
  writeFileSync(
    script,
    `require(${JSON.stringify(
      resolve(__dirname, 'server.ts'),
    )}).startOidcServer({
       port: 0, dataDir: ${JSON.stringify(dataDir)}, clientId: 'careplane',
       clientSecret: 'test', redirectUris: [${JSON.stringify(REDIRECT)}],
     }).then(({ issuer }) => console.log('issuer=' + issuer));`,
  );
  const child = spawn(process.execPath, ['--require', TRANSFORM, script], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let said = '';
  child.stderr.on('data', chunk => (said += chunk));
  const issuer = await new Promise<string>((found, failed) => {
    child.stdout.on('data', chunk => {
      said += chunk;
      const match = /issuer=(\S+)/.exec(said);
      if (match) found(match[1]);
    });
    child.once('exit', () => failed(new Error(said)));
  });
  return {
    issuer,
    async stop() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

const cookiesOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map(cookie => cookie.split(';')[0])
    .join('; ');

/** Code flow by hand; answers the tokens. */
async function signIn(issuer: string, persona: string) {
  const query = new URLSearchParams({
    client_id: 'careplane',
    response_type: 'code',
    scope: 'openid profile email',
    redirect_uri: REDIRECT,
    prompt: 'login',
    state: 's',
  });
  const start = await fetch(`${issuer}/auth?${query}`, { redirect: 'manual' });
  const page = new URL(start.headers.get('location') ?? '', issuer);
  const cookie = cookiesOf(start);
  const posted = await fetch(page, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ persona }).toString(),
  });
  if (posted.status >= 400) return { refused: await posted.text() };
  const back = await fetch(
    new URL(posted.headers.get('location') ?? '', issuer),
    {
      redirect: 'manual',
      headers: { cookie: `${cookie}; ${cookiesOf(posted)}` },
    },
  );
  const code = new URL(back.headers.get('location') ?? '').searchParams.get(
    'code',
  );
  const token = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from('careplane:test').toString(
        'base64',
      )}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: code ?? '',
      redirect_uri: REDIRECT,
    }).toString(),
  });
  return { tokens: await token.json() };
}

describe('the local identity provider', () => {
  jest.setTimeout(60_000);
  let dataDir: string;
  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'careplane-oidc-'));
  });
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it('signs a persona in, and keeps keys and grants over a restart', async () => {
    const first = await startProvider(dataDir);
    const { tokens } = await signIn(first.issuer, 'sofia.rossi');
    const me = await fetch(`${first.issuer}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(await me.json()).toEqual({
      sub: 'sofia.rossi',
      name: 'Sofia Rossi',
      email: 'sofia.rossi@telehealth.example',
      email_verified: true,
    });
    expect(await signIn(first.issuer, 'somebody.else')).toEqual({
      refused: expect.stringContaining('Choose one of the people'),
    });
    const keys = await (await fetch(`${first.issuer}/jwks`)).json();
    await first.stop();

    const second = await startProvider(dataDir);
    try {
      expect(await (await fetch(`${second.issuer}/jwks`)).json()).toEqual(keys);
      const refreshed = await fetch(`${second.issuer}/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from('careplane:test').toString(
            'base64',
          )}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          refresh_token: tokens.refresh_token,
        }).toString(),
      });
      expect(await refreshed.json()).toMatchObject({
        access_token: expect.any(String),
      });
    } finally {
      await second.stop();
    }
  });
});
