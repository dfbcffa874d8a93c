import {
  GetRandomPasswordCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { RotationError, rotate } from '../lib/rotation.mjs';
import { sonarqube } from './sonarqube.mjs';

const LENGTH = 64;

/**
 * Rotates what is no database password: a key that we make ourselves, or a
 * token of SonarQube. `kind` in the secret says which.
 *
 * @param event - `{Step, SecretId, ClientRequestToken}` from Secrets Manager
 * @returns `{secret, step, outcome}`
 * @throws an Error that names the step; Secrets Manager tries again
 */
export const handler = (event, _context, options = {}) => {
  const { secrets = new SecretsManagerClient(), fetch: http = fetch } = options;
  const kinds = { generated: generated(secrets), sonarqube: sonarqube(http) };
  const strategyOf = value => {
    if (Object.hasOwn(kinds, value?.kind)) return kinds[value.kind];
    throw new RotationError(
      'kind of the secret is neither generated nor sonarqube',
    );
  };
  return rotate(event, secrets, {
    create: values => strategyOf(values.current).create(values),
    set: values => strategyOf(values.current).set?.(values),
    test: values => strategyOf(values.current).test(values),
    prepareFinish: values => strategyOf(values.current).prepareFinish?.(values),
  });
};

/**
 * A random key. Whoever checks it takes AWSCURRENT and AWSPREVIOUS, so that
 * senders and receivers may read the new one at different times.
 */
function generated(secrets) {
  return {
    async create({ current }) {
      const { RandomPassword } = await secrets.send(
        new GetRandomPasswordCommand({
          PasswordLength: LENGTH,
          ExcludePunctuation: true,
        }),
      );
      return { ...current, value: RandomPassword };
    },
    test({ current, pending }) {
      const isKey = /^[A-Za-z0-9]{64}$/.test(pending.value);
      if (isKey && pending.value !== current.value) return;
      throw new RotationError('the pending value is not a new key');
    },
  };
}
