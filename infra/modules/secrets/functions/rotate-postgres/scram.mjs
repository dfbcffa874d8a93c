import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

const ITERATIONS = 4096;

/**
 * PostgreSQL's verifier of a password (RFC 5803 as `pg_authid` keeps it), so
 * that the server gets, and logs, the verifier only. ASCII passwords only:
 * others would need SASLprep.
 */
export function scramVerifier(password, salt = randomBytes(16)) {
  if (!/^[\x21-\x7e]+$/.test(password)) {
    throw new TypeError('the password has characters beyond ASCII');
  }
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const hmac = key => createHmac('sha256', salted).update(key).digest();
  const stored = createHash('sha256')
    .update(hmac('Client Key'))
    .digest('base64');
  const server = hmac('Server Key').toString('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString(
    'base64',
  )}$${stored}:${server}`;
}
