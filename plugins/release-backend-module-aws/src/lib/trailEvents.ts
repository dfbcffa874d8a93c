import type { Event } from '@aws-sdk/client-cloudtrail';
import { actorOfSourceIdentity } from '@careplane/aws-node';
import type { OwnerSigns } from '@careplane/backstage-plugin-release-node';
import { toolOfAgent } from './userAgents';

/** A move of an alias or service that CloudTrail witnessed. */
export interface TargetMove {
  targetArn: string;
  /** Version of the function, or ARN of the task definition. */
  revision: string;
  /** ISO 8601. */
  at: string;
  actor?: string;
  tool: OwnerSigns['writers'][number]['tool'];
}

/** A write of a function's code that CloudTrail witnessed. */
export interface CodeWrite extends Omit<TargetMove, 'targetArn' | 'revision'> {
  functionArn: string;
}

interface TrailRecord {
  errorCode?: string;
  eventSource?: string;
  userAgent?: string;
  userIdentity?: {
    arn?: string;
    invokedBy?: string;
    sessionContext?: { sourceIdentity?: string };
  };
  requestParameters?: Record<string, unknown> | null;
  responseElements?: Record<string, unknown> | null;
}

type Place = { accountId: string; region: string };

const text = (value: unknown) =>
  typeof value === 'string' && value ? value : undefined;

/** The move that an event witnessed; undefined where it moved nothing. */
export function readMove(event: Event, place: Place): TargetMove | undefined {
  const done = doneBy(event);
  if (!done) return undefined;
  const moved =
    done.record.eventSource === 'ecs.amazonaws.com'
      ? serviceMove(done.record, place)
      : aliasMove(done.record, place);
  return moved && { ...moved, ...done.by };
}

/** The write of code that an event witnessed; undefined for a rehearsal. */
export function readCodeWrite(
  event: Event,
  { accountId, region }: Place,
): CodeWrite | undefined {
  const done = doneBy(event);
  const request = done?.record.requestParameters;
  const functionName = text(request?.functionName);
  if (!done || !functionName || request?.dryRun === true) return undefined;
  const name = bareName(functionName);
  const functionArn = `arn:aws:lambda:${region}:${accountId}:function:${name}`;
  return { functionArn, ...done.by };
}

/** Who made a call that AWS carried out. */
function doneBy(event: Event) {
  let record: TrailRecord;
  try {
    record = JSON.parse(event.CloudTrailEvent ?? '');
  } catch {
    return undefined;
  }
  if (record.errorCode || !event.EventTime) return undefined;
  const { arn, invokedBy } = record.userIdentity ?? {};
  const by = {
    at: event.EventTime.toISOString(),
    actor: actorOf(record.userIdentity),
    tool: toolOfAgent(
      `${invokedBy ?? ''} ${record.userAgent ?? ''}`,
      Boolean(arn?.includes('/careplane-release/')),
    ),
  };
  return { record, by };
}

function aliasMove(record: TrailRecord, { accountId, region }: Place) {
  const request = record.requestParameters ?? {};
  const response = record.responseElements ?? {};
  const functionName = text(request.functionName);
  const alias = text(request.name) ?? text(response.name);
  const revision =
    text(response.functionVersion) ?? text(request.functionVersion);
  if (!functionName || !alias || !revision) return undefined;
  const name = bareName(functionName);
  const targetArn = `arn:aws:lambda:${region}:${accountId}:function:${name}:${alias}`;
  return { targetArn: text(response.aliasArn) ?? targetArn, revision };
}

/** An update without a task definition (a new count, say) moves nothing. */
function serviceMove(record: TrailRecord, { accountId, region }: Place) {
  const request = record.requestParameters ?? {};
  const asked = text(request.taskDefinition);
  if (!asked) return undefined;
  const made = record.responseElements?.service as
    | Record<string, unknown>
    | undefined;
  const arnOf = (what: string) => `arn:aws:ecs:${region}:${accountId}:${what}`;
  const cluster = (text(request.cluster) ?? 'default').split('/').pop();
  const service = text(request.service) ?? text(request.serviceName);
  const named = service && arnOf(`service/${cluster}/${service}`);
  const targetArn =
    text(made?.serviceArn) ?? (service?.startsWith('arn:') ? service : named);
  // A family without its number says nothing of what ran.
  const full = /:\d+$/.test(asked)
    ? arnOf(`task-definition/${asked}`)
    : undefined;
  const revision =
    text(made?.taskDefinition) ?? (asked.startsWith('arn:') ? asked : full);
  return targetArn && revision ? { targetArn, revision } : undefined;
}

/** Function names come as name, partial ARN or ARN. */
function bareName(value: string): string {
  const parts = value.split(':');
  const at = parts.indexOf('function');
  return at >= 0 ? parts[at + 1] : parts[0];
}

function actorOf(identity: TrailRecord['userIdentity']): string | undefined {
  const source = text(identity?.sessionContext?.sourceIdentity);
  if (source && identity?.arn?.includes('/careplane-release/')) {
    return actorOfSourceIdentity(source);
  }
  return text(identity?.arn)?.split(':').slice(5).join(':');
}
