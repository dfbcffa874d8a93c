import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Secrets of the local demo, made on the first start and kept in its data. */
export function localSecrets(dataDir) {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'secrets.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  const secret = () => randomBytes(24).toString('base64url');
  const secrets = {
    CAREPLANE_SESSION_SECRET: secret(),
    CAREPLANE_OIDC_CLIENT_SECRET: secret(),
    CAREPLANE_SONAR_TOKEN: `squ_${randomBytes(20).toString('hex')}`,
  };
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}
