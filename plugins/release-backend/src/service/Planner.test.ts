import type { Stage } from '@careplane/backstage-plugin-release-common';
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

async function warningsOf(releaseId: string) {
  const status = {
    arn: 'arn',
    health: 'healthy',
    current: { id: '7', releaseId: 'runs', version: '1.5.0' },
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
    stages: [prod],
    clock: { now: async () => Date.parse('2026-11-04T00:00:00Z') },
    freezes: [],
  });
  const entityRef = 'component:default/claims-api';
  const component = { entityRef, name: 'claims-api', targets: [target] };
  const plan = await planner.plan(
    component as unknown as ReleaseComponent,
    { entityRef, stage: 'prod', kind: 'promote', releaseId },
    { via: 'browser' },
  );
  return plan.warnings;
}

describe('Planner', () => {
  it('warns of promoting what is older than what runs, and of nothing newer', async () => {
    await expect(warningsOf('old')).resolves.toEqual([
      'This is older than what runs (1.5.0). To go back, use Roll back.',
    ]);
    await expect(warningsOf('new')).resolves.toEqual([]);
  });
});
