import { randomUUID } from 'node:crypto';
import { failed, type ActionDriver } from './driver';

const DEFAULT_TIMEOUT_MINUTES = 7 * 24 * 60;

/** Waits for PutApprovalResult; fails after seven days, or the action's own limit. */
export const approval: ActionDriver = {
  required: [],
  async start({ record }) {
    const token = record.token ?? randomUUID();
    return { status: 'InProgress', token, externalId: token };
  },
  async poll({ sandbox, declaration, record }) {
    const minutes = declaration.timeoutInMinutes ?? DEFAULT_TIMEOUT_MINUTES;
    const end = Date.parse(record.start) + minutes * 60_000;
    const left = end - sandbox.clock.now().getTime();
    if (left <= 0) {
      return failed(
        'ApprovalTimedOut',
        `The approval action was not answered within ${minutes} minutes.`,
      );
    }
    return { status: 'InProgress', again: left };
  },
};
