import type * as sdk from '@aws-sdk/client-scheduler';
import type { Target } from '@aws-sdk/client-scheduler';
import {
  AwsError,
  type CallContext,
  type InputOf,
  type Operations,
} from '../../core';
import { kindOfTarget } from '../delivery/targets';
import { page } from '../paging';
import { arm, disarm, momentOf } from './firing';
import {
  DEFAULT_GROUP,
  keyOf,
  requireGroup,
  requireSchedule,
  schedulesOf,
  type ScheduleRecord,
} from './model';

const NAME = /^[0-9a-zA-Z-_.]{1,64}$/;

/** Both are also the most that may be asked for. */
const DEFAULT_RETRIES = {
  MaximumEventAgeInSeconds: 86_400,
  MaximumRetryAttempts: 185,
};

type Given = InputOf<typeof sdk, 'CreateSchedule' | 'UpdateSchedule'>;

const invalid = (message: string) =>
  new AwsError('ValidationException', message);

/** @throws AwsError ValidationException */
function check(input: Given) {
  if (!NAME.test(input.Name)) {
    throw invalid(
      `1 validation error detected: Value '${input.Name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[0-9a-zA-Z-_.]+$`,
    );
  }
  if (input.FlexibleTimeWindow.Mode !== 'OFF') {
    throw invalid('The sandbox has no flexible time windows: use Mode OFF.');
  }
  momentOf(input.ScheduleExpression, input.ScheduleExpressionTimezone ?? 'UTC');
  checkTarget(input.Target as Target);
}

function checkTarget({ Arn, RoleArn, RetryPolicy, Input }: Target) {
  const kind = kindOfTarget(Arn ?? '');
  if (!kind) {
    throw invalid(
      `The sandbox schedules calls of SQS, Lambda, SNS and universal targets, not of ${Arn}`,
    );
  }
  if (!/^arn:aws:iam::\d{12}:role\/.+/.test(RoleArn ?? '')) {
    throw invalid(`Invalid RoleArn ${RoleArn}.`);
  }
  if (kind === 'api') {
    try {
      JSON.parse(Input ?? '');
    } catch {
      throw invalid('A universal target needs an Input that is valid JSON.');
    }
  }
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds } = {
    ...DEFAULT_RETRIES,
    ...RetryPolicy,
  };
  if (
    MaximumRetryAttempts < 0 ||
    MaximumRetryAttempts > DEFAULT_RETRIES.MaximumRetryAttempts ||
    MaximumEventAgeInSeconds < 60 ||
    MaximumEventAgeInSeconds > DEFAULT_RETRIES.MaximumEventAgeInSeconds
  ) {
    throw invalid('Invalid RetryPolicy.');
  }
}

/** A record with everything that the request says, and nothing else. */
function recordOf(
  input: Given,
  { account, region, sandbox }: CallContext,
  created: string,
): ScheduleRecord {
  const group = input.GroupName ?? DEFAULT_GROUP;
  return {
    name: input.Name,
    group,
    arn: `arn:aws:scheduler:${region}:${account}:schedule/${group}/${input.Name}`,
    expression: input.ScheduleExpression,
    timezone: input.ScheduleExpressionTimezone ?? 'UTC',
    state: input.State ?? 'ENABLED',
    window: input.FlexibleTimeWindow,
    target: input.Target as Target,
    description: input.Description,
    deletesItself: input.ActionAfterCompletion === 'DELETE',
    kmsKeyArn: input.KmsKeyArn,
    clientToken: input.ClientToken,
    created,
    modified: sandbox.clock.now().toISOString(),
  };
}

export const scheduleOperations = {
  CreateSchedule(input, context) {
    const { account, sandbox } = context;
    check(input);
    const group = input.GroupName ?? DEFAULT_GROUP;
    requireGroup(sandbox, account, group);
    const known = schedulesOf(sandbox, account).get(keyOf(group, input.Name));
    if (known) {
      if (input.ClientToken && known.clientToken === input.ClientToken) {
        return { ScheduleArn: known.arn };
      }
      throw new AwsError(
        'ConflictException',
        `Schedule ${input.Name} already exists.`,
      );
    }
    const now = sandbox.clock.now().toISOString();
    const { arn } = arm(sandbox, account, recordOf(input, context, now));
    return { ScheduleArn: arn };
  },

  /** Everything that the request leaves out falls back to its default. */
  UpdateSchedule(input, context) {
    const { account, sandbox } = context;
    check(input);
    const known = requireSchedule(
      sandbox,
      account,
      input.Name,
      input.GroupName,
    );
    const next = recordOf(input, context, known.created);
    const { arn } = arm(sandbox, account, { ...next, job: known.job });
    return { ScheduleArn: arn };
  },

  GetSchedule(input, { account, sandbox }) {
    const { Name, GroupName } = input;
    const record = requireSchedule(sandbox, account, Name, GroupName);
    return {
      Arn: record.arn,
      Name: record.name,
      GroupName: record.group,
      ScheduleExpression: record.expression,
      ScheduleExpressionTimezone: record.timezone,
      State: record.state,
      FlexibleTimeWindow: record.window,
      Target: {
        ...record.target,
        RetryPolicy: { ...DEFAULT_RETRIES, ...record.target.RetryPolicy },
      },
      Description: record.description,
      KmsKeyArn: record.kmsKeyArn,
      ActionAfterCompletion: record.deletesItself
        ? ('DELETE' as const)
        : ('NONE' as const),
      CreationDate: new Date(record.created),
      LastModificationDate: new Date(record.modified),
    };
  },

  DeleteSchedule(input, { account, sandbox }) {
    const { Name, GroupName } = input;
    disarm(
      sandbox,
      account,
      requireSchedule(sandbox, account, Name, GroupName),
    );
  },

  ListSchedules(input, { account, sandbox }) {
    const all = schedulesOf(sandbox, account)
      .values()
      .filter(
        record =>
          (!input.GroupName || record.group === input.GroupName) &&
          (!input.State || record.state === input.State) &&
          record.name.startsWith(input.NamePrefix ?? ''),
      )
      .sort((a, b) => a.name.localeCompare(b.name));
    const { items, next } = page(all, input.NextToken, input.MaxResults);
    return {
      Schedules: items.map(record => ({
        Arn: record.arn,
        Name: record.name,
        GroupName: record.group,
        State: record.state,
        Target: { Arn: record.target.Arn },
        CreationDate: new Date(record.created),
        LastModificationDate: new Date(record.modified),
      })),
      NextToken: next,
    };
  },
} satisfies Operations<typeof sdk>;
