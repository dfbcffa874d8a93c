import type {
  RolloutState,
  Stage,
} from '@careplane/backstage-plugin-release-common';
import type { GateCollector } from '../gates/GateCollector';
import type { Stores } from '../store';
import type { ReleaseComponent } from '../components';
import { Planner } from './Planner';
import type { Views } from './Views';

const prod = { name: 'prod', title: 'Production', approvals: 1 } as Stage;
const target = { arn: 'arn', kind: 'lambda-alias', stage: prod };
const releases = [
  { id: 'old', version: '1.4.0', builtAt: '2026-11-01T10:00:00Z' },
  { id: 'runs', version: '1.5.0', builtAt: '2026-11-02T10:00:00Z' },
  { id: 'new', version: '1.6.0', builtAt: '2026-11-03T10:00:00Z' },
];

async function planOf(
  asked: { releaseId: string } | { revisionId: string },
  rollbackOptions: object[] = [],
  more: object = {},
) {
  const status = {
    arn: 'arn',
    health: 'healthy',
    current: { id: '7', releaseId: 'runs', version: '1.5.0' },
    history: [],
    rollbackOptions,
    ...more,
  };
  const planner = new Planner({
    views: {
      component: async () => ({
        blocks: [{ target: status }],
        releases,
      }),
    } as unknown as Views,
    stores: {
      rollouts: { activeOn: async () => undefined },
      targets: { facts: async () => new Map() },
      releases: { templates: async () => new Map() },
    } as unknown as Stores,
    gates: { collect: async () => [] } as unknown as GateCollector,
    stages: [{ name: 'dev' } as Stage, prod],
    clock: { now: async () => Date.parse('2026-11-04T00:00:00Z') },
    freezes: [],
  });
  const entityRef = 'component:default/claims-api';
  const component = { entityRef, name: 'claims-api', targets: [target] };
  return planner.plan(
    component as unknown as ReleaseComponent,
    {
      entityRef,
      stage: 'prod',
      kind: 'releaseId' in asked ? 'promote' : 'rollback',
      ...asked,
    },
    { via: 'browser' },
  );
}

/** A rollback from version 7 over another rollout; 1.5.0 lost a column. */
async function rollbackOver(
  state: RolloutState,
  revisionId: string,
  waivers?: { gate: string; reason: string }[],
) {
  const revision = (id: string, releaseId: string) => ({
    revision: { id, releaseId, contentHash: `hash-${id}` },
  });
  const history = [revision('5', 'older'), revision('6', 'old')];
  const status = {
    arn: 'arn',
    health: 'healthy',
    current: { id: '7', releaseId: 'runs', contentHash: 'hash-7' },
    history,
    rollbackOptions: [],
  };
  const active = { kind: 'promote', state, from: history[1].revision };
  const planner = new Planner({
    views: {
      component: async () => ({
        blocks: [{ target: status }],
        releases: releases.map(one =>
          one.id === 'runs'
            ? { ...one, database: { contracts: ['drop-ssn'] } }
            : one,
        ),
      }),
    } as unknown as Views,
    stores: {
      rollouts: { activeOn: async () => active },
    } as unknown as Stores,
    gates: {} as unknown as GateCollector,
    stages: [prod],
    clock: { now: async () => Date.parse('2026-11-04T00:00:00Z') },
    freezes: [],
  });
  const entityRef = 'component:default/claims-api';
  const component = { entityRef, name: 'claims-api', targets: [target] };
  return planner.plan(
    component as unknown as ReleaseComponent,
    { entityRef, stage: 'prod', kind: 'rollback', revisionId, waivers },
    { via: 'browser', person: 'user:default/maya.chen' },
  );
}

describe('Planner', () => {
  it.each([
    ['GATING', '6'],
    ['BAKING', '5'],
    ['EXTERNAL_CHANGE', '6'],
  ] as const)(
    'asks the database while a rollout is %s and revision %s is not where its users came from (INV-37)',
    async (state, revisionId) => {
      const shut = await rollbackOver(state, revisionId);
      expect(shut.blockers.join()).toMatch(/Database: .*drop-ssn/);
      const waived = await rollbackOver(state, revisionId, [
        { gate: 'database', reason: 'column is restored' },
      ]);
      expect(waived.blockers).toEqual([]);
      expect(waived.waivers).toMatchObject([{ gate: 'database' }]);
    },
  );

  it('only says what a canary that is sent back crosses of the database', async () => {
    const plan = await rollbackOver('BAKING', '6');
    expect(plan.blockers).toEqual([]);
    expect(plan.warnings.join()).toMatch(/drop-ssn/);
  });

  it('warns of promoting what is older than what runs, and of nothing newer', async () => {
    await expect(planOf({ releaseId: 'old' })).resolves.toMatchObject({
      warnings: [
        'This is older than what runs (1.5.0). To go back, use Roll back.',
      ],
      blockers: [],
    });
    await expect(planOf({ releaseId: 'new' })).resolves.toMatchObject({
      warnings: [],
    });
  });

  it('refuses to promote what is older and can be rolled back to', async () => {
    const ran = { revision: { id: '5', releaseId: 'old' }, ready: 'ready' };
    const { blockers } = await planOf({ releaseId: 'old' }, [ran]);
    expect(blockers).toEqual([
      'This is older than what runs (1.5.0). To go back, use Roll back.',
    ]);
  });

  it('refuses a rollback to what was rolled away from, but not to undo a change made outside', async () => {
    const option = {
      revision: { id: '9', releaseId: 'new', version: '1.6.0' },
      ready: 'ready',
      checks: [],
      rolledAwayAt: '2026-11-03T22:00:00Z',
    };
    const { blockers } = await planOf({ revisionId: '9' }, [option]);
    expect(blockers).toEqual([
      expect.stringContaining('lift the hold, and promote it'),
    ]);
    const undone = await planOf({ revisionId: '9' }, [option], {
      outsideChange: { from: { id: '9' } },
    });
    expect(undone.blockers).toEqual([]);
  });
});
