import {
  CloudTrailClient,
  Event,
  LookupEventsCommand,
} from '@aws-sdk/client-cloudtrail';
import { AwsClients, withAwsErrors } from '@careplane/aws-node';
import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import { readMove, TargetMove } from './trailEvents';

const EVENT_NAMES: Record<TargetRef['kind'], string[]> = {
  'lambda-alias': ['UpdateAlias20150331', 'CreateAlias20150331'],
  'ecs-service': ['UpdateService', 'CreateService'],
};
const MAX_PAGES = 10;
const DAY_MS = 86_400_000;
const CACHE_MS = 60_000;

/**
 * Moves of targets of the last 90 days in one account and region. CloudTrail
 * takes two lookups a second and one filter, so that all targets of a kind in
 * an account share one sweep for a minute.
 */
export class TargetTrail {
  private readonly sweeps = new Map<
    string,
    { at: number; moves: Promise<TargetMove[]> }
  >();

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
  async writes(target: TargetRef): Promise<TargetMove[]> {
    const { accountId, region } = target.stage;
    const key = `${accountId} ${region} ${target.kind}`;
    let sweep = this.sweeps.get(key);
    if (!sweep || this.now() - sweep.at > CACHE_MS) {
      sweep = { at: this.now(), moves: this.sweep(target) };
      this.sweeps.set(key, sweep);
      sweep.moves.catch(() => this.sweeps.delete(key));
    }
    const moves = await sweep.moves;
    return moves.filter(move => move.targetArn === target.arn);
  }

  private async sweep({ kind, stage }: TargetRef): Promise<TargetMove[]> {
    const { accountId, region } = stage;
    const client = this.clients.read(CloudTrailClient, { accountId, region });
    const StartTime = new Date(this.now() - 90 * DAY_MS);
    const moves: TargetMove[] = [];
    for (const AttributeValue of EVENT_NAMES[kind]) {
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
        moves.push(
          ...(answer.Events ?? []).flatMap(
            (event: Event) => readMove(event, { accountId, region }) ?? [],
          ),
        );
        NextToken = answer.NextToken;
        if (!NextToken) break;
      }
    }
    return moves.sort((a, b) => a.at.localeCompare(b.at));
  }
}
