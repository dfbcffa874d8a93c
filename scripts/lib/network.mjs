const CAUSES = [
  [
    /certificate|CERT_|UNABLE_TO_VERIFY|SELF_SIGNED|altnames|issuer/,
    'Node does not trust the certificate it was shown. Where a proxy inspects TLS, name the file with its CA: npm config set cafile /path/to/ca.pem (or NODE_EXTRA_CA_CERTS=/path/to/ca.pem)',
  ],
  [
    /ENOTFOUND|EAI_AGAIN/,
    'The name is not known here. Connect to the network; behind a proxy: npm config set https-proxy http://<host>:<port>; with a mirror: npm config set registry <url>',
  ],
  [
    /ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH/,
    'Nothing took the connection. Connect to the network; behind a proxy: npm config set https-proxy http://<host>:<port>; with a mirror: npm config set registry <url>',
  ],
  [
    /timeout|ETIMEDOUT|socket hang up/i,
    'Nothing answered in time. Behind a proxy: npm config set https-proxy http://<host>:<port>',
  ],
  [
    /\b40[137]\b|YN0041|EAUTH/,
    'The registry (or the proxy) wants a login. For yarn: YARN_NPM_AUTH_TOKEN=<token>; a proxy takes it in its address, http://<user>:<password>@<host>:<port>',
  ],
];

/** What a failed request to the registry said, and what to do; undefined if it was something else. */
export function explainNetwork(output) {
  const said =
    /(?:RequestError|HTTPError|Error): ([^\n\\"]+)/.exec(output)?.[1] ??
    /^npm (?:error|ERR!) (?!code|errno)(.+)$/m.exec(output)?.[1] ??
    output.trim().split('\n').at(-1);
  const cause = CAUSES.find(([pattern]) => pattern.test(output));
  return cause ? `${said.trim()}\n${cause[1]}.` : `${said.trim()}`;
}
