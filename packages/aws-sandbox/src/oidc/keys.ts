import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JWKS } from 'oidc-provider';

/** Signing key and cookie secret of the local identity provider. */
export interface ProviderKeys {
  jwks: JWKS;
  cookieKeys: string[];
}

/** Reads the keys kept in `dataDir`, or makes and keeps new ones. */
export function loadOrCreateKeys(dataDir: string | undefined): ProviderKeys {
  if (!dataDir) return createKeys();
  const file = join(dataDir, 'keys.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProviderKeys;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const keys = createKeys();
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(file, JSON.stringify(keys), { mode: 0o600 });
  return keys;
}

function createKeys(): ProviderKeys {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    jwks: {
      keys: [
        { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' },
      ],
    } as JWKS,
    cookieKeys: [randomBytes(32).toString('base64url')],
  };
}
