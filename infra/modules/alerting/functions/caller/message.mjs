import { UNKNOWN } from './words.mjs';

const TITLES = {
  open: 'ALARM',
  tell: 'ALARM again',
  resolve: 'OK again',
  taken: 'Taken',
  unanswered: 'Nobody has answered',
  'not-called': 'Could not be called',
};

/** The same facts in every channel. */
export function factsOf({ alarm, release, link, at }) {
  return {
    what: whatOf(alarm),
    alarm: alarm.alarm,
    service: alarm.service,
    stage: alarm.stage,
    release,
    since: at ?? alarm.since,
    link,
  };
}

/** The kind of alarm, to be spoken. */
function whatOf({ source, severity }) {
  if (severity) return `${source} finding, severity ${severity}`;
  return source === UNKNOWN
    ? 'An alarm that could not be read'
    : `${source} alarm`;
}

/**
 * Where to look and act: the service's page in Careplane, else the alarm's. A
 * finding is mended where it is described.
 */
export function linkTo(portal, alarm) {
  if (portal && alarm.service !== UNKNOWN && !alarm.severity) {
    return `${portal}/catalog/default/component/${alarm.service}/releases`;
  }
  return alarm.console ?? portal ?? UNKNOWN;
}

/** For mail and chat. `note` is in our own words. */
export function textOf(kind, facts, { alarm, note } = {}) {
  const { account, console, severity } = alarm;
  const about =
    severity && facts.service === UNKNOWN ? facts.what : facts.service;
  const subject = `${TITLES[kind]}: ${about} (${facts.stage})`;
  const lines = [
    `Alarm: ${facts.alarm}`,
    ...(severity ? [`What: ${facts.what}`] : []),
    ...(account ? [`Account: ${account}`] : []),
    `Service: ${facts.service}`,
    `Stage: ${facts.stage}`,
    `Running release: ${facts.release}`,
    `Since: ${facts.since}`,
    `Look and act: ${facts.link}`,
    ...(console && console !== facts.link ? [`The alarm: ${console}`] : []),
    ...(note ? ['', note] : []),
  ];
  return { subject: subject.slice(0, 100), text: `${lines.join('\n')}\n` };
}
