import type * as sdk from '@aws-sdk/client-eventbridge';
import type { PutTargetsResultEntry } from '@aws-sdk/client-eventbridge';
import { AwsError, type Operations, type Sandbox } from '../../core';
import { kindOfTarget } from '../delivery/targets';
import { page } from '../paging';
import {
  DEFAULT_BUS,
  requireDefaultBus,
  requireRule,
  rulesOf,
  type RuleRecord,
} from './model';
import { parsePattern } from './pattern';

/** AWS's limit; it cannot be raised. */
const MOST_TARGETS = 5;

function setEnabled(
  sandbox: Sandbox,
  account: string,
  input: { Name: string; EventBusName?: string },
  enabled: boolean,
) {
  requireDefaultBus(input.EventBusName);
  const rule = requireRule(sandbox, account, input.Name);
  rulesOf(sandbox, account).set(rule.name, { ...rule, enabled });
}

const WITH_READS = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS' as const;

function stateOf(rule: RuleRecord) {
  if (!rule.enabled) return 'DISABLED' as const;
  return rule.withReads ? WITH_READS : ('ENABLED' as const);
}

function describe(rule: RuleRecord) {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.pattern,
    State: stateOf(rule),
    Description: rule.description,
    RoleArn: rule.roleArn,
    EventBusName: DEFAULT_BUS,
  };
}

/** By its ARN: `arn:aws:events:<region>:<account>:rule/<name>`. */
const accountOf = (rule: RuleRecord) => rule.arn.split(':')[4];

export const ruleOperations = {
  PutRule(input, { account, region, sandbox }) {
    requireDefaultBus(input.EventBusName);
    if (input.ScheduleExpression) {
      throw new AwsError(
        'ValidationException',
        'Rules of the sandbox take event patterns only: use EventBridge Scheduler for schedules.',
      );
    }
    if (!input.EventPattern) {
      throw new AwsError(
        'ValidationException',
        'Parameter(s) EventPattern or ScheduleExpression must be specified.',
      );
    }
    parsePattern(input.EventPattern);
    const rules = rulesOf(sandbox, account);
    const known = rules.get(input.Name);
    const arn = `arn:aws:events:${region}:${account}:rule/${input.Name}`;
    rules.set(input.Name, {
      name: input.Name,
      arn,
      pattern: input.EventPattern,
      description: input.Description,
      enabled: input.State !== 'DISABLED',
      withReads: input.State === WITH_READS || undefined,
      roleArn: input.RoleArn,
      targets: known?.targets ?? [],
      tags:
        known?.tags ??
        Object.fromEntries(
          (input.Tags ?? []).map(({ Key, Value }) => [Key, Value ?? '']),
        ),
    });
    return { RuleArn: arn };
  },

  DescribeRule(input, { account, sandbox }) {
    requireDefaultBus(input.EventBusName);
    const rule = requireRule(sandbox, account, input.Name);
    return { ...describe(rule), CreatedBy: accountOf(rule) };
  },

  ListRules(input, { account, sandbox }) {
    requireDefaultBus(input.EventBusName);
    const rules = rulesOf(sandbox, account)
      .values()
      .filter(({ name }) => name.startsWith(input.NamePrefix ?? ''))
      .sort((a, b) => a.name.localeCompare(b.name));
    const { items, next } = page(rules, input.NextToken, input.Limit);
    return { Rules: items.map(describe), NextToken: next };
  },

  EnableRule: (input, { account, sandbox }) =>
    setEnabled(sandbox, account, input, true),

  DisableRule: (input, { account, sandbox }) =>
    setEnabled(sandbox, account, input, false),

  DeleteRule(input, { account, sandbox }) {
    requireDefaultBus(input.EventBusName);
    const rules = rulesOf(sandbox, account);
    if ((rules.get(input.Name)?.targets.length ?? 0) > 0) {
      throw new AwsError(
        'ValidationException',
        "Rule can't be deleted since it has targets.",
      );
    }
    rules.delete(input.Name);
  },

  PutTargets(input, { account, sandbox }) {
    requireDefaultBus(input.EventBusName);
    const rule = requireRule(sandbox, account, input.Rule);
    const FailedEntries: PutTargetsResultEntry[] = [];
    for (const target of input.Targets) {
      const kind = kindOfTarget(target.Arn ?? '');
      if (!kind || kind === 'api') {
        FailedEntries.push({
          TargetId: target.Id,
          ErrorCode: 'ValidationException',
          ErrorMessage: `The sandbox brings events to SQS, Lambda and SNS, not to ${target.Arn}`,
        });
        continue;
      }
      rule.targets = [
        ...rule.targets.filter(({ Id }) => Id !== target.Id),
        target,
      ];
    }
    if (rule.targets.length > MOST_TARGETS) {
      throw new AwsError(
        'LimitExceededException',
        `The requested resource exceeds the maximum number allowed: ${MOST_TARGETS} targets.`,
      );
    }
    rulesOf(sandbox, account).set(rule.name, rule);
    return { FailedEntryCount: FailedEntries.length, FailedEntries };
  },

  RemoveTargets(input, { account, sandbox }) {
    requireDefaultBus(input.EventBusName);
    const rule = requireRule(sandbox, account, input.Rule);
    rulesOf(sandbox, account).set(rule.name, {
      ...rule,
      targets: rule.targets.filter(({ Id }) => !input.Ids.includes(Id ?? '')),
    });
    return { FailedEntryCount: 0, FailedEntries: [] };
  },

  ListTargetsByRule(input, { account, sandbox }) {
    requireDefaultBus(input.EventBusName);
    const { targets } = requireRule(sandbox, account, input.Rule);
    const { items, next } = page(targets, input.NextToken, input.Limit);
    return { Targets: items, NextToken: next };
  },

  ListRuleNamesByTarget(input, { account, sandbox }) {
    requireDefaultBus(input.EventBusName);
    const names = rulesOf(sandbox, account)
      .values()
      .filter(({ targets }) =>
        targets.some(({ Arn }) => Arn === input.TargetArn),
      )
      .map(({ name }) => name);
    const { items, next } = page(names, input.NextToken, input.Limit);
    return { RuleNames: items, NextToken: next };
  },
} satisfies Operations<typeof sdk>;
