import type { ObservedTarget } from '@careplane/backstage-plugin-release-node';
import type { Observation } from '../engine/decision';
import type { RolloutRecord } from '../engine/model';
import { ALL_AT_ONCE } from '../service/strategies';
import { decideWrite } from './Drills';

const now = Date.parse('2026-01-02T00:00:00Z');
const at = new Date(now).toISOString();
const family = 'arn:aws:ecs:us-east-1:222222222222:task-definition/video';
const [old, bad] = [`${family}:1`, `${family}:2`].map(id => ({
  id,
  contentHash: id,
}));
const record: RolloutRecord = {
  id: 'drill',
  entityRef: 'component:default/video',
  component: 'video',
  stage: 'qa',
  targetArn: 'arn:aws:ecs:us-east-1:222222222222:service/careplane/video',
  stackName: 'svc-video',
  kind: 'rollback',
  state: 'PREFLIGHT',
  version: 1,
  requestedBy: 'user:default/x',
  requestedAt: at,
  idempotencyKey: 'drill',
  requestHash: 'drill',
  from: bad,
  to: { revisionId: old.id, contentHash: old.contentHash },
  returnTo: old,
  strategy: ALL_AT_ONCE,
  step: 0,
  approvalsNeeded: 0,
  gates: [],
  stateSince: at,
  failures: 0,
  steps: [],
};
const service: ObservedTarget = { exists: true, stable: bad };
const group =
  'arn:aws:codedeploy:us-east-1:222222222222:deploymentgroup:video/blue-green';

const rehearsed = (
  seen: Partial<Observation>,
  of: Partial<RolloutRecord> = {},
) =>
  decideWrite(
    { ...record, ...of },
    async () => ({
      intents: [],
      target: service,
      viability: [],
      preparation: 'none',
      ...seen,
    }),
    now,
  );

describe('the write that a rehearsed rollback of a service comes to', () => {
  it('is a deployment of ECS', async () => {
    const { outcome, write } = await rehearsed({});
    expect(outcome.state).toBe('pass');
    expect(write?.api).toBe('ecs:UpdateService');
  });

  it('is a deployment of its group under CodeDeploy', async () => {
    const { outcome, write } = await rehearsed({
      target: { ...service, controller: 'code-deploy' },
      delegation: { groupArn: group },
    });
    expect(outcome.state).toBe('pass');
    expect(write?.api).toBe('codedeploy:CreateDeployment');
  });

  it('fails where CodeDeploy has no group for it', async () => {
    const { outcome } = await rehearsed({
      target: { ...service, controller: 'code-deploy' },
      delegation: {},
    });
    expect(outcome.state).toBe('fail');
  });

  it('is not known while its image comes back from the archive', async () => {
    const { outcome } = await rehearsed({
      preparation: {
        id: 'restore-image',
        state: 'under-way',
        summary: 'The image comes back from the archive.',
      },
    });
    expect(outcome).toEqual({
      state: 'unknown',
      summary: 'The image comes back from the archive.',
    });
  });

  it('is none where all traffic is there', async () => {
    const { outcome, write } = await rehearsed({
      target: { ...service, stable: old },
    });
    expect(write).toBeUndefined();
    expect(outcome.summary).toMatch(/there already/);
  });
});
