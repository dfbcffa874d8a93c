import { createHmac, timingSafeEqual } from 'node:crypto';

const KEY = /^[\w.:-]{1,400}$/;
const BRANCH = /^[\w./-]{1,255}$/;
const METRIC = /^[a-z_]{1,64}$/;
const STATUSES = ['OK', 'WARN', 'ERROR'];

/**
 * Whether one of the secrets made this signature of this body.
 *
 * @param signature - header `X-Sonar-Webhook-HMAC-SHA256`, hexadecimal
 * @see https://docs.sonarsource.com/sonarqube-server/project-administration/webhooks
 */
export function isSigned(body, signature, secrets) {
  if (typeof signature !== 'string' || !/^[0-9a-f]{64}$/i.test(signature)) {
    return false;
  }
  const given = Buffer.from(signature, 'hex');
  return secrets
    .map(secret => createHmac('sha256', secret).update(body).digest())
    .some(expected => timingSafeEqual(expected, given));
}

/**
 * What of an analysis is passed on.
 *
 * @returns `{project, branch, status, failing, at, url}`
 * @throws TypeError that names the member which is wrong
 */
export function readAnalysis(body, sonarUrl) {
  const { project, branch, qualityGate, analysedAt } = JSON.parse(body);
  if (!KEY.test(project?.key ?? ''))
    throw new TypeError('project.key is wrong');
  if (!STATUSES.includes(qualityGate?.status)) {
    throw new TypeError('qualityGate.status is wrong');
  }
  const name = BRANCH.test(branch?.name ?? '') ? branch.name : 'main';
  const failing = (qualityGate.conditions ?? [])
    .filter(({ status }) => status === 'ERROR')
    .map(({ metric }) => metric)
    .filter(metric => METRIC.test(metric));
  const query = new URLSearchParams({ id: project.key, branch: name });
  return {
    project: project.key,
    branch: name,
    status: qualityGate.status,
    failing,
    at: /^[\dT:+-]{20,25}$/.test(analysedAt) ? analysedAt : 'unknown',
    url: `${sonarUrl}/dashboard?${query}`,
  };
}

/** The first result is told when it is red; after that, every change is. */
export function isNews(before, after) {
  return before === undefined ? after !== 'OK' : before !== after;
}

export function messageOf({ project, branch, status, failing, at, url }) {
  const words = { OK: 'passes', WARN: 'warns', ERROR: 'FAILS' };
  const lines = [
    `Project: ${project}`,
    `Branch: ${branch}`,
    `Quality gate: ${words[status]}`,
    ...(failing.length > 0 ? [`Not met: ${failing.join(', ')}`] : []),
    `Analysed: ${at}`,
    `Look: ${url}`,
  ];
  const subject = `Quality gate ${words[status]}: ${project} (${branch})`;
  return { subject: subject.slice(0, 100), text: `${lines.join('\n')}\n` };
}
