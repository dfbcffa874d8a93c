import { ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  installCanaryDeadline,
  RunningSandbox,
  startSandbox,
} from '@careplane/aws-sandbox';
import Knex from 'knex';
import { Harness, OLD } from './__testUtils__/harness';
import { ZIPS } from './__testUtils__/lambdaRelease';
import type { RolloutRecord } from './engine/model';
import { ActService } from './service/ActService';

jest.setTimeout(90_000);

const QA = { account: '222222222222' };
const DANIEL = 'user:default/daniel.okafor';
const TRANSFORM = require.resolve(
  '@backstage/cli-node/config/nodeTransform.cjs',
);

const hashOf = (version: keyof typeof ZIPS) =>
  createHash('sha256')
    .update(Buffer.from(ZIPS[version], 'base64'))
    .digest('base64');

async function until<T>(
  what: string,
  read: () => T | Promise<T>,
  done: (value: T) => boolean,
  limitMs = 12_000,
  everyMs = 50,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = await read();
    if (done(value)) return value;
    if (Date.now() > end) {
      throw new Error(
        `Not within ${limitMs} ms: ${what}. ${JSON.stringify(value)}`,
      );
    }
    await new Promise(resolve => {
      setTimeout(resolve, everyMs);
    });
  }
}

describe('a backend that is killed', () => {
  let sandbox: RunningSandbox;
  let folder: string;
  let h: Harness;
  let knex: ReturnType<typeof Knex>;
  let child: ChildProcess | undefined;

  beforeEach(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    sandbox = await startSandbox();
    folder = mkdtempSync(join(tmpdir(), 'careplane-kill-'));
    knex = Knex({
      client: 'better-sqlite3',
      connection: { filename: join(folder, 'release.sqlite') },
      useNullAsDefault: true,
    });
    h = await Harness.create(knex);
    h.now = Date.now();
    const lambda = (operation: string, input: object) =>
      sandbox.call(
        'lambda',
        operation,
        { FunctionName: 'claims-api', ...input },
        QA,
      );
    await lambda('CreateFunction', {
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::222222222222:role/claims-api',
      Code: { ZipFile: Buffer.from(ZIPS['1.0.0'], 'base64') },
    });
    await sandbox.clock.advance(60_000);
    await lambda('PublishVersion', {});
    await lambda('CreateAlias', { Name: 'live', FunctionVersion: '1' });
    await lambda('UpdateFunctionCode', {
      ZipFile: Buffer.from(ZIPS['1.1.0'], 'base64'),
    });
    await sandbox.clock.advance(60_000);
    await lambda('PublishVersion', {});
    await sandbox.clock.advance(60_000);
  });
  afterEach(async () => {
    child?.kill('SIGKILL');
    await knex.destroy();
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    child = fork(
      join(__dirname, '__testUtils__/engineProcess.ts'),
      [join(folder, 'release.sqlite')],
      {
        execArgv: ['--require', TRANSFORM],
        silent: true,
        env: { PATH: process.env.PATH, AWS_ENDPOINT_URL: sandbox.url },
      },
    );
    let complaint = '';
    child.stderr?.on('data', text => {
      complaint += text;
    });
    // The transform reports each file that it reads as a message, too.
    const own = child;
    await new Promise<void>((resolve, reject) => {
      own.on('message', message => message === 'started' && resolve());
      own.on('exit', () =>
        reject(new Error(`The engine did not start: ${complaint}`)),
      );
    });
  }

  const writes = () =>
    sandbox.requests.since(0).filter(one => one.operation === 'UpdateAlias');

  /** Kills at the moment when AWS has the write: nothing after it is kept. */
  async function killAtWrite(count: number): Promise<void> {
    await until(
      `write ${count}`,
      writes,
      all => all.length >= count,
      20_000,
      1,
    );
    child!.kill('SIGKILL');
    await once(child!, 'exit');
  }

  const reaches = (
    id: string,
    state: RolloutRecord['state'],
    limitMs?: number,
  ) =>
    until(
      state,
      () => h.get(id),
      record => record.state === state,
      limitMs,
    );

  async function act(id: string, wish: 'complete' | 'send-back') {
    const acts = new ActService({
      stores: h.stores,
      clock: { now: async () => Date.now() },
      wake: () => {},
    });
    await acts.act(await h.get(id), { act: wish, comment: 'seen' }, DANIEL);
  }

  const open = () =>
    h.open({
      state: 'PREFLIGHT',
      candidate: { id: '2', contentHash: hashOf('1.1.0'), version: '1.1.0' },
      from: { ...OLD, contentHash: hashOf('1.0.0') },
      strategy: { type: 'canary', steps: [{ weight: 0.1, bakeSeconds: 3600 }] },
    });

  async function recordIsWhole(id: string, alias: string) {
    const intents = await h.stores.intents.of(id);
    expect(intents.map(one => [one.api, one.outcome])).toEqual([
      ['lambda:UpdateAlias', 'done'],
      ['lambda:UpdateAlias', 'done'],
    ]);
    expect(writes()).toHaveLength(2);
    expect((await h.stores.evidence.verify('now')).verified).toBe(true);
    const live = await sandbox.call<{
      FunctionVersion?: string;
      RoutingConfig?: { AdditionalVersionWeights?: Record<string, number> };
    }>('lambda', 'GetAlias', { FunctionName: 'claims-api', Name: 'live' }, QA);
    expect(live).toMatchObject({ FunctionVersion: alias });
    expect(JSON.stringify(live.RoutingConfig ?? {})).not.toContain('0.1');
  }

  it('killing the backend during a canary and starting it again never doubles a write', async () => {
    const id = await open();
    await start();
    await killAtWrite(1);
    await start();
    // The dead process's lease is not waited for: it lasts longer than this.
    await reaches(id, 'BAKING', 8_000);
    expect(writes()).toHaveLength(1);
    await act(id, 'complete');
    await killAtWrite(2);
    await start();
    await reaches(id, 'SUCCEEDED', 8_000);
    await recordIsWhole(id, '2');
  });

  it('killing the backend while a canary is sent back never doubles the return', async () => {
    const id = await open();
    await start();
    await reaches(id, 'BAKING');
    child!.kill('SIGKILL');
    await act(id, 'send-back');
    await start();
    await killAtWrite(2);
    await start();
    await reaches(id, 'ROLLED_BACK', 8_000);
    await expect(recordIsWhole(id, '1')).resolves.toBeUndefined();
  });

  it('all replicas dead until after the deadline: the account itself returns the canary, and the record says so (INV-27)', async () => {
    await installCanaryDeadline(sandbox, QA);
    const id = await open();
    await start();
    await reaches(id, 'BAKING');
    child!.kill('SIGKILL');
    await once(child!, 'exit');
    expect(writes()).toHaveLength(1);

    // Both clocks pass the end of the bake and `maxUnattended`, and an hour.
    const away = (1 + 6 + 1) * 3_600_000;
    await sandbox.clock.advance(away);
    await knex('clock_offset').update({ offset_ms: away });
    await until('the function to return it', writes, all => all.length === 2);
    const record = await h.get(id);
    expect(record.state).toBe('BAKING');

    await start();
    const done = await reaches(id, 'ROLLED_BACK', 20_000);
    // The step keeps it; as a problem it is over once the stack is settled.
    expect(done.steps.at(-1)?.detail).toContain(
      "the canary's deadline returned all of qa",
    );
    expect(done.returnedBy?.actor).toBe(
      'assumed-role/careplane-canary-deadline/careplane-canary-deadline',
    );
    const evidence = await h.stores.evidence.ofRollout(id);
    expect(
      evidence.find(({ kind }) => kind === 'rollout-verifying-rollback')?.facts,
    ).toMatchObject({
      reason: 'canary deadline',
      writer:
        'assumed-role/careplane-canary-deadline/careplane-canary-deadline',
    });
    expect((await h.stores.evidence.verify('now')).verified).toBe(true);
    // Nothing was written but the canary and its return by the function.
    expect(writes().map(one => one.principal.split('/')[1])).toEqual([
      'careplane-release',
      'careplane-canary-deadline',
    ]);
    const { Schedules } = await sandbox.call<{ Schedules: object[] }>(
      'scheduler',
      'ListSchedules',
      {},
      QA,
    );
    expect(Schedules).toEqual([]);
  });
});
