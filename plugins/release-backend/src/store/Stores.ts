import type { Hold } from '@careplane/backstage-plugin-release-common';
import type { Knex } from 'knex';
import type {
  EvidenceDraft,
  IntentRecord,
  RolloutRecord,
} from '../engine/model';
import { ApprovalStore } from './ApprovalStore';
import { EvidenceStore } from './EvidenceStore';
import { IntentStore } from './IntentStore';
import { Lease, LeaseStore } from './LeaseStore';
import { Quarantine, ReleaseStore } from './ReleaseStore';
import { Cut, RetentionStore } from './RetentionStore';
import { RolloutStore } from './RolloutStore';
import { ReleaseSetRecord, SetStore } from './SetStore';
import { StageTestRecord, StageTestStore } from './StageTestStore';
import { Takeover, TakeoverStore } from './TakeoverStore';
import {
  KnownFacts,
  Period,
  Seen,
  TargetKey,
  TargetStore,
} from './TargetStore';

/** What one commit changes; all of it or nothing. */
export interface Change {
  at: string;
  evidence: EvidenceDraft[];
  /** The next state of a rollout, compared with the version in it. */
  rollout?: RolloutRecord;
  lease?: Lease;
  opens?: RolloutRecord;
  /** By which request a rollback turned `rollout`, or found it turned. */
  takesOver?: Takeover;
  opensSet?: ReleaseSetRecord;
  /** The next state of a release set, compared with the version in it. */
  set?: ReleaseSetRecord;
  opensTest?: StageTestRecord;
  /** The next state of a run of tests, compared with the version in it. */
  test?: StageTestRecord;
  newIntent?: { rolloutId: string; intent: IntentRecord };
  intents?: { rolloutId: string; intent: IntentRecord }[];
  consumes?: number[];
  approval?: {
    rolloutId: string;
    person: string;
    planHash: string;
    decision: 'approved' | 'declined';
    comment?: string;
  };
  hold?: { targetArn: string; hold: Hold };
  liftsHold?: { targetArn: string; rolloutId: string };
  quarantine?: {
    component: string;
    releaseId: string;
    quarantine: Quarantine | undefined;
  };
  move?: {
    targetArn: string;
    entry: Omit<Period, 'to'>;
    /** When the period before was last read, where nobody told its end. */
    lastSeen?: string;
  };
  /** What a reading says of the period that runs. */
  sees?: { targetArn: string; revisionId: string; seen: Seen };
  /** Evidence that an export has, and that goes. */
  cutsEvidence?: Cut;
  /** What a target is now known to be, compared with the version in it. */
  facts?: TargetKey & KnownFacts;
}

/** All stores of the plugin and the transaction over them (INV-33). */
export class Stores {
  readonly rollouts: RolloutStore;
  readonly intents: IntentStore;
  readonly approvals: ApprovalStore;
  readonly leases: LeaseStore;
  readonly evidence: EvidenceStore;
  readonly targets: TargetStore;
  readonly releases: ReleaseStore;
  readonly sets: SetStore;
  readonly stageTests: StageTestStore;
  readonly retention: RetentionStore;
  readonly takeovers: TakeoverStore;
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
    this.rollouts = new RolloutStore(knex);
    this.intents = new IntentStore(knex);
    this.approvals = new ApprovalStore(knex);
    this.leases = new LeaseStore(knex);
    this.evidence = new EvidenceStore(knex);
    this.targets = new TargetStore(knex);
    this.releases = new ReleaseStore(knex);
    this.sets = new SetStore(knex);
    this.stageTests = new StageTestStore(knex);
    this.retention = new RetentionStore(knex, this.evidence);
    this.takeovers = new TakeoverStore(knex);
  }

  /**
   * Commits a change with its evidence in one transaction.
   *
   * @returns the rollout as it is now, where the change has one.
   * @throws ConflictError when somebody else changed the rollout, or what is
   *   known of the target, or cut the chain of evidence, first.
   */
  async commit(change: Change): Promise<RolloutRecord | undefined> {
    return this.#knex.transaction(async trx => {
      let rollout: RolloutRecord | undefined;
      if (change.rollout) {
        rollout = await this.rollouts.update(trx, change.rollout, change.lease);
      }
      if (change.opens) {
        await this.rollouts.insert(trx, change.opens);
        rollout = change.opens;
      }
      if (change.takesOver) {
        await this.takeovers.insert(trx, change.takesOver);
      }
      if (change.opensSet) await this.sets.insert(trx, change.opensSet);
      if (change.set) await this.sets.update(trx, change.set);
      if (change.opensTest) {
        await this.stageTests.insert(trx, change.opensTest);
      }
      if (change.test) await this.stageTests.update(trx, change.test);
      if (change.newIntent) {
        const { rolloutId, intent } = change.newIntent;
        await this.intents.insert(trx, rolloutId, intent);
      }
      for (const { rolloutId, intent } of change.intents ?? []) {
        await this.intents.update(trx, rolloutId, intent);
      }
      if (change.consumes?.length) {
        await this.approvals.consume(trx, change.consumes, change.at);
      }
      if (change.approval) {
        const { rolloutId, ...approval } = change.approval;
        await this.approvals.insert(trx, rolloutId, {
          ...approval,
          at: change.at,
        });
      }
      if (change.hold) {
        await this.targets.setHold(
          trx,
          change.hold.targetArn,
          change.hold.hold,
        );
      }
      if (change.liftsHold) await this.targets.liftHold(trx, change.liftsHold);
      if (change.quarantine) {
        const { component, releaseId, quarantine } = change.quarantine;
        await this.releases.setQuarantine(
          trx,
          component,
          releaseId,
          quarantine,
        );
      }
      if (change.move) {
        await this.targets.recordMove(
          trx,
          change.move.targetArn,
          change.move.entry,
          change.move.lastSeen,
        );
      }
      if (change.sees) {
        const { targetArn, revisionId, seen } = change.sees;
        await this.targets.see(trx, targetArn, revisionId, seen);
      }
      if (change.facts) {
        await this.targets.saveFacts(trx, change.facts, change.facts);
      } else {
        for (const arn of touchedBy(change)) {
          await this.targets.touch(trx, arn);
        }
      }
      await this.evidence.append(trx, change.at, change.evidence);
      if (change.cutsEvidence) {
        await this.retention.cutEvidence(trx, change.cutsEvidence);
      }
      return rollout;
    });
  }
}

/** Targets of which an earlier reading may be wrong after this change. */
function touchedBy(change: Change): Set<string> {
  const entered = change.rollout?.stateSince === change.at;
  return new Set(
    [
      entered && change.rollout?.targetArn,
      change.opens?.targetArn,
      change.move?.targetArn,
      change.hold?.targetArn,
      change.liftsHold?.targetArn,
    ].flatMap(arn => arn || []),
  );
}
