import { randomUUID } from 'node:crypto';
import { mockServices } from '@backstage/backend-test-utils';
import type {
  FreezeWindow,
  GateResult,
  Strategy,
} from '@careplane/backstage-plugin-release-common';
import type { Knex } from 'knex';
import { withWaivers } from '../gates/waivers';
import { Executor } from '../engine/Executor';
import { iso, RolloutRecord } from '../engine/model';
import { Observer } from '../engine/Observer';
import { Reconciler } from '../engine/Reconciler';
import { targetOfRecord } from '../engine/targetOfRecord';
import { migrate, Stores } from '../store';
import { FakeAws } from './FakeAws';

export const ARN =
  'arn:aws:lambda:us-east-1:222222222222:function:claims-api:live';
export const STAGE = {
  name: 'qa',
  title: 'QA',
  accountId: '222222222222',
  region: 'us-east-1',
  approvals: 0,
};
export const OLD = {
  id: '1',
  contentHash: 'old-hash',
  version: '1.0.0',
  releaseId: 'a'.repeat(64),
};
export const NEW_RELEASE = {
  id: 'b'.repeat(64),
  component: 'claims-api',
  version: '1.1.0',
  kind: 'lambda-alias' as const,
  commit: { id: 'c0ffee1' },
  builtAt: '2026-01-01T00:00:00.000Z',
  pipeline: {
    arn: 'arn:aws:codepipeline:us-east-1:111111111111:claims-api',
    executionId: 'execution-1',
  },
  artifact: { type: 'zip' as const, codeSha256: 'new-hash' },
};
export const CANARY: Strategy = {
  type: 'canary',
  steps: [
    { weight: 0.1, bakeSeconds: 60 },
    { weight: 0.5, bakeSeconds: 60 },
  ],
};

/** An engine over a fake AWS and a clock that tests move. */
export class Harness {
  readonly aws = new FakeAws();
  readonly stores: Stores;
  now = Date.parse('2026-01-02T00:00:00.000Z');
  gates: GateResult[] = [
    { id: 'build', title: 'Build', state: 'pass', summary: 'Built.' },
  ];
  freeze?: FreezeWindow;
  mayApprove: (person: string) => boolean = () => true;
  readonly clock = { now: async () => this.now };

  constructor(knex: Knex) {
    this.stores = new Stores(knex);
    this.aws.releases = [NEW_RELEASE];
    this.aws.runs(ARN, OLD);
  }

  static async create(knex: Knex): Promise<Harness> {
    await migrate(knex);
    return new Harness(knex);
  }

  /** A worker as a fresh process has it: nothing in memory. */
  worker(owner: string = randomUUID()): Reconciler {
    const carriers = {
      driver: () => this.aws.driver,
      stacks: () => this.aws.stacks,
      publisher: () => this.aws.publisher,
      metrics: () => this.aws.metrics,
      deadlines: () => this.aws.deadlines,
      owners: () => this.aws.owners,
    };
    return new Reconciler({
      stores: this.stores,
      clock: this.clock,
      logger: mockServices.logger.mock(),
      owner,
      targetOf: record => targetOfRecord(record, [STAGE]),
      executor: new Executor(carriers),
      observer: new Observer({
        carriers,
        stores: this.stores,
        gates: async record => withWaivers(this.gates, record.waivers),
        freezeAt: () => this.freeze,
        mayApprove: async person => this.mayApprove(person),
      }),
    });
  }

  async open(patch: Partial<RolloutRecord> = {}): Promise<string> {
    const at = iso(this.now);
    const state =
      patch.state ?? (patch.kind === 'rollback' ? 'PREFLIGHT' : 'GATING');
    const record: RolloutRecord = {
      id: randomUUID(),
      entityRef: 'component:default/claims-api',
      component: 'claims-api',
      stage: 'qa',
      targetArn: ARN,
      stackName: 'svc-claims-api',
      kind: 'promote',
      state,
      version: 1,
      requestedBy: 'user:default/daniel.okafor',
      requestedAt: at,
      idempotencyKey: randomUUID(),
      requestHash: 'hash',
      from: OLD,
      to: {
        releaseId: NEW_RELEASE.id,
        version: '1.1.0',
        contentHash: 'new-hash',
      },
      release: { ...NEW_RELEASE, runsOn: [], ranOn: [] },
      strategy: CANARY,
      step: 0,
      approvalsNeeded: 0,
      gates: [],
      stateSince: at,
      failures: 0,
      steps: [{ state, startedAt: at }],
      nextRunAt: at,
      ...patch,
    };
    await this.stores.commit({ at, evidence: [], opens: record });
    return record.id;
  }

  get(id: string): Promise<RolloutRecord> {
    return this.stores.rollouts.get(id);
  }

  /** Ticks and lets time pass until nothing changes any more. */
  async run(
    id: string,
    options: {
      until?: RolloutRecord['state'];
      worker?: Reconciler;
      ticks?: number;
    } = {},
  ): Promise<RolloutRecord> {
    const worker = options.worker ?? this.worker();
    for (let tick = 0; tick < (options.ticks ?? 80); tick++) {
      const record = await this.get(id);
      if (record.state === options.until) return record;
      if (!record.nextRunAt) return record;
      this.now = Math.max(this.now, Date.parse(record.nextRunAt));
      await worker.tick(id);
    }
    return this.get(id);
  }
}
