import type { RunningSandbox } from '@careplane/aws-sandbox';
import type { IntentRecord } from '../../../plugins/release-backend/src/engine/model';
import { Stores } from '../../../plugins/release-backend/src/store';
import { openFile } from './engine';
import { trafficIn } from './flows';
import type { Target } from './estate';

/** A write of one rollout, from the sandbox's call record. */
export interface Write {
  operation: string;
  /** Operation with what it moves, comparable between accounts. */
  effect: string;
  requestId: string;
}

/**
 * Repeated, these change nothing and start nothing: they put what is there.
 * Every other write that AWS took must be there exactly once.
 */
const PUTS = [
  // A policy document, whole. https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_SetStackPolicy.html
  /^SetStackPolicy$/,
  // Without a task definition: starts no deployment (UpdateService, `deploymentConfiguration`).
  /^UpdateService configuration$/,
  // Replaces the schedule, whole. https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
  /^UpdateSchedule$/,
];

/** The writes that AWS took from a rollout, in their order. */
export function writesOf(
  sandbox: RunningSandbox,
  account: string,
  rolloutId: string,
): Write[] {
  return sandbox.trail
    .lookup({
      account,
      matches: event =>
        !event.readOnly &&
        !event.errorCode &&
        // What CloudFormation calls for it is CloudFormation's.
        !event.userIdentity.invokedBy &&
        event.username === `cp-${rolloutId}`.slice(0, 64),
    })
    .reverse()
    .map(event => {
      const operation = event.eventName.replace(/\d{8}(v\d)?$/, '');
      return {
        operation,
        effect: effectOf(operation, event.requestParameters ?? {}),
        requestId: event.requestId,
      };
    });
}

function effectOf(operation: string, parameters: Record<string, unknown>) {
  const text = (key: string) =>
    parameters[key] === undefined ? [] : [JSON.stringify(parameters[key])];
  if (operation === 'UpdateService') {
    const definition = String(parameters.taskDefinition ?? 'configuration');
    return `${operation} ${definition.split('/').pop()}`;
  }
  return [operation, ...text('functionVersion'), ...text('routingConfig')].join(
    ' ',
  );
}

/** What a rollout left behind, in AWS and in its own database. */
export interface Trace {
  state: string;
  problem?: string;
  traffic: string;
  writes: Write[];
  intents: IntentRecord[];
  /**
   * Kinds of evidence in their order: an intent that was sent again once, one
   * that AWS never took and that says so not at all.
   */
  evidence: string[];
  chainHolds: boolean;
  /** What it still waits for. */
  stuck?: string;
  /** It is among what is put before a person. */
  pages: boolean;
  /** Schedules that stand in the account: each would fire. */
  armed: number;
}

const isUndone = ({ outcome }: IntentRecord) => outcome === 'not-executed';

async function schedulesIn(
  sandbox: RunningSandbox,
  account: string,
): Promise<number> {
  const { Schedules } = await sandbox.call<{ Schedules: object[] }>(
    'scheduler',
    'ListSchedules',
    {},
    { account },
  );
  return Schedules.length;
}

export async function traceOf(
  sandbox: RunningSandbox,
  target: Target,
  file: string,
  rolloutId: string,
): Promise<Trace> {
  const knex = openFile(file);
  try {
    const stores = new Stores(knex);
    const record = await stores.rollouts.get(rolloutId);
    const intents = await stores.intents.of(rolloutId);
    // Written down, never taken by AWS, and told as that.
    const undone = new Set<unknown>(
      intents.filter(isUndone).map(intent => intent.seq),
    );
    const intended = new Set<unknown>();
    const evidence = (await stores.evidence.ofRollout(rolloutId)).filter(
      ({ kind, facts }) => {
        if (kind.startsWith('aws-write') && undone.has(facts.seq)) return false;
        if (kind !== 'aws-write-intended') return true;
        const first = !intended.has(facts.seq);
        intended.add(facts.seq);
        return first;
      },
    );
    const waits = record.nextRunAt && (record.problem ?? record.nextRunAt);
    return {
      state: record.state,
      problem: record.problem,
      traffic: await trafficIn(sandbox, target),
      writes: writesOf(sandbox, target.account, rolloutId),
      intents,
      evidence: evidence.map(({ kind, facts }) =>
        kind.startsWith('aws-write') ? `${kind} ${facts.api}` : kind,
      ),
      chainHolds: (await stores.evidence.verify('now')).verified,
      pages: (await stores.rollouts.waiting([record.entityRef])).length > 0,
      armed: await schedulesIn(sandbox, target.account),
      stuck: waits && `${record.state}: ${waits}`,
    };
  } finally {
    await knex.destroy();
  }
}

/** Writes that are there more often than in the run that nothing happened to. */
export function doubled(trace: Trace, plain: Trace): string[] {
  return surplus(trace.writes, plain.writes).filter(
    effect => !PUTS.some(put => put.test(effect)),
  );
}

function surplus(more: Write[], less: Write[]): string[] {
  const left = less.map(write => write.effect);
  return more
    .map(write => write.effect)
    .filter(effect => {
      const index = left.indexOf(effect);
      if (index >= 0) left.splice(index, 1);
      return index < 0;
    });
}

/** What is missing from the record, or not as AWS says. */
export function lost(trace: Trace, plain: Trace): string[] {
  const found: string[] = [];
  if (!trace.chainHolds) found.push('the chain of evidence does not verify');
  if (trace.evidence.join() !== plain.evidence.join()) {
    found.push(`evidence is ${difference(trace.evidence, plain.evidence)}`);
  }
  for (const intent of trace.intents) {
    if (!intent.outcome)
      found.push(`intent ${intent.step} has no outcome (${intent.error})`);
  }
  for (const effect of surplus(plain.writes, trace.writes)) {
    found.push(`never written: ${effect}`);
  }
  return [...found, ...withoutIntent(trace.writes, trace.intents)];
}

/** The same intent makes a schedule, or moves the one that stands. */
const OF_OTHERS: Record<string, string | undefined> = {
  UpdateSchedule: 'CreateSchedule',
};

/** Writes that AWS took and no intent tells of. */
export function withoutIntent(
  writes: Write[],
  intents: IntentRecord[],
): string[] {
  const done = intents.filter(intent => intent.outcome === 'done');
  return writes
    .map(({ operation }) => operation)
    .filter(operation => {
      // Opening and protecting a stack belongs to the write that it frames.
      if (operation === 'SetStackPolicy') return false;
      const names = [operation, OF_OTHERS[operation]];
      return !done.some(({ api }) => names.includes(api.split(':')[1]));
    })
    .map(operation => `AWS took ${operation}, and no intent tells of it`);
}

/** Moves traffic, or starts what does. */
export const moves = ({ operation, effect }: Write): boolean =>
  operation === 'UpdateAlias' ||
  operation === 'CreateDeployment' ||
  operation === 'ExecuteChangeSet' ||
  (operation === 'UpdateService' && !PUTS.some(put => put.test(effect)));

function difference(seen: string[], plain: string[]): string {
  const at = seen.findIndex((kind, index) => kind !== plain[index]);
  const index = at < 0 ? seen.length : at;
  return `"${seen[index] ?? 'at its end'}" where "${
    plain[index] ?? 'nothing'
  }" was expected (${index + 1} of ${plain.length})`;
}
