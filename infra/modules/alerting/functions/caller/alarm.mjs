import { createHash } from 'node:crypto';
import { fromFinding } from './finding.mjs';
import { UNKNOWN, named } from './words.mjs';

const TOPIC_OF_SERVICE = /^([a-z][a-z0-9-]{1,62})-alerts$/;

/**
 * Reads what SNS brought into the few facts that leave the company's systems.
 * Descriptions, reasons and free text are not among them: people write there
 * what may be health information (45 CFR 164.514(d)).
 *
 * @param record - one of `Records` of Lambda's event
 * @param stages - account id → stage
 * @returns `{id, source, alarm, service, stage, state, since, console?, account?}`,
 *   of a finding also `{severity, calls}`; what is not known is `unknown`, and a
 *   message that cannot be read is an alarm too
 */
export function readAlarm(record, stages) {
  const { TopicArn = '', Message, MessageId, Timestamp } = record?.Sns ?? {};
  const [, , , region = '', account = '', topic = ''] = TopicArn.split(':');
  const body = parse(Message);
  const facts = body?.AlarmName
    ? fromCloudWatch(body, stages)
    : fromFinding(body, stages) ?? fromDatadog(body);
  const service =
    named(TOPIC_OF_SERVICE.exec(topic)?.[1]) ?? facts?.service ?? UNKNOWN;
  // The topic may be another account's than what it tells of.
  const stage =
    facts?.stage ?? named(stages[facts?.account ?? account]) ?? UNKNOWN;
  const since = moment(facts?.since) ?? moment(Timestamp) ?? UNKNOWN;
  const alarm = facts?.alarm ?? UNKNOWN;
  const identity =
    facts?.identity ?? `${region}/${account}/${topic}/${MessageId}`;
  return {
    id: createHash('sha256').update(identity).digest('hex').slice(0, 32),
    source: facts?.source ?? UNKNOWN,
    alarm,
    service,
    stage,
    state: facts?.state ?? 'ALARM',
    since,
    ...(facts?.account ? { account: facts.account } : {}),
    ...(facts?.severity
      ? { severity: facts.severity, calls: facts.calls }
      : {}),
    ...(facts?.console ? { console: facts.console } : {}),
  };
}

function parse(text) {
  const [json] = /\{[\s\S]*\}/.exec(String(text)) ?? [];
  try {
    const value = JSON.parse(json);
    return typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html */
function fromCloudWatch(body, stages) {
  const alarm = named(body.AlarmName);
  const [, , , region = ''] = String(body.AlarmArn ?? '').split(':');
  const dimension = wanted =>
    body.Trigger?.Dimensions?.find(({ name }) => name === wanted)?.value;
  return {
    source: 'CloudWatch',
    identity: `cloudwatch/${body.AWSAccountId}/${region}/${body.AlarmName}`,
    alarm,
    service:
      named(dimension('FunctionName')) ?? named(dimension('ServiceName')),
    account: /^\d{12}$/.test(body.AWSAccountId) ? body.AWSAccountId : undefined,
    stage: named(stages[body.AWSAccountId]),
    state: stateOf(body.NewStateValue),
    since: body.StateChangeTime,
    console:
      alarm && /^[a-z0-9-]+$/.test(region)
        ? `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#alarmsV2:alarm/${encodeURIComponent(
            alarm,
          )}`
        : undefined,
  };
}

/** A monitor's message is the JSON that the README gives. */
function fromDatadog(body) {
  if (!body?.monitor) return undefined;
  const number = /^\d{1,18}$/.test(body.monitor) ? body.monitor : undefined;
  return {
    source: 'Datadog',
    identity: `datadog/${body.monitor}/${body.service}/${body.stage}`,
    alarm: named(body.alarm),
    service: named(body.service),
    stage: named(body.stage),
    state: stateOf(body.state),
    since: /^\d{13}$/.test(body.since) ? Number(body.since) : body.since,
    console: number && `https://app.datadoghq.com/monitors/${number}`,
  };
}

/** No data is no all-clear: what is not OK is told as an alarm. */
const stateOf = value => (value === 'OK' ? 'OK' : 'ALARM');

function moment(value) {
  if (value === undefined || value === '') return undefined;
  const date = new Date(
    typeof value === 'string' ? value.replace(/\+0000$/, 'Z') : value,
  );
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
