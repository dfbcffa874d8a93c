import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ControlPlane } from './control/ControlPlane';
import { Faults } from './control/Faults';
import { Quotas, type QuotaOption } from './control/Quotas';
import { RequestLog } from './control/RequestLog';
import { Credentials } from './Credentials';
import { Dispatcher } from './Dispatcher';
import { EventHub } from './events/EventHub';
import { eventOfTrail } from './events/ofTrail';
import { AwsApi } from './http/AwsApi';
import { basicUser, credentialScope } from './http/identity';
import { SandboxServer } from './http/SandboxServer';
import { FileBlobs } from './state/FileBlobs';
import { JobQueue } from './state/JobQueue';
import { JsonState } from './state/JsonState';
import { OlderStates } from './state/OlderStates';
import { Trail } from './trail/Trail';
import type { Sandbox, SandboxLog, ServiceDefinition } from './types';

export interface CreateSandboxOptions {
  services: readonly ServiceDefinition[];
  /** Where state is kept; a temporary folder, removed on close, without it. */
  dataDir?: string;
  /** 0 for any free port. */
  port?: number;
  log?: SandboxLog;
  /** Whether AWS's published quotas throttle; `off` by default. */
  quotas?: QuotaOption;
  /** Runs with the port open; until it has ended, health says "starting". */
  prepare?(sandbox: RunningSandbox): Promise<void>;
}

/** A sandbox that listens. */
export interface RunningSandbox extends Sandbox {
  readonly port: number;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly quotas: Quotas;
  /** Stops, writes all state, and removes a temporary folder. */
  close(): Promise<void>;
}

const SILENT: SandboxLog = { info: () => {}, warn: () => {} };

/** Puts the parts together and opens the port. */
export async function createSandbox(
  options: CreateSandboxOptions,
): Promise<RunningSandbox> {
  const dataDir = options.dataDir
    ? resolve(options.dataDir)
    : mkdtempSync(join(tmpdir(), 'careplane-sandbox-'));
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const log = options.log ?? SILENT;
  const clock: { now?: () => Date } = {};
  const older = new OlderStates(() => (clock.now?.() ?? new Date()).getTime());
  const state = new JsonState(
    join(dataDir, 'state'),
    older,
    Boolean(options.dataDir),
  );
  const jobs = new JobQueue(
    state.store('sandbox', 'all', 'jobs'),
    state.store('sandbox', 'all', 'clock'),
    log,
  );
  const credentials = new Credentials(
    state.store('sandbox', 'all', 'sessions'),
    jobs,
  );
  const events = new EventHub(log);
  clock.now = () => jobs.now();
  const faults = new Faults(older);
  const requests = new RequestLog();
  const quotas = new Quotas(jobs, options.quotas);
  const closers: (() => void | Promise<void>)[] = [];
  let url = '';
  let port = 0;
  let ready = false;
  const self: { sandbox?: RunningSandbox } = {};
  const current = () => {
    if (!self.sandbox) throw new Error('The sandbox is not put together yet');
    return self.sandbox;
  };

  const dispatcher = new Dispatcher(options.services, current);
  // A role that cannot be assumed cannot be assumed by AWS's own services either.
  const refusalOf = (
    ...[id, operation, , as]: Parameters<Dispatcher['call']>
  ) => {
    const service = id === 'sts' ? dispatcher.find(id) : undefined;
    return (
      service && faults.take({ service, operation, account: as.account }).error
    );
  };
  const api = new AwsApi({
    dispatcher,
    credentials,
    faults,
    requests,
    quotas,
    older: {
      writeBegins: (service, account) => older.writeBegins(service, account),
      sandboxAsOf: milliseconds =>
        Object.create(current(), {
          store: {
            value: (...where: [string, string, string]) =>
              state.olderStore(...where, milliseconds),
          },
        }),
    },
    sandbox: current,
  });
  const control = new ControlPlane({
    clock: jobs,
    faults,
    requests,
    quotas,
    services: () => dispatcher.all().map(service => service.id),
    ready: () => ready,
  });
  const server = new SandboxServer({
    api,
    control,
    sandbox: current,
    log,
  });

  const sandbox: RunningSandbox = {
    clock: jobs,
    jobs,
    blobs: new FileBlobs(join(dataDir, 'blobs')),
    trail: new Trail(
      join(dataDir, 'trail'),
      () => jobs.now(),
      record => events.emit(eventOfTrail(record)),
    ),
    events,
    log,
    dataDir,
    faults,
    requests,
    quotas,
    credentials,
    get url() {
      return url;
    },
    get port() {
      return port;
    },
    store: (service, account, name) => state.store(service, account, name),
    accounts: (service, name) => state.accounts(service, name),
    call: async <T>(...args: Parameters<Dispatcher['call']>) => {
      const refused = refusalOf(...args);
      if (refused) throw refused;
      return (await dispatcher.call(...args)) as T;
    },
    identify: headers =>
      credentials.callerOf(
        credentialScope(headers.authorization).accessKeyId ??
          basicUser(headers),
      ),
    onClose: run => closers.push(run),
    async close() {
      await server.close();
      for (const run of closers.reverse()) await run();
      await jobs.stop();
      state.flush();
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };

  self.sandbox = sandbox;
  for (const service of options.services) await service.setup?.(sandbox);
  port = await server.listen(options.port ?? 0);
  url = `http://127.0.0.1:${port}`;
  jobs.start();
  try {
    await options.prepare?.(sandbox);
  } catch (error) {
    await sandbox.close();
    throw error;
  }
  ready = true;
  return sandbox;
}
