import * as sdk from '@aws-sdk/client-eventbridge';
import { AwsError, defineService } from '../../core';
import { handleDeliveries } from '../delivery/courier';
import { DEFAULT_BUS, requireDefaultBus } from './model';
import { matches, parsePattern } from './pattern';
import { envelopeOf, route } from './route';
import { ruleOperations } from './rules';

/** AWS refuses a request with more. */
const MOST_EVENTS = 10;

const busArn = (region: string, account: string) =>
  `arn:aws:events:${region}:${account}:event-bus/${DEFAULT_BUS}`;

function parseDetail(text: string | undefined): object | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** EventBridge: the default bus, rules with patterns, and their targets. */
export default defineService({
  id: 'eventbridge',
  sdk,
  operations: {
    ...ruleOperations,

    PutEvents(input, { account, region, sandbox }) {
      if (input.Entries.length > MOST_EVENTS) {
        throw new AwsError(
          'ValidationException',
          `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length less than or equal to ${MOST_EVENTS}`,
        );
      }
      const Entries = input.Entries.map(entry => {
        requireDefaultBus(entry.EventBusName);
        const detail = parseDetail(entry.Detail);
        const source = entry.Source ?? '';
        if (!source || !entry.DetailType || !detail) {
          return {
            ErrorCode: detail ? 'InvalidArgument' : 'MalformedDetail',
            ErrorMessage: detail
              ? 'Parameters Source and DetailType are required.'
              : 'Detail is malformed.',
          };
        }
        if (source.startsWith('aws.')) {
          return {
            ErrorCode: 'NotAuthorizedForSourceException',
            ErrorMessage: 'Not authorized for the source.',
          };
        }
        const envelope = envelopeOf(sandbox, {
          account,
          region,
          source,
          detailType: entry.DetailType,
          resources: entry.Resources,
          detail,
        });
        route(sandbox, account, envelope);
        return { EventId: envelope.id };
      });
      return {
        FailedEntryCount: Entries.filter(entry => 'ErrorCode' in entry).length,
        Entries,
      };
    },

    TestEventPattern(input) {
      const event = parseDetail(input.Event);
      if (!event) {
        throw new AwsError('ValidationException', 'Event is not valid JSON.');
      }
      return { Result: matches(parsePattern(input.EventPattern), event) };
    },

    DescribeEventBus(input, { account, region }) {
      requireDefaultBus(input.Name);
      return { Name: DEFAULT_BUS, Arn: busArn(region, account) };
    },

    ListEventBuses(_input, { account, region }) {
      return {
        EventBuses: [{ Name: DEFAULT_BUS, Arn: busArn(region, account) }],
      };
    },
  },
  trail: { except: ['PutEvents', 'TestEventPattern'] },
  setup(sandbox) {
    handleDeliveries(sandbox);
    sandbox.events.listen(event =>
      route(sandbox, event.account, envelopeOf(sandbox, event)),
    );
  },
});
