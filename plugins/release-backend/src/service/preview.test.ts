import type { Plan } from './Planner';
import { previewOf } from './preview';

const GROUP =
  'arn:aws:codedeploy:us-east-1:222222222222:deploymentgroup:video/blue-green';

function firstStep(kind: string, deploymentGroup?: string): string {
  const stage = { name: 'prod', title: 'Production', approvals: 1 };
  const plan = {
    target: { kind, stage },
    status: { kind, deploymentGroup },
    returnTo: { id: 'one', contentHash: 'hash-one' },
    gates: [],
    blockers: [],
    warnings: [],
  } as unknown as Plan;
  const preview = previewOf(
    {
      entityRef: 'component:default/video',
      stage: 'prod',
      kind: 'rollback',
      revisionId: 'one',
    },
    plan,
    stageName => stageName,
  );
  return preview.steps[0].title;
}

describe('the preview of a rollback', () => {
  it.each([
    ['ecs-service', GROUP, /deployment of CodeDeploy/],
    ['ecs-service', undefined, /UpdateService/],
    ['lambda-alias', GROUP, /UpdateAlias/],
  ])('names the call that returns %s with group %s', (kind, group, call) => {
    expect(firstStep(kind, group)).toMatch(call);
  });
});
