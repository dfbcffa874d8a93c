import type * as sdk from '@aws-sdk/client-scheduler';
import { AwsError, type Operations } from '../../core';
import { page } from '../paging';
import { disarm } from './firing';
import {
  DEFAULT_GROUP,
  groupsOf,
  requireGroup,
  schedulesOf,
  type GroupRecord,
} from './model';

const describe = (group: GroupRecord) => ({
  Arn: group.arn,
  Name: group.name,
  State: 'ACTIVE' as const,
  CreationDate: new Date(group.created),
  LastModificationDate: new Date(group.created),
});

const arnOf = (region: string, account: string, name: string) =>
  `arn:aws:scheduler:${region}:${account}:schedule-group/${name}`;

/** Every account has it; it was never created. */
const defaultGroup = (region: string, account: string) => ({
  Arn: arnOf(region, account, DEFAULT_GROUP),
  Name: DEFAULT_GROUP,
  State: 'ACTIVE' as const,
});

export const groupOperations = {
  CreateScheduleGroup(input, { account, region, sandbox }) {
    const name = input.Name;
    const groups = groupsOf(sandbox, account);
    if (name === DEFAULT_GROUP || groups.has(name)) {
      throw new AwsError(
        'ConflictException',
        `Schedule group ${name} already exists.`,
      );
    }
    const arn = arnOf(region, account, name);
    const created = sandbox.clock.now().toISOString();
    groups.set(name, { name, arn, created });
    return { ScheduleGroupArn: arn };
  },

  GetScheduleGroup(input, { account, region, sandbox }) {
    requireGroup(sandbox, account, input.Name);
    const known = groupsOf(sandbox, account).get(input.Name);
    return known ? describe(known) : defaultGroup(region, account);
  },

  ListScheduleGroups(input, { account, region, sandbox }) {
    const all = [
      defaultGroup(region, account),
      ...groupsOf(sandbox, account).values().map(describe),
    ].filter(({ Name }) => Name.startsWith(input.NamePrefix ?? ''));
    const { items, next } = page(all, input.NextToken, input.MaxResults);
    return { ScheduleGroups: items, NextToken: next };
  },

  /** With every schedule in it. */
  DeleteScheduleGroup(input, { account, sandbox }) {
    if (input.Name === DEFAULT_GROUP) {
      throw new AwsError(
        'ValidationException',
        'The default schedule group cannot be deleted.',
      );
    }
    requireGroup(sandbox, account, input.Name);
    for (const record of schedulesOf(sandbox, account).values()) {
      if (record.group === input.Name) disarm(sandbox, account, record);
    }
    groupsOf(sandbox, account).delete(input.Name);
  },
} satisfies Operations<typeof sdk>;
