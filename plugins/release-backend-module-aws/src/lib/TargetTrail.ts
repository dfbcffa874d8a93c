import {
  CloudTrailClient,
  Event,
  LookupEventsCommand,
} from '@aws-sdk/client-cloudtrail';
import { AwsClients, withAwsErrors } from '@careplane/aws-node';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import { CodeWrite, readCodeWrite, readMove, TargetMove } from './trailEvents';

const EVENT_NAMES: Record<TargetRef['kind'], string[]> = {
  'lambda-alias': ['UpdateAlias20150331', 'CreateAlias20150331'],
  'ecs-service': ['UpdateService', 'CreateService'],
};
const CODE_EVENTS = ['UpdateFunctionCode20150331v2'];
const MAX_PAGES = 10;
const DAY_MS = 86_400_000;
const CACHE_MS = 60_000;
/** CloudTrail tells of a call within this time of it. */
const DELAY_MS = 20 * 60_000;

interface Options {
  /** For a write that comes next. */
  fresh?: boolean;
}

/** What one account and region told, by event id, and when it was asked. */
type Sweeps<T> = Map<string, { at: number; found: Promise<Map<string, T>> }>;

/**
 * Writes of targets of the last 90 days in one account and region. CloudTrail
 * takes two lookups a second and one filter, so that all targets of a kind in
 * an account share one sweep for a minute. Before a write it is asked again,
 * for what is new since.
 */
export class TargetTrail {
  private readonly moves: Sweeps<TargetMove> = new Map();
  private readonly code: Sweeps<CodeWrite> = new Map();

  constructor(
    private readonly clients: AwsClients,
    private readonly now: () => number = Date.now,
  ) {}

  /** Moves of one target, oldest first; repeated writes of a revision are one. */
  async of(target: TargetRef): Promise<TargetMove[]> {
    const moves = await this.writes(target);
    return moves.filter(
      (move, i, all) => move.revision !== all[i - 1]?.revision,
    );
  }

  /** Every write of one target, oldest first, whether it moved it or not. */
  async writes(
    target: TargetRef,
    options: Options = {},
  ): Promise<TargetMove[]> {
    const { stage, kind } = target;
    const all = await this.swept(this.moves, target, options, from =>
      this.sweep(stage, EVENT_NAMES[kind], from, event =>
        readMove(event, stage),
      ),
    );
    return all.filter(move => move.targetArn === target.arn);
  }

  /** Every write of the code behind an alias, oldest first; none of a service. */
  async codeWrites(
    target: TargetRef,
    options: Options = {},
  ): Promise<CodeWrite[]> {
    const { stage, kind } = target;
    if (kind !== 'lambda-alias') return [];
    const functionArn = target.arn.replace(/:[^:]+$/, '');
    const all = await this.swept(this.code, target, options, from =>
      this.sweep(stage, CODE_EVENTS, from, event =>
        readCodeWrite(event, stage),
      ),
    );
    return all.filter(write => write.functionArn === functionArn);
  }

  /** Oldest first. `run` gives the events since a moment. */
  private async swept<T extends { at: string }>(
    sweeps: Sweeps<T>,
    { stage, kind }: TargetRef,
    { fresh }: Options,
    run: (from: number) => Promise<Map<string, T>>,
  ): Promise<T[]> {
    const key = `${stage.accountId} ${stage.region} ${kind}`;
    const at = this.now();
    const known = sweeps.get(key);
    const keeps = known !== undefined && at - known.at <= CACHE_MS;
    let found: Promise<Map<string, T>>;
    if (keeps && !fresh) {
      found = known.found;
    } else {
      found = keeps
        ? Promise.all([known.found, run(known.at - DELAY_MS)]).then(
            ([before, since]) => new Map([...before, ...since]),
          )
        : run(at - 90 * DAY_MS);
      sweeps.set(key, { at, found });
      found.catch(() => sweeps.delete(key));
    }
    return [...(await found).values()].sort((a, b) => a.at.localeCompare(b.at));
  }

  private async sweep<T>(
    { accountId, region }: TargetRef['stage'],
    names: string[],
    from: number,
    read: (event: Event) => T | undefined,
  ): Promise<Map<string, T>> {
    const client = this.clients.read(CloudTrailClient, { accountId, region });
    const StartTime = new Date(from);
    const found = new Map<string, T>();
    for (const AttributeValue of names) {
      let NextToken: string | undefined;
      for (let page = 0; page < MAX_PAGES; page++) {
        const token = NextToken;
        const answer = await withAwsErrors(
          {
            service: 'cloudtrail',
            operation: 'LookupEvents',
            accountId,
            region,
            resource: 'the history of targets',
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
          const told = read(event);
          if (told) found.set(event.EventId ?? '', told);
        }
        NextToken = answer.NextToken;
        if (!NextToken) break;
      }
    }
    return found;
  }
}
