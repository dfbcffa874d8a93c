import { randomBytes } from 'node:crypto';
import { Stop } from '../lib/say.mjs';

/** Asks SonarQube's web API as an administrator. */
export class Administrator {
  #url;
  #authorization;

  constructor(url, { token, login, password }) {
    const pair = token ? `${token}:` : `${login}:${password}`;
    this.#url = url;
    this.#authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  }

  get(path, query = {}) {
    return this.#ask(`${path}?${new URLSearchParams(query)}`, {});
  }

  post(path, form) {
    return this.#ask(path, { method: 'POST', body: new URLSearchParams(form) });
  }

  async #ask(path, options) {
    const answer = await fetch(`${this.#url}/api/${path}`, {
      ...options,
      headers: { authorization: this.#authorization },
      signal: AbortSignal.timeout(60_000),
    });
    const text = await answer.text();
    if (!answer.ok)
      throw new Stop(
        `SonarQube answered ${path.split('?')[0]} with ${
          answer.status
        }: ${text}`,
      );
    return text ? JSON.parse(text) : undefined;
  }
}

/** Replaces the first password, as a new server demands, and makes a token. */
export async function takeOver(url) {
  const password = newPassword();
  await new Administrator(url, { login: 'admin', password: 'admin' }).post(
    'users/change_password',
    {
      login: 'admin',
      previousPassword: 'admin',
      password,
    },
  );
  const administrator = new Administrator(url, { login: 'admin', password });
  const { token } = await administrator.post('user_tokens/generate', {
    name: 'careplane-proof',
  });
  return token;
}

/** A gate with exactly these conditions. A new gate comes with some of its own. */
export async function makeGate(administrator, name, conditions) {
  await administrator.post('qualitygates/create', { name });
  const made = await administrator.get('qualitygates/show', { name });
  // The server refuses a second condition on a metric, so its own go first.
  for (const { id } of made.conditions ?? []) {
    await administrator.post('qualitygates/delete_condition', { id });
  }
  for (const { metricKey, comparator, errorThreshold } of conditions) {
    await administrator.post('qualitygates/create_condition', {
      gateName: name,
      metric: metricKey,
      op: comparator,
      error: errorThreshold,
    });
  }
}

/** A private project, judged by a gate. */
export async function makeProject(administrator, project, gateName) {
  await administrator.post('projects/create', {
    project,
    name: project,
    mainBranch: 'main',
    visibility: 'private',
  });
  await administrator.post('qualitygates/select', {
    projectKey: project,
    gateName,
  });
}

/**
 * A person who may not see a project. Everybody is in `sonar-users`, which may
 * see it by default and, with Execute Analysis, asks for more than Browse lets:
 * both are taken away.
 *
 * @returns their token, and how to give Execute Analysis back
 */
export async function makeStranger(url, administrator, login, project) {
  const password = newPassword();
  await administrator.post('users/create', {
    login,
    name: 'A stranger',
    password,
  });
  const stranger = new Administrator(url, { login, password });
  const { token: strangerToken } = await stranger.post('user_tokens/generate', {
    name: 'careplane-proof',
  });
  const me = await administrator.get('users/current');
  await administrator.post('permissions/add_user', {
    login: me.login,
    permission: 'user',
    projectKey: project,
  });
  await administrator.post('permissions/add_user', {
    login: me.login,
    permission: 'scan',
    projectKey: project,
  });
  await administrator.post('permissions/remove_group', {
    groupName: 'sonar-users',
    permission: 'user',
    projectKey: project,
  });
  const { groups } = await administrator.get('permissions/groups', {
    ps: '100',
  });
  const holders = groups
    .filter(({ permissions }) => permissions.includes('scan'))
    .map(({ name }) => name);
  const everybody = holders.filter(name =>
    ['anyone', 'sonar-users'].includes(name.toLowerCase()),
  );
  for (const groupName of everybody) {
    await administrator.post('permissions/remove_group', {
      groupName,
      permission: 'scan',
    });
  }
  return {
    strangerToken,
    async restore() {
      for (const groupName of everybody) {
        await administrator.post('permissions/add_group', {
          groupName,
          permission: 'scan',
        });
      }
    },
  };
}

/** Every kind of character that the server asks for. */
function newPassword() {
  return `Aa1!${randomBytes(18).toString('base64url')}`;
}
