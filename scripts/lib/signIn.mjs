/** Cookies per origin host, as a browser keeps them; enough for one sign-in. */
class Jar {
  #cookies = new Map();

  async fetch(url, init = {}) {
    const { hostname } = new URL(url);
    const cookies = [...(this.#cookies.get(hostname) ?? new Map())]
      .map(([name, value]) => `${name}=${value}`)
      .join('; ');
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, ...(cookies ? { cookie: cookies } : {}) },
    });
    const kept = this.#cookies.get(hostname) ?? new Map();
    for (const header of response.headers.getSetCookie()) {
      const [pair] = header.split(';');
      const at = pair.indexOf('=');
      kept.set(pair.slice(0, at), pair.slice(at + 1));
    }
    this.#cookies.set(hostname, kept);
    return response;
  }

  /** Follows redirects to the first answer that is none. */
  async follow(url, init) {
    let at = url;
    let response = await this.fetch(at, init);
    for (
      let hops = 0;
      response.status >= 300 && response.status < 400;
      hops++
    ) {
      if (hops > 10) throw new Error(`Too many redirects from ${url}`);
      at = new URL(response.headers.get('location'), at).href;
      response = await this.fetch(at);
    }
    return { at, response };
  }
}

/**
 * Signs a persona in at the local portal without a browser.
 *
 * @returns {Promise<string>} the portal's token of that person
 */
export async function signIn(portalUrl, persona) {
  const jar = new Jar();
  const start = `${portalUrl}/api/auth/oidc/start?env=development&flow=popup&origin=${encodeURIComponent(
    portalUrl,
  )}&scope=openid%20profile%20email`;
  const page = await jar.follow(start);
  if (!page.response.ok) {
    throw new Error(
      `The sign-in page answered ${
        page.response.status
      }: ${await page.response.text()}`,
    );
  }
  const end = await jar.follow(page.at, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ persona }).toString(),
  });
  const html = await end.response.text();
  const encoded = /decodeURIComponent\('([^']+)'\)/.exec(html)?.[1];
  const answer = encoded && JSON.parse(decodeURIComponent(encoded));
  const token = answer?.response?.backstageIdentity?.token;
  if (!token)
    throw new Error(
      `Signing in as ${persona} failed: ${JSON.stringify(
        answer?.error ?? html.slice(0, 300),
      )}`,
    );
  return token;
}
