import type { TargetRef } from '@careplane/backstage-plugin-release-node';
import { contestOf } from './claims';
import type { ReleaseComponent } from './components';

const stage = {
  name: 'prod',
  title: 'Prod',
  accountId: '333333333333',
  region: 'us-east-1',
  approvals: 1,
};

function component(
  name: string,
  fn = name,
  stackName = `svc-${name}`,
  namespace = 'default',
): ReleaseComponent {
  const target: TargetRef = {
    arn: `arn:aws:lambda:us-east-1:333333333333:function:${fn}:live`,
    kind: 'lambda-alias',
    stage,
    component: name,
    stackName,
  };
  return {
    entityRef: `component:${namespace}/${name}`,
    name,
    title: name,
    targets: [target],
  };
}

describe('a target that two components name', () => {
  const visit = component('visit-api');
  const thief = component('triage-rules', 'visit-api');

  it('is refused to the one that it is not named after', () => {
    expect(contestOf(thief, 'prod', [visit, thief])).toMatch(
      /also named by component:default\/visit-api/,
    );
  });

  it('stays with the one that it is named after, whose rollback must not stop', () => {
    expect(contestOf(visit, 'prod', [visit, thief])).toBeUndefined();
  });

  it('is refused to a namesake in another namespace', () => {
    const namesake = component('visit-api', 'visit-api', 'svc-visit-api', 'x');
    expect(contestOf(namesake, 'prod', [visit, namesake])).toBeDefined();
    expect(contestOf(visit, 'prod', [visit, namesake])).toBeUndefined();
  });

  it("does not lend somebody else's stack either", () => {
    const borrower = component('triage-rules', 'triage-rules', 'svc-visit-api');
    expect(contestOf(borrower, 'prod', [visit, borrower])).toMatch(/stack/);
    expect(contestOf(visit, 'prod', [visit, borrower])).toBeUndefined();
  });

  it('is no matter where only one names it', () => {
    const odd = component('portal', 'old-name', 'legacy-stack');
    expect(contestOf(odd, 'prod', [visit, odd])).toBeUndefined();
  });
});
