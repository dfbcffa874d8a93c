import { UNKNOWN } from './alarm.mjs';

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
    alarm: alarm.alarm,
    service: alarm.service,
    stage: alarm.stage,
    release,
    since: at ?? alarm.since,
    link,
  };
}

/** Where to look and act: the service's page in Careplane, else the alarm's. */
export function linkTo(portal, alarm) {
  if (portal && alarm.service !== UNKNOWN) {
    return `${portal}/catalog/default/component/${alarm.service}/releases`;
  }
  return alarm.console ?? portal ?? UNKNOWN;
}

/** For mail and chat. `note` is in our own words. */
export function textOf(kind, facts, { console, note } = {}) {
  const subject = `${TITLES[kind]}: ${facts.service} (${facts.stage})`;
  const lines = [
    `Alarm: ${facts.alarm}`,
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
