import { RotationError } from '../lib/rotation.mjs';

/** What AWS's own rotation functions append for the second user. */
const CLONE = '_clone';
const NAME_LIMIT = 63;

/**
 * Reads a value in the form of AWS's database secrets.
 *
 * @throws RotationError that names the member which is wrong, never its value
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
 */
export function readCredentials(value) {
  const { engine, host, username, password, port = 5432, dbname } = value ?? {};
  if (engine !== 'postgres') {
    throw new RotationError('engine of the secret is not postgres');
  }
  for (const [name, member] of Object.entries({ host, username, password })) {
    if (typeof member !== 'string' || member === '') {
      throw new RotationError(`${name} is missing in the secret`);
    }
  }
  if (!Number.isInteger(Number(port))) {
    throw new RotationError('port of the secret is not a number');
  }
  return {
    host,
    username,
    password,
    port: Number(port),
    database: dbname ?? 'postgres',
  };
}

/** With a `masterarn`, two users take turns; without, one changes its password. */
export const alternates = value => Boolean(value?.masterarn);

/** The user whose turn it is, and the one that it was made after. */
export function nextUser(username) {
  const isClone = username.endsWith(CLONE);
  const original = isClone ? username.slice(0, -CLONE.length) : username;
  const next = isClone ? original : `${username}${CLONE}`;
  if (Buffer.byteLength(next) > NAME_LIMIT) {
    throw new RotationError('username is too long for a second user beside it');
  }
  return { original, next };
}

/** The next value: the same place, another password, perhaps the other user. */
export function nextValue(current, password) {
  readCredentials(current);
  const username = alternates(current)
    ? nextUser(current.username).next
    : current.username;
  return { ...current, username, password };
}

/**
 * A pending value must lead where the current one does: whoever may only write
 * the secret must not send the function elsewhere.
 */
export function requireSamePlace(current, pending) {
  const expected = alternates(current)
    ? nextUser(current.username).next
    : current.username;
  if (
    pending.username !== expected ||
    pending.host !== current.host ||
    pending.masterarn !== current.masterarn ||
    Number(pending.port ?? 5432) !== Number(current.port ?? 5432)
  ) {
    throw new RotationError(
      'the pending value names another user, host, port or master secret than the current one leads to',
    );
  }
}
