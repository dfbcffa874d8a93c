import type { RunningSandbox } from '@careplane/aws-sandbox';
import { publishLambda } from '../__testUtils__/lambdaRelease';
import { Portal, runOnSandbox } from '../__testUtils__/runOnSandbox';
import { deployStack, DEV } from '../__testUtils__/stacks';

jest.setTimeout(120_000);

describe('a rehearsed rollback, over the real wire', () => {
  let sandbox: RunningSandbox;
  let portal: Portal;
  let close: () => Promise<void>;

  beforeEach(async () => {
    ({ sandbox, portal, close } = await runOnSandbox());
    for (const [version, operation] of [
      ['1.0.0', 'CreateStack'],
      ['1.1.0', 'UpdateStack'],
    ] as const) {
      const made = await publishLambda(sandbox, version);
      await deployStack(sandbox, DEV, { ...made, operation });
      await portal.running('claims-api', 0, version);
    }
  });
  afterEach(() => close());

  const rehearse = (revisionId = '1') =>
    portal.post('/drills', {
      entityRef: 'component:default/claims-api',
      stage: 'dev',
      revisionId,
    });

  it('makes the readings and the decisions, measures them, and writes nothing to AWS (N13)', async () => {
    const before = sandbox.requests.since(0).length;
    const drill = await rehearse();
    expect(drill).toMatchObject({
      outcome: 'would-succeed',
      api: 'lambda:UpdateAlias',
      revision: { id: '1', version: '1.0.0' },
      by: 'user:default/daniel.okafor',
    });
    expect(drill.steps.map((one: { id: string }) => one.id)).toEqual([
      'plan',
      'target',
      'revision',
      'write',
      'stack',
    ]);
    const calls = sandbox.requests.since(0).slice(before);
    const names = calls.map(call => call.operation);
    expect(names).toContain('GetAlias');
    expect(
      names.filter(name => !/^(Get|List|Describe|AssumeRole$)/.test(name)),
    ).toEqual([]);

    const page = await portal.get(portal.path('claims-api'));
    expect(page.targets[0].target.lastDrill).toMatchObject({
      by: 'user:default/daniel.okafor',
      revisionId: '1',
      outcome: 'would-succeed',
      ms: drill.ms,
    });
    const audit = await portal.get('/audit?kind=rollback-rehearsed');
    expect(audit.chain.verified).toBe(true);
    expect(audit.records[0].facts).toMatchObject({
      toRevision: '1',
      outcome: 'would-succeed',
      durationMs: drill.ms,
    });
  });

  it('finds the deleted version before anybody needs it, and never takes silence for success', async () => {
    const fault = { kind: 'deny' as const, operation: 'GetAlias' };
    sandbox.faults.add(fault);
    const silent = await rehearse();
    expect(silent.outcome).toBe('unknown');
    sandbox.faults.clear();
    await sandbox.call(
      'lambda',
      'DeleteFunction',
      { FunctionName: 'claims-api', Qualifier: '1' },
      { account: DEV },
    );
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 20_000);
    const drill = await rehearse();
    now.mockRestore();
    expect(drill.outcome).toBe('would-fail');
    expect(
      drill.steps.find((one: { id: string }) => one.id === 'revision'),
    ).toMatchObject({ state: 'fail', summary: 'Version 1 was deleted.' });
  });
});
