import { randomUUID } from 'node:crypto';
import type { Target } from '@aws-sdk/client-eventbridge';
import type { AwsEvent, Sandbox } from '../../core';
import { ship } from '../delivery/courier';
import { matches } from './pattern';
import { rulesOf } from './model';

/** An event as its targets get it. */
export type Envelope = Record<string, unknown> & { id: string };

export function envelopeOf(sandbox: Sandbox, event: AwsEvent): Envelope {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': event.detailType,
    source: event.source,
    account: event.account,
    time: `${sandbox.clock.now().toISOString().slice(0, 19)}Z`,
    region: event.region ?? 'us-east-1',
    resources: event.resources ?? [],
    detail: event.detail,
  };
}

/** Sends an event to the targets of every rule of its account that it fits. */
export function route(sandbox: Sandbox, account: string, envelope: Envelope) {
  const isRead = isReadCall(envelope);
  for (const rule of rulesOf(sandbox, account).values()) {
    if (!rule.enabled || (isRead && !rule.withReads)) continue;
    if (!matches(JSON.parse(rule.pattern), envelope)) continue;
    for (const target of rule.targets) {
      ship(sandbox, {
        arn: target.Arn ?? '',
        input: inputOf(target, envelope),
        account,
        sender: 'events.amazonaws.com',
        roleArn: target.RoleArn,
        deadLetterArn: target.DeadLetterConfig?.Arn,
        maxAttempts: target.RetryPolicy?.MaximumRetryAttempts,
        maxAgeSeconds: target.RetryPolicy?.MaximumEventAgeInSeconds,
      });
    }
  }
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html */
function isReadCall(envelope: Envelope): boolean {
  return (
    envelope['detail-type'] === 'AWS API Call via CloudTrail' &&
    (envelope.detail as { readOnly?: boolean }).readOnly === true
  );
}

function inputOf(target: Target, envelope: Envelope): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath) {
    return JSON.stringify(at(envelope, target.InputPath) ?? null);
  }
  const transformer = target.InputTransformer;
  if (!transformer) return JSON.stringify(envelope);
  return fill(
    transformer.InputTemplate ?? '',
    Object.fromEntries(
      Object.entries(transformer.InputPathsMap ?? {}).map(([name, path]) => [
        name,
        at(envelope, path),
      ]),
    ),
  );
}

/** A place inside quotes takes the text, one outside takes JSON. */
function fill(template: string, values: Record<string, unknown>): string {
  let quoted = false;
  return template.replace(/\\.|"|<([A-Za-z0-9_-]+)>/g, (found, name) => {
    if (found === '"') quoted = !quoted;
    if (name === undefined || !(name in values)) return found;
    const json = JSON.stringify(values[name] ?? null);
    if (!quoted) return json;
    return typeof values[name] === 'string'
      ? json.slice(1, -1)
      : JSON.stringify(json).slice(1, -1);
  });
}

/** A value by a path such as `$.detail.state`. */
function at(value: unknown, path: string): unknown {
  return path
    .replace(/^\$\.?/, '')
    .split('.')
    .filter(Boolean)
    .reduce<unknown>(
      (found, key) => (found as Record<string, unknown> | undefined)?.[key],
      value,
    );
}
