import { UNKNOWN } from './words.mjs';

const TIMEOUT_MS = 3_000;

/**
 * What runs on a stage, as Careplane knows it.
 *
 * @param portal - `{url, token}`, or undefined where there is none
 * @returns a text such as `1.4.2` or `1.4.2, canary 1.4.3 at 10 %`; `unknown`
 *   with the reason where it cannot be told: an alarm never waits for it
 */
export async function runningRelease(portal, { service, stage }, http = fetch) {
  if (service === UNKNOWN || stage === UNKNOWN) {
    return `${UNKNOWN} (no service or stage)`;
  }
  if (!portal?.url || !portal.token)
    return `${UNKNOWN} (Careplane is not connected)`;
  try {
    const response = await http(
      `${
        portal.url
      }/api/release/entities/component/default/${encodeURIComponent(service)}`,
      {
        headers: { authorization: `Bearer ${portal.token}` },
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      },
    );
    if (!response.ok)
      return `${UNKNOWN} (Careplane answered ${response.status})`;
    return describe(await response.json(), stage);
  } catch {
    return `${UNKNOWN} (Careplane does not answer)`;
  }
}

function describe({ targets = [] }, stage) {
  const found = targets
    .filter(({ target }) => target?.stage === stage)
    .map(describeTarget);
  const releases = [...new Set(found)].slice(0, 3);
  return releases.length > 0
    ? releases.join('; ')
    : `${UNKNOWN} (Careplane knows no target on this stage)`;
}

function describeTarget({ state, asOf, target }) {
  const current = nameOf(target.current);
  if (!current || !['ok', 'stale'].includes(state)) {
    return `${UNKNOWN} (Careplane could not read it)`;
  }
  const { candidate } = target;
  const canary = candidate
    ? `, canary ${nameOf(candidate.revision) ?? UNKNOWN} at ${Math.round(
        candidate.weight * 100,
      )} %`
    : '';
  return `${current}${canary}${state === 'stale' ? ` (as of ${asOf})` : ''}`;
}

/** A version in our own form only; a name that somebody typed is not repeated. */
function nameOf(revision) {
  const name = revision?.version ?? revision?.releaseId ?? revision?.id;
  const short = String(name ?? '')
    .split('/')
    .at(-1);
  return /^[\w.:+-]{1,64}$/.test(short) ? short : undefined;
}
