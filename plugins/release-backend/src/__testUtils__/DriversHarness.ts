import { ConfigReader } from '@backstage/config';
import { mockServices } from '@backstage/backend-test-utils';
import {
  AwsBudgets,
  createEndpointGuard,
  DefaultAwsAccounts,
  DefaultAwsClients,
} from '@careplane/aws-node';
import { RunningSandbox } from '@careplane/aws-sandbox';
import { addAwsDrivers } from '@careplane/backstage-plugin-release-backend-module-aws';
import type {
  DeploymentPort,
  TargetDriver,
} from '@careplane/backstage-plugin-release-node';
import type { Knex } from 'knex';
import { DriverRegistry } from '../drivers';
import { Executor } from '../engine/Executor';
import type { RolloutRecord } from '../engine/model';
import { Carriers, Observer } from '../engine/Observer';
import { Reconciler } from '../engine/Reconciler';
import { targetOfRecord } from '../engine/targetOfRecord';
import { Harness, STAGE } from './harness';

/** Budgets refill in real time, and here none passes. */
const UNLIMITED: AwsBudgets = {
  setShare: () => {},
  acquire: async () => () => {},
  usage: () => [],
};
export const QA = { account: STAGE.accountId };

/** A driver whose methods may be spread. */
const bound = (real: TargetDriver): TargetDriver => ({
  kind: real.kind,
  supports: real.supports.bind(real),
  observe: real.observe.bind(real),
  viability: real.viability.bind(real),
  preflight: real.preflight?.bind(real),
  readiness: real.readiness?.bind(real),
  shift: real.shift.bind(real),
  preparation: real.preparation?.bind(real),
  prepare: real.prepare?.bind(real),
  continueDeployment: real.continueDeployment?.bind(real),
  restoreConfiguration: real.restoreConfiguration?.bind(real),
  history: real.history.bind(real),
});

/** The engine with the real AWS drivers over a sandbox, in one time. */
export class DriversHarness {
  readonly h: Harness;
  /** Wraps the port of the next worker. */
  port: (real: DeploymentPort) => DeploymentPort = real => real;

  constructor(readonly sandbox: RunningSandbox, knex: Knex) {
    this.h = new Harness(knex);
    this.h.now = sandbox.clock.now().getTime();
    process.env.AWS_ENDPOINT_URL = sandbox.url;
  }

  async close(): Promise<void> {
    delete process.env.AWS_ENDPOINT_URL;
    await this.sandbox.close();
  }

  call<T = Record<string, unknown>>(
    service: string,
    operation: string,
    input: object,
  ): Promise<T> {
    return this.sandbox.call<T>(service, operation, input, QA);
  }

  /** Both clocks, together. */
  async pass(ms: number): Promise<void> {
    await this.sandbox.clock.advance(ms);
    this.h.now = this.sandbox.clock.now().getTime();
  }

  /** A worker as a fresh process has it; `wrap` may let its driver fail. */
  worker(
    wrap: (real: TargetDriver) => TargetDriver = real => real,
  ): Reconciler {
    const config = new ConfigReader({
      aws: {
        mainAccount: { accessKeyId: '111111111111', secretAccessKey: 'x' },
        accountDefaults: { roleName: 'careplane-read', region: 'us-east-1' },
        accounts: [{ accountId: STAGE.accountId }],
      },
    });
    const logger = mockServices.logger.mock();
    const accounts = DefaultAwsAccounts.fromConfig(config);
    const clients = new DefaultAwsClients(accounts, UNLIMITED, {
      version: '0',
      guard: createEndpointGuard({ local: true, env: {} }),
    });
    const registry = new DriverRegistry();
    const now = () => this.h.now;
    addAwsDrivers(registry, { accounts, clients, config, logger, now });
    const port = this.port(registry.deployments()!);
    const carriers: Carriers = {
      driver: kind => wrap(bound(registry.driver(kind))),
      stacks: () => registry.stacks(),
      deployments: () => port,
    };
    return new Reconciler({
      stores: this.h.stores,
      clock: this.h.clock,
      logger,
      owner: `worker-${Math.random()}`,
      targetOf: record => targetOfRecord(record, [STAGE]),
      executor: new Executor(carriers),
      observer: new Observer({
        carriers,
        stores: this.h.stores,
        gates: async () => this.h.gates,
        freezeAt: () => this.h.freeze,
        mayApprove: async () => true,
      }),
    });
  }

  /** Ticks, with time passing, until the state is reached or all is over. */
  async until(
    id: string,
    wanted?: RolloutRecord['state'] | ((record: RolloutRecord) => boolean),
    worker = this.worker(),
  ): Promise<RolloutRecord> {
    const there = (record: RolloutRecord) =>
      typeof wanted === 'function' ? wanted(record) : record.state === wanted;
    for (let tick = 0; tick < 200; tick++) {
      const record = await this.h.get(id);
      if (there(record) || !record.nextRunAt) return record;
      await this.pass(Math.max(500, Date.parse(record.nextRunAt) - this.h.now));
      await worker.tick(id);
    }
    return this.h.get(id);
  }
}
