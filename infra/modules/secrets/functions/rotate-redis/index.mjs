import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import {
  GetRandomPasswordCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { RotationError, rotate } from '../lib/rotation.mjs';
import { logsIn } from './redis.mjs';
import { setPasswords } from './user.mjs';

/** ElastiCache takes 16 to 128 characters. */
const LENGTH = 64;
const FIRST = 'unset';
/** Where a value leads: a pending one may not lead elsewhere. */
const PLACE = ['host', 'port', 'username', 'userid'];

/**
 * Rotates the password of a user of ElastiCache. A user has two passwords at a
 * time: the new one and the one before, which lasts until the next rotation, so
 * that whoever read it at its start may reconnect for as long.
 *
 * @param event - `{Step, SecretId, ClientRequestToken}` from Secrets Manager
 * @param options - `ca` (PEM) besides the process's own authorities
 * @returns `{secret, step, outcome}`
 * @throws an Error that names the step; Secrets Manager tries again
 */
export const handler = (event, _context, options = {}) => {
  const {
    secrets = new SecretsManagerClient(),
    elasticache = new ElastiCacheClient(),
    ca,
  } = options;
  return rotate(event, secrets, {
    async create({ current }) {
      checkPlace(current);
      const { RandomPassword } = await secrets.send(
        new GetRandomPasswordCommand({
          PasswordLength: LENGTH,
          ExcludePunctuation: true,
        }),
      );
      return withPassword(current, RandomPassword);
    },
    async set({ current, pending }) {
      checkSamePlace(current, pending);
      const kept = current.password === FIRST ? [] : [current.password];
      await setPasswords(elasticache, pending.userid, [
        pending.password,
        ...kept,
      ]);
    },
    async test({ current, pending }) {
      checkSamePlace(current, pending);
      if (await logsIn(pending, ca)) return;
      throw new RotationError('Redis refuses the pending password');
    },
  });
};

function withPassword(current, password) {
  const { host, port, username } = current;
  return {
    ...current,
    password,
    value: `rediss://${username}:${password}@${host}:${port}`,
  };
}

function checkPlace(value) {
  const { host, port, username, userid, password } = value;
  const known =
    [host, username, userid, password].every(
      one => typeof one === 'string' && one,
    ) && Number.isInteger(Number(port));
  if (!known) {
    throw new RotationError(
      'the value lacks one of host, port, username, userid and password',
    );
  }
}

function checkSamePlace(current, pending) {
  checkPlace(pending);
  if (PLACE.some(name => current[name] !== pending[name])) {
    throw new RotationError('the pending value leads to another user or place');
  }
}
