import pg from 'pg';
import { RotationError } from '../lib/rotation.mjs';
import { readCredentials } from './credentials.mjs';
import { scramVerifier } from './scram.mjs';

const CONNECT_MS = 5_000;
const STATEMENT_MS = 10_000;
/** invalid_password, and a role that may not or does not log in. */
const REFUSED = new Set(['28P01', '28000']);

/**
 * Opens a connection over TLS with a verified certificate.
 *
 * @param ca - PEM of the authorities to trust; by default those of the process
 *   (on Lambda `NODE_EXTRA_CA_CERTS=/var/runtime/ca-cert.pem`)
 * @returns undefined where the database refuses the credentials
 * @throws RotationError where it cannot be reached, which says nothing of them
 */
export async function logIn(value, ca) {
  const { host, port, username, password, database } = readCredentials(value);
  const client = new pg.Client({
    host,
    port,
    user: username,
    password,
    database,
    ssl: { rejectUnauthorized: true, ca },
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    application_name: 'careplane-rotate-postgres',
  });
  client.on('error', () => {
    // The query that was under way reports it.
  });
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    if (REFUSED.has(error.code)) return undefined;
    throw new RotationError(
      `the database cannot be reached over TLS (${error.code ?? error.name})`,
    );
  }
}

/** Whether these credentials log in. */
export async function works(value, ca) {
  const client = await logIn(value, ca);
  if (!client) return false;
  await client.end();
  return true;
}

/**
 * Sets the password of a role that exists, and nothing else of it: a role may
 * do that to itself.
 */
export async function setPassword(client, { username, password }) {
  const role = pg.escapeIdentifier(username);
  const verifier = pg.escapeLiteral(scramVerifier(password));
  await execute(client, `ALTER ROLE ${role} PASSWORD ${verifier}`);
}

/**
 * Makes the second user, a member of the first that acts as it, so that what
 * either creates belongs to the first.
 */
export async function ensureMember(client, { username, original }) {
  const known = await execute(
    client,
    'SELECT 1 FROM pg_roles WHERE rolname = $1',
    [username],
  );
  if (known.rowCount > 0) return;
  const [role, owner] = [username, original].map(pg.escapeIdentifier);
  await execute(client, 'BEGIN');
  try {
    await execute(client, `CREATE ROLE ${role} WITH LOGIN INHERIT`);
    await execute(client, `GRANT ${owner} TO ${role}`);
    await execute(
      client,
      `ALTER ROLE ${role} SET role = ${pg.escapeLiteral(original)}`,
    );
    await execute(client, 'COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function execute(client, sql, values) {
  try {
    return await client.query(sql, values);
  } catch (error) {
    throw new RotationError(
      `the database refused with ${error.code ?? error.name}`,
    );
  }
}
