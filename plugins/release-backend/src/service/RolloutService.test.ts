import type { RolloutRecord } from '../engine/model';
import type { Clock, Stores } from '../store';
import type { Planner } from './Planner';
import { RolloutService } from './RolloutService';

const revision = (id: string) => ({ id, contentHash: `hash-${id}` });

/** Rolls back while another rollout holds the slot; the facts say '7'. */
async function rollBackOver(active: Partial<RolloutRecord>) {
  const plan = {
    target: { arn: 'arn', stage: { name: 'prod' } },
    from: revision('7'),
    returnTo: revision('6'),
    active: {
      id: 'a',
      targetArn: 'arn',
      stage: 'prod',
      to: {},
      steps: [],
      ...active,
    },
    gates: [],
    blockers: [],
  };
  const service = new RolloutService({
    stores: {
      rollouts: { findByKey: async () => undefined },
      commit: async () => undefined,
    } as unknown as Stores,
    clock: { now: async () => Date.now() } as unknown as Clock,
    planner: { plan: async () => plan } as unknown as Planner,
    wake: () => {},
  });
  const component = {
    entityRef: 'component:default/claims-api',
    name: 'claims-api',
    title: 'claims-api',
    targets: [],
  };
  return service.start(
    component,
    {
      entityRef: component.entityRef,
      stage: 'prod',
      kind: 'rollback',
      revisionId: '6',
      idempotencyKey: 'key',
    },
    { person: 'user:default/maya.chen', via: 'browser' },
  );
}

describe('RolloutService', () => {
  it('rolls back from what an outside change was seen to leave, not from older facts', async () => {
    const opened = await rollBackOver({
      state: 'EXTERNAL_CHANGE',
      external: { stable: revision('9') },
    });
    expect(opened.from?.id).toBe('9');
  });

  it('keeps to the facts after a failed rollback, whose first look is older', async () => {
    const opened = await rollBackOver({
      state: 'ROLLBACK_FAILED',
      external: { stable: revision('9') },
    });
    expect(opened.from?.id).toBe('7');
  });
});
