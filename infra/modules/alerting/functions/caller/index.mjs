import { readAlarm } from './alarm.mjs';
import { openChannels } from './channels.mjs';
import { judge, personFor, quietLeft, retryAfter } from './incident.mjs';
import { factsOf, linkTo, textOf } from './message.mjs';
import { runningRelease } from './release.mjs';
import { openStore } from './store.mjs';

const ATTEMPTS = 2;

/**
 * Tells people about alarms: mail and chat at once, then calls, person by
 * person, until one of them takes it.
 *
 * @param event - SNS records (alarms), SQS records (the next call is due), or a
 *   contact flow's event (somebody has taken it)
 * @returns what was done with each, which is logged too
 * @throws what AWS throws, so that the event comes again or lies in the
 *   dead-letter queue
 */
export const handler = async (event, _context, options = {}) => {
  const environment = options.environment ?? process.env;
  const alerts = {
    environment,
    stages: JSON.parse(environment.ACCOUNT_STAGES ?? '{}'),
    wait: Number(environment.ESCALATE_SECONDS ?? 300),
    store: openStore(environment.TABLE),
    channels: openChannels(environment),
  };
  if (event?.Name === 'ContactFlowEvent') return log(await take(alerts, event));
  const done = [];
  for (const record of event?.Records ?? []) {
    const isAlarm = (record.EventSource ?? record.eventSource) === 'aws:sns';
    done.push(
      log(
        isAlarm
          ? await onAlarm(alerts, record)
          : await onDue(alerts, JSON.parse(record.body)),
      ),
    );
  }
  return done;
};

async function onAlarm(alerts, record) {
  const { store, stages } = alerts;
  const alarm = readAlarm(record, stages);
  for (let attempt = 1; ; attempt += 1) {
    const known = await store.incident(alarm.id);
    const verdict = judge(known, alarm, Date.now());
    const report = { incident: alarm.id, ...shown(alarm), verdict };
    if (verdict === 'leave') return report;
    const kept = await store.keep(alarm.id, next(known, alarm, verdict));
    if (kept)
      return { ...report, ...(await tell(alerts, alarm, kept, verdict)) };
    if (attempt === ATTEMPTS)
      throw new Error('the incident changes all the time');
  }
}

function next(known, alarm, verdict) {
  const revision = known?.revision;
  if (verdict === 'resolve') return { ...known, status: 'resolved', revision };
  const { called } = known ?? {};
  return {
    alarm,
    called,
    status: 'open',
    opened: Date.now(),
    queued: false,
    revision,
  };
}

async function tell(alerts, alarm, kept, verdict) {
  const { channels, environment, store } = alerts;
  const release = await runningRelease(
    { url: environment.PORTAL_URL, token: await channels.portalToken() },
    alarm,
  );
  const chat = await say(alerts, verdict, alarm, { release });
  if (verdict === 'resolve') return { release, chat };
  if (alarm.calls === false) {
    await store.keep(alarm.id, { ...kept, queued: true });
    return { release, chat };
  }
  const seconds = verdict === 'tell' ? quietLeft(kept, Date.now()) : 0;
  await channels.later(
    { incident: alarm.id, opened: kept.opened, step: 0, tries: 0, release },
    seconds,
  );
  await store.keep(alarm.id, { ...kept, queued: true });
  return { release, chat };
}

/** Mail must leave, or the event comes again; chat may be down. */
async function say({ channels, environment }, kind, alarm, { release, note }) {
  const link = linkTo(environment.PORTAL_URL, alarm);
  const facts = factsOf({ alarm, release, link });
  const message = textOf(kind, facts, { alarm, note });
  await channels.mail(message);
  return (await channels.chat(message)) ? 'sent' : 'not-sent';
}

/** The next call of an incident that nobody has taken yet. */
async function onDue(alerts, due) {
  const { channels, environment, store, wait } = alerts;
  const { incident: id, step, tries, release } = due;
  const report = { incident: id, step };
  const incident = await store.incident(id);
  if (incident?.status !== 'open' || incident.opened !== due.opened) {
    return { ...report, verdict: 'over' };
  }
  const { alarm } = incident;
  const person = personFor(await store.people(), step);
  if (!person) {
    const note = 'The on-call list is through, and nobody has taken it.';
    await say(alerts, 'unanswered', alarm, { release, note });
    return { ...report, verdict: 'unanswered' };
  }
  const link = linkTo(environment.PORTAL_URL, alarm);
  try {
    const contact = await channels.call(
      person,
      {
        ...factsOf({ alarm, release, link }),
        incident: id,
        person: person.name,
      },
      `${id}:${due.opened}:${step}`,
    );
    await store.keep(id, { ...incident, called: Date.now() });
    await channels.later({ ...due, step: step + 1, tries: 0 }, wait);
    return { ...report, verdict: 'called', contact };
  } catch (error) {
    const seconds = retryAfter(error, tries);
    if (seconds !== undefined) {
      await channels.later({ ...due, tries: tries + 1 }, seconds);
      return { ...report, verdict: 'again', seconds, error: error.name };
    }
    const note = `Person ${step + 1} of the on-call list could not be called (${
      error.name
    }); the next one is.`;
    await say(alerts, 'not-called', alarm, { release, note });
    await channels.later({ ...due, step: step + 1, tries: 0 }, 0);
    return { ...report, verdict: 'not-called', error: error.name };
  }
}

/** From the contact flow: whoever was called has pressed the key. */
async function take(alerts, { Details }) {
  const {
    incident: id,
    person,
    release,
  } = Details?.ContactData?.Attributes ?? {};
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const known = id && (await alerts.store.incident(id));
    if (!known || known.status !== 'open')
      return { incident: id, verdict: 'over' };
    const kept = await alerts.store.keep(id, {
      ...known,
      status: 'taken',
      person,
    });
    if (kept) {
      const note = `${person} has taken it.`;
      await say(alerts, 'taken', known.alarm, { release, note });
      return { incident: id, verdict: 'taken' };
    }
  }
  throw new Error('the incident changes all the time');
}

const shown = ({
  source,
  alarm,
  account,
  severity,
  service,
  stage,
  state,
  since,
}) => ({
  source,
  alarm,
  account,
  severity,
  service,
  stage,
  state,
  since,
});

function log(report) {
  process.stdout.write(`${JSON.stringify(report)}\n`);
  return report;
}
