import { ConflictError } from '@backstage/errors';
import type { RolloutRecord } from '../engine/model';
import type { Change, Clock, Stores } from '../store';
import type { Plan, Planner } from './Planner';
import { RolloutService } from './RolloutService';

const revision = (id: string) => ({ id, contentHash: `hash-${id}` });

/** Rolls back while another rollout holds the slot; the facts say '7'. */
async function rollBackOver(
  active: Partial<RolloutRecord>,
  more: Partial<Plan> = {},
  commit: (change: Change) => void = () => {},
) {
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
      gates: [],
      ...active,
    },
    gates: [],
    blockers: [],
    ...more,
  };
  const service = new RolloutService({
    stores: {
      rollouts: { findByKey: async () => undefined },
      takeovers: { findByKey: async () => undefined },
      commit: async (change: Change) => {
        commit(change);
        return change.opens ? undefined : change.rollout;
      },
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
  it('keeps what was waived where a rollback turns a rollout, and leaves it to be looked at', async () => {
    const waiver = {
      gate: 'database',
      reason: 'column is restored',
      by: 'user:default/maya.chen',
      at: '2026-11-30T03:00:00.000Z',
      summary: 'Going back crosses drop-ssn.',
    };
    const gate = {
      id: 'database',
      title: 'Database',
      state: 'waived' as const,
      summary: '',
    };
    const changes: Change[] = [];
    const turned = await rollBackOver(
      { kind: 'promote', state: 'BAKING' },
      { waivers: [waiver], gates: [gate] },
      change => changes.push(change),
    );
    expect(turned).toMatchObject({
      id: 'a',
      state: 'ROLLING_BACK',
      waivers: [waiver],
      gates: [gate],
      review: { gate: 'database', reason: waiver.reason },
    });
    expect(changes[0].evidence.map(({ kind }) => kind)).toEqual([
      'rollback-requested',
      'gate-waived',
    ]);
  });

  it('plans anew where the engine wrote what is active just before, and gives up after five times', async () => {
    const conflict = new ConflictError('The rollout has changed since.');
    const rollBack = async (conflicts: number) => {
      let tries = 0;
      const turned = await rollBackOver(
        { kind: 'promote', state: 'BAKING' },
        {},
        () => {
          tries += 1;
          if (tries <= conflicts) throw conflict;
        },
      ).catch(error => error);
      return [tries, turned.state ?? turned.name];
    };
    expect(await rollBack(4)).toEqual([5, 'ROLLING_BACK']);
    expect(await rollBack(9)).toEqual([5, 'ConflictError']);
  });

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
