import {
  CloudTrailClient,
  LookupEventsCommand,
} from '@aws-sdk/client-cloudtrail';
import { AwsClients, withAwsErrors } from '@careplane/aws-node';
import { z } from 'zod';
import type { AliasArn } from '../lambda/versions';

const MAX_PAGES = 5;

const record = z.object({
  errorCode: z.string().optional(),
  userIdentity: z.object({ arn: z.string() }),
  requestParameters: z.object({ functionName: z.string(), name: z.string() }),
});

/** Who wrote an alias, by CloudTrail's record of `UpdateAlias`. */
export class AliasWriters {
  constructor(private readonly clients: AwsClients) {}

  /** The newest write since a moment; undefined while CloudTrail has none. */
  async last(
    alias: AliasArn,
    since: string,
  ): Promise<{ actor: string; at: string } | undefined> {
    const client = this.clients.read(CloudTrailClient, alias);
    let NextToken: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const token = NextToken;
      const answer = await withAwsErrors(
        {
          service: 'cloudtrail',
          operation: 'LookupEvents',
          accountId: alias.accountId,
          region: alias.region,
          resource: 'the writers of an alias',
        },
        () =>
          client.send(
            new LookupEventsCommand({
              LookupAttributes: [
                {
                  AttributeKey: 'EventName',
                  AttributeValue: 'UpdateAlias20150331',
                },
              ],
              StartTime: new Date(since),
              MaxResults: 50,
              NextToken: token,
            }),
          ),
      );
      // CloudTrail lists the newest first.
      for (const event of answer.Events ?? []) {
        const actor = writerOf(event.CloudTrailEvent, alias);
        if (actor && event.EventTime) {
          return { actor, at: event.EventTime.toISOString() };
        }
      }
      NextToken = answer.NextToken;
      if (!NextToken) return undefined;
    }
    return undefined;
  }
}

/** The session that wrote, as `assumed-role/<role>/<session>`. */
function writerOf(
  text: string | undefined,
  alias: AliasArn,
): string | undefined {
  const parsed = record.safeParse(parse(text));
  if (!parsed.success || parsed.data.errorCode) return undefined;
  const { functionName, name } = parsed.data.requestParameters;
  const parts = functionName.split(':');
  const bare = parts[parts.indexOf('function') + 1];
  const same = bare === alias.functionName && name === alias.alias;
  return same
    ? parsed.data.userIdentity.arn.split(':').slice(5).join(':')
    : undefined;
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
