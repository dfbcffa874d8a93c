import * as sdk from '@aws-sdk/client-scheduler';
import { defineService } from '../../core';
import { handleFiring } from './firing';
import { groupOperations } from './groups';
import { scheduleOperations } from './schedules';

/** EventBridge Scheduler: one-time schedules on the sandbox's clock. */
export default defineService({
  id: 'scheduler',
  sdk,
  operations: { ...scheduleOperations, ...groupOperations },
  trail: { parameters: ['ScheduleExpression'] },
  setup: handleFiring,
});
