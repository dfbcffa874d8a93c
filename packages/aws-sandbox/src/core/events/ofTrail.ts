import type { TrailEvent } from '../trail/Trail';
import type { AwsEvent } from './EventHub';

/**
 * A recorded call as EventBridge passes it on. The detail is CloudTrail's
 * record: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export function eventOfTrail(record: TrailEvent): AwsEvent {
  return {
    account: record.account,
    region: record.region,
    source: `aws.${record.eventSource.split('.')[0]}`,
    detailType: 'AWS API Call via CloudTrail',
    resources: [],
    detail: {
      eventVersion: '1.11',
      userIdentity: record.userIdentity,
      eventTime: `${record.eventTime.slice(0, 19)}Z`,
      eventSource: record.eventSource,
      eventName: record.eventName,
      awsRegion: record.region,
      sourceIPAddress: record.sourceIp,
      userAgent: record.userAgent,
      ...(record.errorCode && {
        errorCode: record.errorCode,
        errorMessage: record.errorMessage,
      }),
      requestParameters: record.requestParameters,
      responseElements: record.responseElements,
      requestID: record.requestId,
      eventID: record.eventId,
      readOnly: record.readOnly,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: record.account,
      eventCategory: 'Management',
    },
  };
}
