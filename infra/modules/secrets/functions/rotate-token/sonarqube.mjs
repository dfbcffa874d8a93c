import { RotationError } from '../lib/rotation.mjs';

const TIMEOUT_MS = 10_000;

/**
 * A user token of SonarQube, `{kind, url, name, value}`. The token that it
 * replaces stays valid until the rotation after, as AWSPREVIOUS.
 *
 * @see https://docs.sonarsource.com/sonarqube-server/extension-guide/web-api (api/user_tokens)
 */
export function sonarqube(http) {
  const call = async ({ url, value }, path, form) => {
    const base = httpsOnly(url);
    let response;
    try {
      response = await http(new URL(path, base), {
        method: form ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${value}` },
        body: form && new URLSearchParams(form),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      throw new RotationError('SonarQube cannot be reached');
    }
    if (!response.ok) {
      throw new RotationError(`SonarQube answered ${response.status}`);
    }
    return response.status === 204 ? undefined : response.json();
  };
  const revoke = (as, name) => call(as, 'api/user_tokens/revoke', { name });

  return {
    async create({ current, token }) {
      const stem = String(current.name ?? 'careplane').replace(
        /-[0-9a-f]{8}$/,
        '',
      );
      const name = `${stem}-${token.replaceAll('-', '').slice(0, 8)}`;
      // An attempt before this one may have made it and lost the answer.
      await revoke(current, name);
      const made = await call(current, 'api/user_tokens/generate', { name });
      return { ...current, name, value: made.token };
    },

    async test({ current, pending }) {
      if (pending.url !== current.url) {
        throw new RotationError('the pending value names another server');
      }
      const { valid } = await call(pending, 'api/authentication/validate');
      if (!valid)
        throw new RotationError('SonarQube refuses the pending token');
    },

    /** Ends the token before the current one, once the stage has moved. */
    async prepareFinish({ pending, previous }) {
      const old = await previous();
      if (!old?.name || old.url !== pending.url) return undefined;
      return () => revoke(pending, old.name);
    },
  };
}

function httpsOnly(url) {
  const base = new URL(url.endsWith('/') ? url : `${url}/`);
  const isLocal = ['127.0.0.1', '[::1]', 'localhost'].includes(base.hostname);
  if (base.protocol === 'https:' || isLocal) return base;
  throw new RotationError('url of the secret is not https');
}
