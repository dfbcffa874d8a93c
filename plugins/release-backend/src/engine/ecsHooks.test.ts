import { TestDatabases } from '@backstage/backend-test-utils';
import { zipOf } from '@careplane/aws-sandbox';
import { EcsHarness } from '../__testUtils__/EcsHarness';
import { STAGE } from '../__testUtils__/harness';
import { ActService } from '../service/ActService';
import type { RolloutRecord } from './model';

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const DANIEL = 'user:default/daniel.okafor';
const HOOK = `arn:aws:lambda:us-east-1:${STAGE.accountId}:function:smoke-tests`;
jest.setTimeout(90_000);

describe('a deployment of ECS whose lifecycle hook calls a function', () => {
  let t: EcsHarness;
  beforeEach(async () => {
    jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    t = await EcsHarness.start(await databases.init('SQLITE_3'));
  });
  afterEach(() => t.close());

  /** The function answers this, after the new tasks run. */
  async function hooked(answer: string): Promise<void> {
    await t.call('logs', 'CreateLogGroup', {
      logGroupName: '/aws/lambda/smoke-tests',
    });
    await t.call('lambda', 'CreateFunction', {
      FunctionName: 'smoke-tests',
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: `arn:aws:iam::${STAGE.accountId}:role/smoke-tests`,
      Code: {
        ZipFile: await zipOf({
          'index.js': `exports.handler = async ({ hookDetails = {} }) => { console.log('ASKED'); return ${answer}; };`,
        }),
      },
    });
    await t.pass(5_000);
    await t.configure({
      strategy: 'BLUE_GREEN',
      lifecycleHooks: [
        {
          hookTargetArn: HOOK,
          roleArn: `arn:aws:iam::${STAGE.accountId}:role/ecs-hooks`,
          lifecycleStages: ['POST_SCALE_UP'],
        },
      ],
    });
    t.sandbox.requests.clear();
  }
  /** How often the function was called. */
  async function asked(): Promise<number> {
    const { events } = await t.call<{ events: unknown[] }>(
      'logs',
      'FilterLogEvents',
      { logGroupName: '/aws/lambda/smoke-tests', filterPattern: 'ASKED' },
    );
    return events.length;
  }
  /** The function is at work: it has answered that it goes on. */
  async function atWork(id: string): Promise<RolloutRecord> {
    await t.until(id, 'VERIFYING');
    for (let look = 0; look < 200 && (await asked()) === 0; look++) {
      await t.pass(500);
    }
    expect(await asked()).toBe(1);
    await t.worker().tick(id);
    return t.h.get(id);
  }

  it('is done when the function has said so, and not before', async () => {
    await hooked(
      `hookDetails.asked ? { hookStatus: 'SUCCEEDED' } : { hookStatus: 'IN_PROGRESS', callBackDelay: 600, hookDetails: { asked: true } }`,
    );
    const id = await t.promote();
    const working = await atWork(id);
    // It waits for a function, and asks nobody.
    expect([working.state, working.pause]).toEqual(['VERIFYING', undefined]);
    expect(await t.h.stores.rollouts.waiting([working.entityRef])).toEqual([]);
    const done = await t.until(id);
    expect([done.state, done.problem]).toEqual(['SUCCEEDED', undefined]);
    expect(await asked()).toBe(2);
    expect(t.writes()).toEqual(['UpdateService']);
    expect((await t.service()).taskDefinition).toBe(t.two.id);
  });

  it('that fails is taken back by ECS; it is observed, not raced, and its reason is kept', async () => {
    await hooked(`{ hookStatus: 'FAILED' }`);
    const id = await t.promote();
    const done = await t.until(id);
    expect(done.state).toBe('ROLLED_BACK');
    expect(t.writes()).toEqual(['UpdateService']);
    expect((await t.service()).taskDefinition).toBe(t.one.id);
    const said = done.steps.map(step => step.detail ?? '').join();
    expect(`${said} ${done.problem ?? ''}`).toContain('smoke-tests');
    const { records } = await t.h.stores.evidence.query({ limit: 500 });
    expect(records.map(one => one.kind)).not.toContain('rollout-succeeded');
  });

  it('is rolled back by a person while the function still works', async () => {
    await hooked(`{ hookStatus: 'IN_PROGRESS', callBackDelay: 3600 }`);
    const id = await t.promote();
    const working = await atWork(id);
    await new ActService({
      stores: t.h.stores,
      clock: t.h.clock,
      wake: () => {},
    }).act(working, { act: 'send-back' }, DANIEL);
    const done = await t.until(id);
    expect([done.state, done.problem]).toEqual(['ROLLED_BACK', undefined]);
    expect(t.writes()).toEqual(['UpdateService', 'StopServiceDeployment']);
    expect((await t.service()).taskDefinition).toBe(t.one.id);
    expect(await asked()).toBe(1);
  });
});
