import {
  CloudTrailClient,
  Event,
  LookupEventsCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  actorOfSourceIdentity,
  AwsClients,
  withAwsErrors,
} from '@careplane/aws-node';
import type { AliasArn } from './versions';

/** A move of an alias that CloudTrail witnessed. */
export interface AliasMove {
  functionName: string;
  alias: string;
  version: string;
  /** ISO 8601. */
  at: string;
  actor?: string;
}

interface TrailRecord {
  errorCode?: string;
  userIdentity?: {
    arn?: string;
    sessionContext?: { sourceIdentity?: string };
  };
  requestParameters?: Record<string, unknown> | null;
  responseElements?: Record<string, unknown> | null;
}

const EVENT_NAMES = ['UpdateAlias20150331', 'CreateAlias20150331'];
const MAX_PAGES = 10;
const DAY_MS = 86_400_000;
const CACHE_MS = 60_000;

const text = (value: unknown) =>
  typeof value === 'string' && value ? value : undefined;

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

function readEvent(event: Event): AliasMove | undefined {
  let record: TrailRecord;
  try {
    record = JSON.parse(event.CloudTrailEvent ?? '');
  } catch {
    return undefined;
  }
  const request = record.requestParameters ?? {};
  const response = record.responseElements ?? {};
  const functionName = text(request.functionName);
  const alias = text(request.name) ?? text(response.name);
  const version =
    text(response.functionVersion) ?? text(request.functionVersion);
  if (record.errorCode || !functionName || !alias || !version) return undefined;
  if (!event.EventTime) return undefined;
  return {
    functionName: bareName(functionName),
    alias,
    version,
    at: event.EventTime.toISOString(),
    actor: actorOf(record.userIdentity),
  };
}

/**
 * Alias moves of the last 90 days in one account and region. CloudTrail takes
 * two lookups a second and one filter, so that all functions of an account
 * share one sweep for a minute.
 */
export class AliasHistory {
  private readonly sweeps = new Map<
    string,
    { at: number; moves: Promise<AliasMove[]> }
  >();

  constructor(
    private readonly clients: AwsClients,
    private readonly now: () => number = Date.now,
  ) {}

  /** Moves of one alias, oldest first; repeated writes of a version are one. */
  async of(alias: AliasArn): Promise<AliasMove[]> {
    const key = `${alias.accountId} ${alias.region}`;
    let sweep = this.sweeps.get(key);
    if (!sweep || this.now() - sweep.at > CACHE_MS) {
      sweep = { at: this.now(), moves: this.sweep(alias) };
      this.sweeps.set(key, sweep);
      sweep.moves.catch(() => this.sweeps.delete(key));
    }
    const moves = await sweep.moves;
    return moves
      .filter(
        move =>
          move.functionName === alias.functionName &&
          move.alias === alias.alias,
      )
      .filter((move, i, all) => move.version !== all[i - 1]?.version);
  }

  private async sweep(place: AliasArn): Promise<AliasMove[]> {
    const client = this.clients.read(CloudTrailClient, place);
    const StartTime = new Date(this.now() - 90 * DAY_MS);
    const moves: AliasMove[] = [];
    for (const AttributeValue of EVENT_NAMES) {
      let NextToken: string | undefined;
      for (let page = 0; page < MAX_PAGES; page++) {
        const token = NextToken;
        const answer = await withAwsErrors(
          {
            service: 'cloudtrail',
            operation: 'LookupEvents',
            accountId: place.accountId,
            region: place.region,
            resource: 'the history of aliases',
          },
          () =>
            client.send(
              new LookupEventsCommand({
                LookupAttributes: [
                  { AttributeKey: 'EventName', AttributeValue },
                ],
                StartTime,
                MaxResults: 50,
                NextToken: token,
              }),
            ),
        );
        for (const event of answer.Events ?? []) {
          const move = readEvent(event);
          if (move) moves.push(move);
        }
        NextToken = answer.NextToken;
        if (!NextToken) break;
      }
    }
    return moves.sort((a, b) => a.at.localeCompare(b.at));
  }
}
