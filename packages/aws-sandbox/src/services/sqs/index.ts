import * as sdk from '@aws-sdk/client-sqs';
import { defineService } from '../../core';
import { messageOperations } from './messages';
import { queueOperations } from './queues';
import { endWithSandbox } from './receiving';

/** SQS: standard queues, with visibility on the sandbox's clock. */
export default defineService({
  id: 'sqs',
  sdk,
  operations: { ...queueOperations, ...messageOperations },
  trail: {
    except: [
      'SendMessage',
      'SendMessageBatch',
      'ReceiveMessage',
      'DeleteMessage',
      'DeleteMessageBatch',
      'ChangeMessageVisibility',
      'ChangeMessageVisibilityBatch',
    ],
    parameters: ['QueueUrl'],
  },
  setup: endWithSandbox,
});
