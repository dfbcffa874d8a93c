import * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { defineService } from '../../core';
import { LogService } from './LogService';

export { logsOf } from './LogService';

/** CloudWatch Logs: groups, streams, events, retention. */
export default defineService({
  id: 'logs',
  sdk,
  trail: { except: ['PutLogEvents', 'GetLogEvents', 'FilterLogEvents'] },
  operations: {
    CreateLogGroup: (input, ctx) => LogService.of(ctx).createGroup(input),
    DeleteLogGroup: (input, ctx) => LogService.of(ctx).deleteGroup(input),
    DescribeLogGroups: (input, ctx) => LogService.of(ctx).describeGroups(input),
    PutRetentionPolicy: (input, ctx) => LogService.of(ctx).putRetention(input),
    DeleteRetentionPolicy: (input, ctx) =>
      LogService.of(ctx).putRetention({ ...input, retentionInDays: undefined }),
    CreateLogStream: (input, ctx) => LogService.of(ctx).createStream(input),
    DeleteLogStream: (input, ctx) => LogService.of(ctx).deleteStream(input),
    DescribeLogStreams: (input, ctx) =>
      LogService.of(ctx).describeStreams(input),
    PutLogEvents: (input, ctx) => LogService.of(ctx).putEvents(input),
    GetLogEvents: (input, ctx) => LogService.of(ctx).getEvents(input),
    FilterLogEvents: (input, ctx) => LogService.of(ctx).filterEvents(input),
    TagResource: (input, ctx) => LogService.of(ctx).tag(input),
    UntagResource: (input, ctx) => LogService.of(ctx).untag(input),
    ListTagsForResource: (input, ctx) => LogService.of(ctx).listTags(input),
  },
});
