import { performance } from 'node:perf_hooks';
import type {
  Drill,
  DrillStep,
  Revision,
} from '@careplane/backstage-plugin-release-common';
import type {
  ObservedTarget,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';
import type { ReleaseComponent } from '../components';
import { decide } from '../engine/decide';
import type { EffectPlan, Observation } from '../engine/decision';
import { needsDeployment } from '../engine/deploymentReading';
import { iso, RolloutRecord } from '../engine/model';
import type { Carriers } from '../engine/Observer';
import type { ViabilityCheck } from '../poll/facts';
import type { Plan } from '../service/Planner';
import { ALL_AT_ONCE } from '../service/strategies';
import type { Clock, Stores } from '../store';
import { withoutIdentifiers } from '../store/safeFacts';

type Outcome = Pick<DrillStep, 'state' | 'summary'>;

const passed = (summary: string): Outcome => ({ state: 'pass', summary });
const failed = (summary: string): Outcome => ({ state: 'fail', summary });

/**
 * Rehearses rollbacks: the readings and the decisions of a real one, in its
 * order, up to the write, which is not made. The readings take the normal call
 * budget: a drill never spends what is kept for rollbacks.
 */
export class Drills {
  readonly #carriers: Carriers;
  readonly #clock: Clock;
  readonly #stores: Stores;

  constructor(options: { carriers: Carriers; clock: Clock; stores: Stores }) {
    this.#carriers = options.carriers;
    this.#clock = options.clock;
    this.#stores = options.stores;
  }

  /** @param plan - Of the rollback, as a submit would make it. */
  async rehearse(
    component: ReleaseComponent,
    plan: Plan & { returnTo: Revision },
    person: string,
  ): Promise<Drill> {
    const { target, returnTo } = plan;
    const now = await this.#clock.now();
    const began = performance.now();
    const steps: DrillStep[] = [];
    const step = async (id: DrillStep['id'], run: () => Promise<Outcome>) => {
      const from = performance.now();
      const done = await run().catch(unanswered);
      steps.push({ id, ...done, ms: Math.round(performance.now() - from) });
    };
    const driver = this.#carriers.driver(target.kind);
    let observed: ObservedTarget | undefined;
    let viability: ViabilityCheck[] | undefined;
    let write: EffectPlan | undefined;

    await step('plan', async () =>
      plan.blockers.length
        ? failed(plan.blockers.join(' '))
        : passed(plan.warnings.join(' ') || 'Nothing stands against it.'),
    );
    await step('target', async () => {
      observed = await driver.observe(target);
      return observed.exists
        ? passed(`It runs ${observed.stable?.id ?? 'nothing'}.`)
        : failed('The target does not exist.');
    });
    await step('revision', async () => {
      viability = await driver.viability(target, returnTo);
      return judged(viability);
    });
    await step('write', async () => {
      const record = recordOf(component, plan, person, iso(now));
      const decided = await decideWrite(
        record,
        async at => ({
          intents: [],
          target: observed,
          viability,
          preparation: (await driver.preparation?.(target, returnTo)) ?? 'none',
          delegation: await this.#delegation(at, target),
        }),
        now,
      );
      write = decided.write;
      return decided.outcome;
    });
    const ms = Math.round(performance.now() - began);
    await step('stack', async () => {
      const stack = await this.#carriers.stacks().describe(target);
      if (!stack.exists || stack.owner !== 'careplane-stack') {
        return passed('No stack of the target is settled afterwards.');
      }
      return stack.busy
        ? passed('The stack is busy: it is settled when that is over.')
        : passed('The stack can be settled afterwards.');
    });

    const drill: Drill = {
      entityRef: component.entityRef,
      stage: target.stage.name,
      targetArn: target.arn,
      revision: returnTo,
      by: person,
      at: iso(now),
      outcome: outcomeOf(steps),
      steps,
      api: write?.api,
      ms,
    };
    await this.#record(component, drill);
    return drill;
  }

  /** What of CodeDeploy a return goes by, read in the normal lane. */
  async #delegation(
    record: RolloutRecord,
    target: TargetRef,
  ): Promise<Observation['delegation']> {
    const port = this.#carriers.deployments?.();
    if (!port || !needsDeployment(record, undefined)) return undefined;
    const groupArn =
      record.deploymentGroup ?? (await port.groupOf(target))?.arn;
    if (!groupArn) return {};
    return { groupArn, running: await port.running(target, groupArn) };
  }

  async #record(component: ReleaseComponent, drill: Drill): Promise<void> {
    const open = drill.steps.filter(one => one.state !== 'pass');
    await this.#stores.commit({
      at: drill.at,
      evidence: [
        {
          kind: 'rollback-rehearsed',
          actor: drill.by,
          stage: drill.stage,
          entityRef: drill.entityRef,
          targetArn: drill.targetArn,
          facts: {
            component: component.name,
            toRevision: drill.revision.id,
            contentHash: drill.revision.contentHash,
            outcome: drill.outcome,
            api: drill.api ?? null,
            durationMs: drill.ms,
            summary: open.map(one => one.summary).join(' ') || null,
          },
        },
      ],
    });
  }
}

