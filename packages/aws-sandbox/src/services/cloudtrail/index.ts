import * as sdk from '@aws-sdk/client-cloudtrail';
import { AwsError, defineService, type TrailEvent } from '../../core';

const PAGE = 50;

/** CloudTrail's event history of the last 90 days. */
export default defineService({
  id: 'cloudtrail',
  sdk,
  operations: {
    LookupEvents(input, { account, sandbox }) {
      const from = input.StartTime?.getTime();
      const to = input.EndTime?.getTime();
      if (from !== undefined && to !== undefined && from > to) {
        throw new AwsError(
          'InvalidTimeRangeException',
          'The start time must not be later than the end time',
        );
      }
      const attributes = input.LookupAttributes ?? [];
      if (attributes.length > 1) {
        throw new AwsError(
          'InvalidLookupAttributesException',
          'You can specify only one lookup attribute',
        );
      }
      const filters = attributes.map(toFilter);
      const events = sandbox.trail.lookup({
        account,
        reads: true,
        from,
        to,
        matches: event => filters.every(matches => matches(event)),
      });
      const limit = input.MaxResults ?? PAGE;
      if (limit < 1 || limit > PAGE) {
        throw new AwsError(
          'InvalidMaxResultsException',
          `MaxResults must be between 1 and ${PAGE}`,
        );
      }
      const start = startOf(input.NextToken, events);
      const page = events.slice(start, start + limit);
      return {
        Events: page.map(toEvent),
        NextToken:
          start + limit < events.length ? page.at(-1)?.eventId : undefined,
      };
    },
  },
});

/** The token is the last event shown, so that newer events move no page. */
function startOf(token: string | undefined, events: TrailEvent[]): number {
  if (token === undefined) return 0;
  const index = events.findIndex(event => event.eventId === token);
  if (index < 0) {
    throw new AwsError('InvalidNextTokenException', 'The token is not valid');
  }
  return index + 1;
}

/** Where an event holds what an attribute asks for. */
const ATTRIBUTES: Record<string, (event: TrailEvent) => unknown[]> = {
  EventId: event => [event.eventId],
  EventName: event => [event.eventName],
  EventSource: event => [event.eventSource],
  Username: event => [event.username],
  ReadOnly: event => [String(event.readOnly)],
  AccessKeyId: event => [event.userIdentity.accessKeyId],
  ResourceName: event => event.resources.map(resource => resource.name),
  ResourceType: event => event.resources.map(resource => resource.type),
};

function toFilter({
  AttributeKey: key,
  AttributeValue: value,
}: sdk.LookupAttribute): (event: TrailEvent) => boolean {
  const read = ATTRIBUTES[key ?? ''];
  if (!read) {
    throw new AwsError(
      'InvalidLookupAttributesException',
      `${key} is not a lookup attribute`,
    );
  }
  return event => read(event).includes(value);
}

function toEvent(event: TrailEvent) {
  return {
    EventId: event.eventId,
    EventName: event.eventName,
    EventSource: event.eventSource,
    EventTime: new Date(event.eventTime),
    ReadOnly: String(event.readOnly),
    Username: event.username,
    AccessKeyId: event.userIdentity.accessKeyId as string | undefined,
    Resources: event.resources.map(({ type, name }) => ({
      ResourceType: type,
      ResourceName: name,
    })),
    CloudTrailEvent: JSON.stringify({
      eventVersion: '1.11',
      userIdentity: event.userIdentity,
      eventTime: event.eventTime.replace(/\.\d+Z$/, 'Z'),
      eventSource: event.eventSource,
      eventName: event.eventName,
      awsRegion: event.region,
      sourceIPAddress: event.sourceIp,
      userAgent: event.userAgent,
      ...(event.errorCode
        ? { errorCode: event.errorCode, errorMessage: event.errorMessage }
        : {}),
      requestParameters: event.requestParameters,
      responseElements: event.responseElements,
      requestID: event.requestId,
      eventID: event.eventId,
      readOnly: event.readOnly,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: event.account,
      eventCategory: 'Management',
    }),
  };
}
