import {
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { RotationError, rotate } from '../lib/rotation.mjs';
import {
  alternates,
  nextUser,
  nextValue,
  requireSamePlace,
} from './credentials.mjs';
import { ensureMember, logIn, setPassword, works } from './database.mjs';

const LENGTH = 40;

/**
 * Rotates the credentials of a PostgreSQL user: its password, or, where the
 * secret has a `masterarn`, between two users by turns.
 *
 * @param event - `{Step, SecretId, ClientRequestToken}` from Secrets Manager
 * @returns `{secret, step, outcome}`
 * @throws an Error that names the step; Secrets Manager tries again
 */
export const handler = (event, _context, options = {}) => {
  const { secrets = new SecretsManagerClient(), ca } = options;
  return rotate(event, secrets, strategyOf(secrets, ca));
};

function strategyOf(secrets, ca) {
  return {
    async create({ current }) {
      const { RandomPassword } = await secrets.send(
        new GetRandomPasswordCommand({
          PasswordLength: LENGTH,
          ExcludePunctuation: true,
        }),
      );
      return nextValue(current, RandomPassword);
    },

    async set({ current, pending, previous }) {
      requireSamePlace(current, pending);
      if (await works(pending, ca)) return;
      const client = await administrator(
        { current, previous: await previous() },
        secrets,
        ca,
      );
      try {
        if (alternates(current)) {
          const { original } = nextUser(current.username);
          // After a turn the names are the other way round; the first stays the owner.
          if (pending.username !== original) {
            await ensureMember(client, { ...pending, original });
          }
        }
        await setPassword(client, pending);
      } finally {
        await client.end();
      }
    },

    async test({ current, pending }) {
      requireSamePlace(current, pending);
      if (await works(pending, ca)) return;
      throw new RotationError('the database refuses the pending credentials');
    },

    /**
     * The password that applications still read works again, if it does not.
     * With two users it was never touched.
     */
    async restore({ current, pending }) {
      if (alternates(current) || (await works(current, ca))) return;
      requireSamePlace(current, pending);
      const client = await logIn(pending, ca);
      if (!client) {
        throw new RotationError(
          'neither current nor pending credentials log in',
        );
      }
      try {
        await setPassword(client, current);
      } finally {
        await client.end();
      }
    },
  };
}

/** Who may set the pending password: the master, or the user itself. */
async function administrator({ current, previous }, secrets, ca) {
  const candidates = alternates(current)
    ? [await masterOf(current, secrets)]
    : [current, previous];
  for (const candidate of candidates.filter(Boolean)) {
    if (candidate.host !== current.host) continue;
    const client = await logIn(candidate, ca);
    if (client) return client;
  }
  throw new RotationError(
    alternates(current)
      ? 'the master credentials do not log in to this host'
      : 'neither the current nor the previous password logs in',
  );
}

/** A master secret that RDS manages has no host of its own; it is this one. */
async function masterOf(current, secrets) {
  const { SecretString } = await secrets.send(
    new GetSecretValueCommand({ SecretId: current.masterarn }),
  );
  const { masterarn: _none, ...place } = current;
  return { ...place, ...JSON.parse(SecretString) };
}
