import type { RunningSandbox } from '@careplane/aws-sandbox';
import { publishLambda } from './__testUtils__/lambdaRelease';
import { Portal, runOnSandbox } from './__testUtils__/runOnSandbox';
import { deployStack, DEV, QA, until } from './__testUtils__/stacks';

jest.setTimeout(120_000);
const entityRef = 'component:default/claims-api';

describe('on the sandbox, over the real wire', () => {
  let sandbox: RunningSandbox;
  let portal: Portal;
  let close: () => Promise<void>;

  beforeEach(async () => {
    ({ sandbox, portal, close } = await runOnSandbox());
  });
  afterEach(() => close());

  const alias = async (account: string): Promise<string> => {
    const { FunctionVersion } = await sandbox.call(
      'lambda',
      'GetAlias',
      { FunctionName: 'claims-api', Name: 'live' },
      { account },
    );
    return String(FunctionVersion);
  };
  /** A rollback, until the target is held and its stack settled. */
  async function holds(stage: string, index: number) {
    const back = await portal.rollOut({
      entityRef,
      stage,
      kind: 'rollback',
      revisionId: '1',
    });
    expect([back.state, back.problem]).toEqual(['ROLLED_BACK', undefined]);
    const held = await portal.seen('claims-api', index, target =>
      Boolean(
        target.current?.id === '1' && target.hold && target.stack?.settled,
      ),
    );
    expect(held.hold?.by).toBe('user:default/daniel.okafor');
    return back;
  }
  /** Both releases on dev and qa, the newer one live. */
  async function bothLive(strategy?: object) {
    const one = await publishLambda(sandbox, '1.0.0');
    await deployStack(sandbox, DEV, { ...one, operation: 'CreateStack' });
    await portal.running('claims-api', 0, '1.0.0');
    const first = await portal.rollOut({
      entityRef,
      stage: 'qa',
      kind: 'promote',
      releaseId: one.id,
    });
    expect([first.state, first.problem]).toEqual(['SUCCEEDED', undefined]);
    const two = await publishLambda(sandbox, '1.1.0');
    await deployStack(sandbox, DEV, { ...two, operation: 'UpdateStack' });
    await portal.running('claims-api', 0, '1.1.0');
    await portal.running('claims-api', 1, '1.0.0');
    const second = await portal.rollOut({
      entityRef,
      stage: 'qa',
      kind: 'promote',
      releaseId: two.id,
      strategy,
    });
    expect([second.state, second.problem]).toEqual(['SUCCEEDED', undefined]);
    await portal.running('claims-api', 1, '1.1.0');
    return two;
  }

  it('first deployment, canary and rollback; a view causes no AWS call', async () => {
    await bothLive({
      type: 'canary',
      steps: [{ weight: 0.1, bakeSeconds: 1 }],
    });
    const back = await holds('qa', 1);
    expect(await alias(QA)).toBe('1');
    const moves = sandbox.requests
      .since(0)
      .filter(call => call.operation === 'UpdateAlias');
    expect(moves.filter(call => call.account === QA)).toHaveLength(3);
    const { get, path } = portal;
    const audit = await get('/audit?stage=qa&limit=200');
    expect(audit.chain.verified).toBe(true);

    // What the engine had under way has ended; the poller comes in an hour.
    await until(
      async () => {
        const count = sandbox.requests.since(0).length;
        await new Promise(resolve => {
          setTimeout(resolve, 1_200);
        });
        return sandbox.requests.since(0).length - count;
      },
      more => more === 0,
    );
    const before = sandbox.requests.since(0).length;
    for (let i = 0; i < 50; i++) {
      const seen = await get(path('claims-api'));
      expect(seen.targets[1].target.current.version).toBe('1.0.0');
      expect((await get('/overview')).items).toHaveLength(2);
      await get('/audit?limit=50');
      await get(`/rollouts/${back.id}`);
    }
    expect(sandbox.requests.since(0)).toHaveLength(before);
  });

  it('a held target stays where it is', async () => {
    const two = await bothLive();
    await holds('qa', 1);
    const own = (changed: Record<string, string>) =>
      deployStack(sandbox, QA, {
        name: two.name,
        operation: 'UpdateStack',
        parameters: {
          ...Object.fromEntries(
            Object.keys(two.parameters).map(name => [name, undefined]),
          ),
          LiveVersion: undefined,
          ...changed,
        },
      });
    // Somebody's own update of the stack that succeeds.
    expect(await own({ Memory: '256' })).toBe('UPDATE_COMPLETE');
    expect(await alias(QA)).toBe('1');
    // One that wants to move the alias and ends in UPDATE_ROLLBACK.
    expect(await own({ Memory: '512', LiveVersion: '2' })).toBe(
      'UPDATE_ROLLBACK_COMPLETE',
    );
    expect(await alias(QA)).toBe('1');

    // Dev: a new commit, then a retry of the pipeline.
    await holds('dev', 0);
    const three = await publishLambda(sandbox, '1.2.0');
    const pipeline = () =>
      deployStack(sandbox, DEV, {
        ...three,
        operation: 'UpdateStack',
        parameters: { ...three.parameters, LiveVersion: 'latest' },
      });
    expect(await pipeline()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await alias(DEV)).toBe('1');
    expect(await pipeline()).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await alias(DEV)).toBe('1');

    // Lifting the hold moves nothing; the pipeline's next deployment does.
    const arn = `arn:aws:lambda:us-east-1:${DEV}:function:claims-api:live`;
    await portal.post('/targets/hold/lift', { arn, reason: 'fixed' });
    await until(
      () =>
        sandbox.call(
          'cloudformation',
          'GetStackPolicy',
          { StackName: three.name },
          { account: DEV },
        ),
      policy => !String(policy.StackPolicyBody).includes('Deny'),
    );
    expect(await alias(DEV)).toBe('1');
    expect(await pipeline()).toBe('UPDATE_COMPLETE');
    expect(Number(await alias(DEV))).toBeGreaterThan(2);
  });
});
