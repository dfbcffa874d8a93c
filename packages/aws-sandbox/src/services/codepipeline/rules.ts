import type { RuleDeclaration } from '@aws-sdk/client-codepipeline';
import type { CallAs, Sandbox } from '../../core';
import type { RuleRecord } from './model';

export interface RuleRun {
  sandbox: Sandbox;
  rule: RuleRecord;
  as: CallAs;
}

/** `again`: milliseconds after which to look again. */
export interface RuleProgress {
  status: 'InProgress' | 'Succeeded' | 'Failed';
  summary?: string;
  again?: number;
}

interface RuleKind {
  required: readonly string[];
  check(run: RuleRun): Promise<RuleProgress>;
}

const LOOK_AGAIN_MS = 60_000;

type Comparison = (variable: string, value: string) => boolean;

const OPERATORS: Record<string, Comparison | undefined> = {
  EQ: (variable, value) => variable === value,
  NE: (variable, value) => variable !== value,
  CONTAINS: (variable, value) => variable.includes(value),
  MATCHES: (variable, value) => new RegExp(`^(?:${value})$`).test(variable),
};

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-VariableCheck.html */
const variableCheck: RuleKind = {
  required: ['Variable', 'Value', 'Operator'],
  async check({ rule }) {
    const { Variable, Value, Operator } = rule.configuration;
    const holds = OPERATORS[Operator];
    if (!holds) throw new Error(`${Operator} is no operator of VariableCheck`);
    return {
      status: holds(Variable, Value) ? 'Succeeded' : 'Failed',
      summary: `${Variable} ${Operator} ${Value}`,
    };
  },
};

/**
 * Fails as soon as the alarm is in a state that is watched for, and succeeds
 * once the wait time (in minutes) has passed without.
 *
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-CloudWatchAlarm.html
 */
const cloudWatchAlarm: RuleKind = {
  required: ['AlarmName'],
  async check({ sandbox, rule, as }) {
    const { AlarmName, AlarmStates = 'ALARM', WaitTime } = rule.configuration;
    const answer = await sandbox.call<{
      MetricAlarms?: { StateValue?: string }[];
    }>('cloudwatch', 'DescribeAlarms', { AlarmNames: [AlarmName] }, as);
    const state = answer.MetricAlarms?.[0]?.StateValue;
    if (!state) throw new Error(`There is no alarm ${AlarmName}`);
    const summary = `Alarm ${AlarmName} is ${state}`;
    if (AlarmStates.split(/[\s,]+/).includes(state)) {
      return { status: 'Failed', summary };
    }
    const end = Date.parse(rule.start) + Number(WaitTime ?? 0) * 60_000;
    const left = end - sandbox.clock.now().getTime();
    return left <= 0
      ? { status: 'Succeeded', summary }
      : { status: 'InProgress', summary, again: Math.min(left, LOOK_AGAIN_MS) };
  },
};

/** The rules that the sandbox has, by provider. */
export const RULES: Record<string, RuleKind | undefined> = {
  VariableCheck: variableCheck,
  CloudWatchAlarm: cloudWatchAlarm,
};

export function ruleKindOf(rule: RuleDeclaration): RuleKind | undefined {
  return RULES[rule.ruleTypeId?.provider ?? ''];
}
