import {
  CloudTrailClient,
  Event,
  LookupEventsCommand,
} from '@aws-sdk/client-cloudtrail';
import { AwsClients, withAwsErrors } from '@careplane/aws-node';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import { EventHistory, PAGES, ReadEvents } from './EventHistory';
import { CodeWrite, readCodeWrite, readMove, TargetMove } from './trailEvents';

const EVENT_NAMES: Record<TargetRef['kind'], string[]> = {
  'lambda-alias': ['UpdateAlias20150331', 'CreateAlias20150331'],
  'ecs-service': ['UpdateService', 'CreateService'],
};
const CODE_EVENTS = ['UpdateFunctionCode20150331v2'];

interface Options {
  /** For a write that comes next. */
  fresh?: boolean;
}

/** What CloudTrail told of a target, oldest first. */
export interface Trail<T> {
  found: T[];
  /**
   * ISO 8601: CloudTrail keeps older events, and they were not read yet.
   * Missing where all of its 90 days were.
   */
  readBackTo?: string;
}

/** What a history lacks where older events were not read, for people. */
export const unreadOf = ({ readBackTo }: Trail<unknown>): string[] =>
  readBackTo
    ? [
        `CloudTrail was read back to ${readBackTo
          .slice(0, 16)
          .replace(
            'T',
            ' ',
          )} UTC so far: older changes are not in this history yet.`,
      ]
    : [];

/** What is known of several only reaches as far back as of each. */
export const latestOf = (ends: string[]): string | undefined =>
  ends.sort().at(-1);

/** By account, region and event name. */
type Histories<T extends { at: string }> = Map<string, EventHistory<T>>;

/**
 * Writes of targets of the last 90 days in one account and region. CloudTrail
 * takes two lookups a second and one filter. It does not say by which name, if
 * any, an event is found by resource, so that an empty answer to such a lookup
 * would prove nothing: events are read by their name, once for all targets of
 * a kind in an account. Before a write it is asked again, for what is new.
 */
export class TargetTrail {
  private readonly moves: Histories<TargetMove> = new Map();
  private readonly code: Histories<CodeWrite> = new Map();

  constructor(
    private readonly clients: AwsClients,
    private readonly now: () => number = Date.now,
    private readonly pages = PAGES,
  ) {}

  /** Moves of one target; repeated writes of a revision are one. */
  async of(target: TargetRef): Promise<Trail<TargetMove>> {
    const { found, ...trail } = await this.writes(target);
    const moved = found.filter(
      (move, i, all) => move.revision !== all[i - 1]?.revision,
    );
    return { found: moved, ...trail };
  }

  /** Every write of one target, whether it moved it or not. */
  async writes(
    target: TargetRef,
    options: Options = {},
  ): Promise<Trail<TargetMove>> {
    const { stage, kind } = target;
    const names = EVENT_NAMES[kind];
    const all = await this.read(this.moves, target, names, options, event =>
      readMove(event, stage),
    );
    const found = all.found.filter(move => move.targetArn === target.arn);
    return { ...all, found };
  }

  /** Every write of the code behind an alias; none of a service. */
  async codeWrites(
    target: TargetRef,
    options: Options = {},
  ): Promise<Trail<CodeWrite>> {
    const { stage, kind } = target;
    if (kind !== 'lambda-alias') return { found: [] };
    const functionArn = target.arn.replace(/:[^:]+$/, '');
    const all = await this.read(
      this.code,
      target,
      CODE_EVENTS,
      options,
      event => readCodeWrite(event, stage),
    );
    const found = all.found.filter(write => write.functionArn === functionArn);
    return { ...all, found };
  }

  private async read<T extends { at: string }>(
    histories: Histories<T>,
    { stage }: TargetRef,
    names: string[],
    options: Options,
    read: (event: Event) => T | undefined,
  ): Promise<Trail<T>> {
    const all = await Promise.all(
      names.map(name => {
        const key = `${stage.accountId} ${stage.region} ${name}`;
        const history =
          histories.get(key) ??
          new EventHistory(
            this.events(stage, name, read),
            this.now,
            this.pages,
          );
        histories.set(key, history);
        return history.read(options);
      }),
    );
    const found = all
      .flatMap(({ told }) => [...told.values()])
      .sort((a, b) => a.at.localeCompare(b.at));
    const ends = all.flatMap(({ readBackTo }) => readBackTo ?? []);
    return { found, readBackTo: latestOf(ends) };
  }

  private events<T>(
    { accountId, region }: TargetRef['stage'],
    AttributeValue: string,
    read: (event: Event) => T | undefined,
  ): ReadEvents<T> {
    return async ({ from, to }, NextToken) => {
      const client = this.clients.read(CloudTrailClient, { accountId, region });
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
              LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue }],
              StartTime: new Date(from),
              // CloudTrail's times are whole seconds.
              EndTime:
                to === undefined
                  ? undefined
                  : new Date(Math.ceil(to / 1000) * 1000),
              MaxResults: 50,
              NextToken,
            }),
          ),
      );
      const told = new Map<string, T>();
      for (const event of answer.Events ?? []) {
        const one = read(event);
        if (one) told.set(event.EventId ?? '', one);
      }
      return {
        told,
        oldest: answer.Events?.at(-1)?.EventTime?.getTime(),
        next: answer.NextToken,
      };
    };
  }
}
