import { createServer, type IncomingMessage, type Server } from 'node:http';
import { join } from 'node:path';
import type Provider from 'oidc-provider';
import type { ClientMetadata } from 'oidc-provider';
import { FileAdapterStore } from './FileAdapter';
import { refusal } from './guard';
import { loadOrCreateKeys } from './keys';
import { DEMO_PERSONAS, type Persona } from './personas';
import { renderSignInPage } from './signInPage';

export interface OidcServerOptions {
  /** Port on loopback; 0 picks a free one. */
  port: number;
  /** Where keys and grants are kept between starts; in memory without it. */
  dataDir?: string;
  clientId: string;
  clientSecret: string;
  redirectUris: string[];
  personas?: readonly Persona[];
}

export interface OidcServer {
  issuer: string;
  close(): Promise<void>;
}

const MAX_FORM_BYTES = 4096;
const DAY_SECONDS = 24 * 60 * 60;

/**
 * Starts an OpenID Connect provider that plays the company's identity provider
 * (Cognito in production) with one button per persona.
 *
 * @throws an `EADDRINUSE` error when the port is taken.
 */
export async function startOidcServer(
  options: OidcServerOptions,
): Promise<OidcServer> {
  const server = createServer();
  await listen(server, options.port);
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const issuer = `http://localhost:${port}`;
  const personas = options.personas ?? DEMO_PERSONAS;
  const provider = await createProvider(issuer, options, personas);
  const handle = provider.callback();

  server.on('request', async (request, response) => {
    const reason = refusal(request, issuer);
    if (reason) {
      response.writeHead(403, { 'content-type': 'text/plain' }).end(reason);
      return;
    }
    const interaction = /^\/interaction\/[\w-]+$/.test(request.url ?? '');
    if (!interaction) {
      handle(request, response);
      return;
    }
    try {
      const { prompt } = await provider.interactionDetails(request, response);
      if (prompt.name !== 'login') {
        await provider.interactionFinished(request, response, {
          error: 'access_denied',
          error_description: 'Only signing in is offered here.',
        });
        return;
      }
      if (request.method !== 'POST') {
        response
          .writeHead(200, {
            'content-type': 'text/html; charset=utf-8',
            'cache-control': 'no-store',
            'content-security-policy':
              "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
          })
          .end(renderSignInPage(personas, request.url ?? ''));
        return;
      }
      const chosen = (await readForm(request)).get('persona');
      const persona = personas.find(({ sub }) => sub === chosen);
      if (!persona) {
        response.writeHead(400, { 'content-type': 'text/plain' });
        response.end('Choose one of the people on the sign-in page.');
        return;
      }
      await provider.interactionFinished(request, response, {
        login: { accountId: persona.sub, amr: ['pwd', 'mfa'] },
      });
    } catch (error) {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      response.writeHead(400, { 'content-type': 'text/plain' });
      response.end(
        `This sign-in has expired or was opened twice. Go back to the portal and sign in again. (${
          (error as Error).name
        })`,
      );
    }
  });

  return {
    issuer,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function createProvider(
  issuer: string,
  options: OidcServerOptions,
  personas: readonly Persona[],
): Promise<Provider> {
  const { default: OidcProvider } = await import('oidc-provider');
  const dataDir = options.dataDir && join(options.dataDir, 'oidc');
  const store = new FileAdapterStore(dataDir);
  const { jwks, cookieKeys } = loadOrCreateKeys(dataDir);
  const client: ClientMetadata = {
    client_id: options.clientId,
    client_secret: options.clientSecret,
    redirect_uris: options.redirectUris,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  };
  return new OidcProvider(issuer, {
    adapter: store.adapterFor,
    clients: [client],
    jwks,
    cookies: { keys: cookieKeys },
    claims: {
      openid: ['sub'],
      profile: ['name'],
      email: ['email', 'email_verified'],
    },
    conformIdTokenClaims: false,
    pkce: { required: () => false },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    issueRefreshToken: async () => true,
    ttl: {
      AccessToken: 60 * 60,
      AuthorizationCode: 60,
      Grant: 14 * DAY_SECONDS,
      IdToken: 60 * 60,
      Interaction: 60 * 60,
      RefreshToken: 14 * DAY_SECONDS,
      Session: 14 * DAY_SECONDS,
    },
    findAccount: async (_ctx, sub) => {
      const persona = personas.find(person => person.sub === sub);
      return (
        persona && {
          accountId: sub,
          claims: async () => ({
            sub,
            name: persona.name,
            email: persona.email,
            email_verified: true,
          }),
        }
      );
    },
    loadExistingGrant: async ctx => {
      const { session, client: requester, provider } = ctx.oidc;
      if (!session?.accountId || !requester) return undefined;
      const grant = new provider.Grant({
        accountId: session.accountId,
        clientId: requester.clientId,
      });
      grant.addOIDCScope('openid profile email offline_access');
      await grant.save();
      return grant;
    },
  });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_FORM_BYTES) throw new RangeError('The form is too large.');
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}
