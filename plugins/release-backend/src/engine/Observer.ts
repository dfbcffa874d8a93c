import { isTerminal } from '@careplane/backstage-plugin-release-common';
import type {
  FreezeWindow,
  GateResult,
} from '@careplane/backstage-plugin-release-common';
import type {
  MetricsPort,
  CanaryDeadlinePort,
  DeploymentPort,
  ObservedTarget,
  OwnerPort,
  PublisherPort,
  StackPort,
  TargetDriver,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';
import { ownershipOf } from '../ownership/ownership';
import type { Stores } from '../store';
import { isJudged } from './decideBaking';
import { isContinueIntent } from './decidePause';
import type { Observation } from './decision';
import { HOUR } from './decision';
import { needsDeployment, readDeployment } from './deploymentReading';
import { iso, RolloutRecord } from './model';
import { observeDeadline } from './observeDeadline';
import { publishSource } from './publishSource';
import { pendingOf } from './resume';
import { isService } from './service';
import { turnOf } from './turn';

/** What carries readings and writes to AWS. */
export interface Carriers {
  driver(kind: TargetRef['kind']): TargetDriver;
  stacks(): StackPort;
  /** None where only stacks publish releases of this kind. */
  publisher?(kind: TargetRef['kind']): PublisherPort | undefined;
  /** Missing where no module carries metrics: nothing can be judged then. */
  metrics?(): MetricsPort | undefined;
  /** None where no module guards canaries while Careplane is away. */
  deadlines?(): CanaryDeadlinePort | undefined;
  /** CodeDeploy, where a module knows it. */
  deployments?(): DeploymentPort | undefined;
  /** None where no module tells owners apart. */
  owners?(): OwnerPort | undefined;
  /** Runs readings that let those of rollouts go first. */
  inBackground?<T>(work: () => Promise<T>): Promise<T>;
}

type Need =
  | 'deployment'
  | 'target'
  | 'stack'
  | 'changeSet'
  | 'publication'
  | 'ownership'
  | 'gates'
  | 'approvals'
  | 'viability'
  | 'preparation'
  | 'canary'
  | 'turn'
  | 'preflight'
  | 'readiness'
  | 'alarms'
  | 'metrics';

const NEEDS: Partial<Record<RolloutRecord['state'], Need[]>> = {
  GATING: ['gates', 'target'],
  PLANNING: ['gates', 'stack', 'changeSet', 'publication', 'ownership'],
  AWAITING_APPROVAL: ['approvals'],
  QUEUED: ['turn'],
  PREPARING: ['gates', 'stack', 'changeSet', 'publication', 'ownership'],
  PREFLIGHT: [
    'target',
    'viability',
    'canary',
    'preflight',
    'stack',
    'ownership',
    'alarms',
  ],
  SHIFTING: ['target', 'gates', 'alarms'],
  BAKING: ['target', 'alarms', 'metrics'],
  PAUSED: ['target', 'alarms', 'metrics'],
  CUTOVER: ['target', 'gates', 'alarms'],
  VERIFYING: ['target', 'alarms', 'readiness'],
  SETTLING: ['target', 'stack'],
  ROLLING_BACK: ['target', 'preparation'],
  VERIFYING_ROLLBACK: ['target', 'alarms', 'readiness', 'metrics'],
};

const WORDS: Record<Need, string> = {
  deployment: 'CodeDeploy',
  target: 'The target',
  stack: 'The stack',
  changeSet: 'The change set',
  publication: 'What would be published',
  ownership: 'Who owns the target',
  gates: 'The gates',
  approvals: 'The approvals',
  viability: 'The revision',
  preparation: 'The revision to return to',
  canary: 'Whether a canary is possible',
  turn: 'The release set',
  preflight: 'The last checks',
  readiness: 'Provisioned concurrency',
  alarms: 'The alarms',
  metrics: 'The metrics',
};

/** A rollback that starts waits for no more than it needs (INV-08). */
function needsOf(record: RolloutRecord): Need[] {
  if (isTerminal(record.state)) return ['target', 'stack'];
  return record.kind === 'rollback' && record.state === 'PREFLIGHT'
    ? ['target', 'viability']
    : NEEDS[record.state] ?? [];
}

/** Its readings take the reserved call budget. */
const isRollingBack = (record: RolloutRecord) =>
  record.kind === 'rollback'
    ? !isTerminal(record.state)
    : ['ROLLING_BACK', 'VERIFYING_ROLLBACK', 'ROLLBACK_FAILED'].includes(
        record.state,
      );

/** A write comes next. */
const isDue = (publication: Observation['publication']) =>
  publication?.needs === 'code' || publication?.needs === 'revision';

const nameOf = (error: unknown) =>
  error instanceof Error ? error.name : 'unknown error';

/** Reads what a decision needs, and only that. */
export class Observer {
  readonly #carriers: Carriers;
  readonly #stores: Stores;
  readonly #gates: (record: RolloutRecord) => Promise<GateResult[]>;
  readonly #freezeAt: (stage: string, now: number) => FreezeWindow | undefined;
  readonly #mayApprove: (person: string, stage: string) => Promise<boolean>;
  readonly #maxUnattendedMs?: number;

  constructor(options: {
    carriers: Carriers;
    stores: Stores;
    gates: (record: RolloutRecord) => Promise<GateResult[]>;
    /** The freeze that is open on a stage; none where not given. */
    freezeAt?: (stage: string, now: number) => FreezeWindow | undefined;
    /** Asked again at the moment of use, not only at the click (INV-30). */
    mayApprove: (person: string, stage: string) => Promise<boolean>;
    /** `release.maxUnattended`. */
    maxUnattendedMs?: number;
  }) {
    this.#carriers = options.carriers;
    this.#stores = options.stores;
    this.#gates = options.gates;
    this.#freezeAt = options.freezeAt ?? (() => undefined);
    this.#mayApprove = options.mayApprove;
    this.#maxUnattendedMs = options.maxUnattendedMs;
  }

  /** `seen` is a reading of the target that is still good. */
  async observe(
    record: RolloutRecord,
    target: TargetRef,
    now: number,
    seen?: ObservedTarget,
  ): Promise<Observation> {
    const intents = await this.#stores.intents.of(record.id);
    const observation: Observation = {
      intents,
      freeze: this.#freezeAt(record.stage, now),
      maxUnattendedMs: this.#maxUnattendedMs,
    };
    const pending = pendingOf(intents);
    // CodeDeploy first: what the alias says then is not older.
    const needs = new Set<Need>([
      ...(needsDeployment(record, pending) ? (['deployment'] as const) : []),
      ...needsOf(record),
    ]);
    if (pending && 'traffic' in pending.after) needs.add('target');
    if (pending && isContinueIntent(pending)) needs.add('target');
    const waits = ['BAKING', 'VERIFYING'].includes(record.state);
    if (waits && record.wish?.act === 'continue') needs.add('gates');
    if (!record.changeSetArn) needs.delete('changeSet');
    if (record.publish?.mode !== 'copy') needs.delete('publication');
    // CloudFormation itself says who holds what a stack publishes.
    if (!record.publish) needs.delete('ownership');
    const over = isTerminal(record.state) && !record.followUp;
    if (record.awaitsConfirmation || over) needs.clear();

    if (record.followUp === 'unpin') {
      const { arn } = target;
      observation.held = (await this.#stores.targets.holds([arn])).has(arn);
    }

    const metrics = this.#carriers.metrics?.();
    const driver = this.#carriers.driver(target.kind);
    const rollback = isRollingBack(record);
    const revision =
      record.kind === 'rollback' ? record.returnTo : record.candidate;
    const readings: Record<Need, () => Promise<void>> = {
      deployment: async () => {
        observation.delegation = await readDeployment(
          record,
          target,
          this.#carriers.deployments?.(),
          pending,
        );
      },
      target: async () => {
        const { state, deploymentArn } = record;
        const follows = ['VERIFYING', 'VERIFYING_ROLLBACK'].includes(state);
        observation.target =
          seen ??
          (await driver.observe(target, {
            rollback,
            ...(follows && { deploymentArn }),
          }));
      },
      stack: async () => {
        observation.stack = await this.#carriers.stacks().describe(target);
      },
      changeSet: async () => {
        observation.changeSet = await this.#carriers
          .stacks()
          .describeChangeSet(target, record.changeSetArn ?? '');
      },
      publication: async () => {
        const publisher = this.#carriers.publisher?.(target.kind);
        observation.publication = await publisher?.publication(
          target,
          publishSource(record),
          {
            id: record.id,
            made: intents.some(one => one.step === 'publish-revision'),
          },
        );
      },
      ownership: async () => {
        const { publication } = observation;
        // While nothing is to be written, nobody needs to be asked.
        if (record.state === 'PREPARING' && !isDue(publication)) return;
        const signs = await this.#carriers
          .owners?.()
          ?.signs(target, { fresh: true });
        const facts = await this.#stores.targets.facts([target.arn]);
        const known = facts.get(target.arn)?.ownership;
        observation.ownership = signs
          ? ownershipOf(target, signs, known)
          : 'untold';
      },
      gates: async () => {
        observation.gates = await this.#gates(record);
      },
      approvals: async () => {
        observation.approvals = await this.#approvals(record);
      },
      viability: async () => {
        if (!revision) return;
        observation.viability = await driver.viability(target, revision, {
          rollback,
        });
      },
      preparation: async () => {
        if (!record.returnTo) return;
        observation.preparation =
          (await driver.preparation?.(target, record.returnTo)) ?? 'none';
        observation.recordedConfiguration =
          await this.#stores.rollouts.unrestored(target.arn);
      },
      canary: async () => {
        if (!record.from || !record.candidate) return;
        if (!record.strategy.steps.length || driver.preflight) return;
        const { canary } = await driver.supports(
          target,
          record.from,
          record.candidate,
        );
        observation.canary = canary;
      },
      turn: async () => {
        const { sets, rollouts } = this.#stores;
        const set = record.set && (await sets.find(record.set.id));
        const ids = set?.members.map(one => one.rolloutId) ?? [];
        observation.turn = turnOf(
          set,
          record.set?.order ?? 0,
          await rollouts.byIds(ids),
        );
      },
      preflight: async () => {
        const { from, candidate } = record;
        if (!from || !candidate || from.id === candidate.id) return;
        observation.preflight = await driver.preflight?.(
          target,
          from,
          candidate,
        );
      },
      readiness: async () => {
        const provisioned = record.preflight?.some(
          check =>
            check.id === 'provisioned-concurrency' && check.state === 'warning',
        );
        if (!provisioned) return;
        observation.readiness = await driver.readiness?.(target);
      },
      alarms: async () => {
        observation.alarms = metrics ? await metrics.alarms(target) : [];
        observation.automaticReturns =
          await this.#stores.rollouts.automaticReturns(
            target.arn,
            iso(now - HOUR),
          );
      },
      metrics: async () => {
        if (record.state === 'VERIFYING_ROLLBACK') {
          observation.metrics = await this.#returned(record, target, now);
          return;
        }
        const { candidate, from, bakeFrom } = record;
        const judged = isJudged(record.strategy.steps[record.step]);
        if (!judged || !candidate || !from || !bakeFrom) return;
        observation.metrics = await metrics?.calls(
          target,
          { candidate, stable: from },
          new Date(bakeFrom),
          new Date(now),
        );
      },
    };
    for (const need of needs) {
      try {
        await readings[need]();
      } catch (error) {
        observation.unreadable = `${WORDS[need]} could not be read (${nameOf(
          error,
        )}). Careplane tries again.`;
      }
    }
    const carriers = this.#carriers;
    return {
      ...observation,
      ...(await observeDeadline(record, target, observation, now, carriers)),
    };
  }

  /** Figures of what was returned to, since it has all traffic again. */
  async #returned(
    record: RolloutRecord,
    target: TargetRef,
    now: number,
  ): Promise<Observation['metrics']> {
    const { kind, candidate, from, returnTo: stable } = record;
    const left = kind === 'promote' ? candidate : from;
    if (isService(record) || !left || !stable) return undefined;
    return this.#carriers
      .metrics?.()
      ?.calls(
        target,
        { candidate: left, stable },
        new Date(record.stateSince),
        new Date(now),
      );
  }

  async #approvals(
    record: RolloutRecord,
  ): Promise<NonNullable<Observation['approvals']>> {
    const all = await this.#stores.approvals.of(record.id);
    const declined = all.find(approval => approval.decision === 'declined');
    const ids: number[] = [];
    const people: string[] = [];
    for (const approval of all) {
      const counts =
        approval.decision === 'approved' &&
        !approval.consumedAt &&
        approval.planHash === record.planHash &&
        approval.person !== record.requestedBy &&
        !people.includes(approval.person) &&
        (await this.#mayApprove(approval.person, record.stage));
      if (counts) {
        ids.push(approval.id);
        people.push(approval.person);
      }
    }
    return { ids, people, declinedBy: declined?.person };
  }
}
