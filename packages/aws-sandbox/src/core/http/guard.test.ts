import { request } from 'node:http';
import { startSandbox } from '../../startSandbox';
import type { RunningSandbox } from '../createSandbox';
import { BODY_LIMIT } from './body';

describe('the guard', () => {
  let sandbox: RunningSandbox;

  beforeAll(async () => {
    sandbox = await startSandbox();
  });

  afterAll(() => sandbox.close());

  function send(options: {
    path?: string;
    method?: string;
    headers?: Record<string, string>;
  }): Promise<number> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: sandbox.port,
          path: options.path ?? '/_sandbox/health',
          method: options.method ?? 'GET',
          headers: options.headers,
        },
        response => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      sent.on('error', reject);
      sent.end();
    });
  }

  it.each([
    ['an Origin header', { origin: 'http://localhost:7007' }],
    ['an opaque Origin', { origin: 'null' }],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }],
    ['a same-site fetch of another port', { 'sec-fetch-site': 'same-site' }],
    ['a name that was rebound', { host: 'evil.example:4566' }],
    ['a name that begins with loopback', { host: '127.0.0.1.evil.example' }],
    ['a name that ends like loopback', { host: 'evil-localhost' }],
    ['an address of the network', { host: '10.0.0.7' }],
  ])(
    'refuses %s, on the control plane and on raw routes too',
    async (_what, headers) => {
      const paths = [
        '/',
        '/_sandbox/health',
        `/_lambda/code/${'0'.repeat(64)}`,
      ];
      for (const path of paths) {
        await expect(send({ path, headers })).resolves.toBe(403);
      }
      expect(sandbox.requests.since()).toEqual([]);
    },
  );

  it.each([
    [{ host: 'localhost:4566' }],
    [{ host: '127.0.0.1' }],
    [{ host: '[::1]:4566' }],
    [{ host: 'bucket.s3.localhost' }],
    [{ 'sec-fetch-site': 'none' }],
  ])('serves %j', async headers => {
    await expect(send({ headers })).resolves.toBe(200);
  });

  it('answers no preflight', async () => {
    await expect(
      send({ method: 'OPTIONS', headers: { origin: 'https://evil.example' } }),
    ).resolves.toBe(403);
  });

  it('refuses a body that is too large before reading it', async () => {
    await expect(
      send({
        path: '/',
        method: 'POST',
        headers: { 'content-length': String(BODY_LIMIT + 1) },
      }),
    ).resolves.toBe(413);
  });
});