const BEFORE_WRITE: RolloutRecord['state'][] = ['PREFLIGHT', 'ROLLING_BACK'];
/** Decisions that a rollback takes at most from its start to its first write. */
const DECISIONS = 6;

const waits = (summary?: string): Outcome => ({
  state: 'unknown',
  summary: summary ?? 'It would wait for a reading first.',
});

/** What the engine would do with these readings, from PREFLIGHT to the write. */
export async function decideWrite(
  start: RolloutRecord,
  observe: (record: RolloutRecord) => Promise<Observation>,
  now: number,
): Promise<{ outcome: Outcome; write?: EffectPlan }> {
  let record = start;
  for (let count = 0; count < DECISIONS; count++) {
    const { effect, patch } = decide(record, await observe(record), now);
    if (effect) {
      return {
        write: effect,
        outcome: passed(`${effect.api} would be sent now. It was not.`),
      };
    }
    if (!patch) return { outcome: waits() };
    record = { ...record, ...patch };
    if (record.state === 'VERIFYING_ROLLBACK') {
      return {
        outcome: passed('All traffic is there already; no write is needed.'),
      };
    }
    if (!BEFORE_WRITE.includes(record.state)) {
      return {
        outcome: failed(patch.problem ?? 'It would stop before the write.'),
      };
    }
    if (patch.problem) return { outcome: waits(patch.problem) };
  }
  return { outcome: waits() };
}

function recordOf(
  component: ReleaseComponent,
  { target, returnTo, from }: Plan & { returnTo: Revision },
  person: string,
  at: string,
): RolloutRecord {
  return {
    id: 'drill',
    entityRef: component.entityRef,
    component: component.name,
    stage: target.stage.name,
    targetArn: target.arn,
    deploymentGroup: target.deploymentGroup,
    stackName: target.stackName,
    kind: 'rollback',
    state: 'PREFLIGHT',
    version: 1,
    requestedBy: person,
    requestedAt: at,
    idempotencyKey: 'drill',
    requestHash: 'drill',
    from,
    to: { revisionId: returnTo.id, contentHash: returnTo.contentHash },
    returnTo,
    strategy: ALL_AT_ONCE,
    step: 0,
    approvalsNeeded: 0,
    gates: [],
    stateSince: at,
    failures: 0,
    steps: [],
  };
}

function unanswered(error: unknown): Outcome {
  const text = error instanceof Error ? error.message : 'No answer.';
  return { state: 'unknown', summary: withoutIdentifiers(text.slice(0, 300)) };
}

function judged(checks: ViabilityCheck[]): Outcome {
  const open = checks.filter(check => check.state !== 'pass');
  const summary = (open.length ? open : checks)
    .map(check => check.summary)
    .join(' ');
  if (open.some(check => check.state === 'fail')) return failed(summary);
  return open.length || !checks.length
    ? { state: 'unknown', summary: summary || 'Nothing was checked.' }
    : passed(summary);
}

function outcomeOf(steps: DrillStep[]): Drill['outcome'] {
  if (steps.some(one => one.state === 'fail')) return 'would-fail';
  return steps.some(one => one.state === 'unknown')
    ? 'unknown'
    : 'would-succeed';
}
