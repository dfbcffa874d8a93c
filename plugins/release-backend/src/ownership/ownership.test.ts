import type {
  Ownership,
  OwnerTool,
} from '@careplane/backstage-plugin-release-common';
import type {
  OwnerSigns,
  TargetRef,
} from '@careplane/backstage-plugin-release-node';
import { isUnanswered, ownershipOf } from './ownership';

const target = {
  arn: 'arn:aws:lambda:us-east-1:222222222222:function:claims-api:live',
  kind: 'lambda-alias',
  stackName: 'svc-claims-api',
} as TargetRef;
const none: OwnerSigns = { tags: {}, writers: [], unread: [] };
const stack = (more: Partial<NonNullable<OwnerSigns['stack']>> = {}) => ({
  name: 'svc-claims-api',
  takesLiveValue: false,
  transforms: [],
  serverless: false,
  ...more,
});
const wrote = (tool: OwnerSigns['writers'][number]['tool']) => [
  { tool, at: '2026-01-01T00:00:00.000Z' },
];

describe('who else writes a target (INV-13, INV-16)', () => {
  const cases: [string, OwnerTool, Partial<OwnerSigns>][] = [
    [
      'its own stack, which takes the live value',
      'careplane',
      { stack: stack({ takesLiveValue: true }) },
    ],
    [
      "somebody else's stack, although it takes a live value",
      'cloudformation',
      { stack: stack({ name: 'other', takesLiveValue: true }) },
    ],
    ['a plain stack', 'cloudformation', { stack: stack() }],
    [
      'a stack that only its tags name',
      'cloudformation',
      { tags: { 'aws:cloudformation:stack-name': 'gone' } },
    ],
    [
      'a SAM transform',
      'sam',
      { stack: stack({ transforms: ['AWS::Serverless-2016-10-31'] }) },
    ],
    ['the tag of SAM', 'sam', { tags: { 'lambda:createdby': 'sam' } }],
    [
      'the outputs of the Serverless Framework',
      'serverless',
      { stack: stack({ serverless: true }) },
    ],
    ['a Terraform tag', 'terraform', { tags: { managedby: 'terraform' } }],
    [
      'a move by Terraform',
      'terraform',
      { writers: [...wrote('other'), ...wrote('terraform')] },
    ],
    [
      'code that Terraform wrote, and never moved',
      'terraform',
      {
        writers: [
          ...wrote('other'),
          { ...wrote('terraform')[0], wrote: 'code' },
        ],
      },
    ],
    [
      'a move by CodeDeploy, of code that a pipeline wrote afterwards',
      'codedeploy',
      {
        writers: [
          { ...wrote('other')[0], wrote: 'code' },
          ...wrote('codedeploy'),
        ],
      },
    ],
    ['a move by CodeDeploy', 'codedeploy', { writers: wrote('codedeploy') }],
    [
      'a controller of CodeDeploy under a plain stack',
      'codedeploy',
      { controller: 'codedeploy', stack: stack() },
    ],
    [
      'a controller of CodeDeploy, whose own stack takes the live value',
      'careplane',
      { controller: 'codedeploy', stack: stack({ takesLiveValue: true }) },
    ],
    ['an external controller', 'unknown', { controller: 'external' }],
    ['nothing at all', 'none', {}],
    ['a person in the console', 'none', { writers: wrote('other') }],
    [
      'nothing, with a question unanswered',
      'unknown',
      { unread: ['cloudtrail:LookupEvents'] },
    ],
    [
      'nothing, in a trail that was not read to its end',
      'unknown',
      { readBackTo: '2025-12-20T00:00:00.000Z', writers: wrote('other') },
    ],
    [
      'Terraform, in a trail that was not read to its end',
      'terraform',
      { readBackTo: '2025-12-20T00:00:00.000Z', writers: wrote('terraform') },
    ],
    [
      'its own stack, whatever the trail did not tell',
      'careplane',
      {
        stack: stack({ takesLiveValue: true }),
        readBackTo: '2025-12-20T00:00:00.000Z',
      },
    ],
    [
      'its own stack, with a question unanswered',
      'careplane',
      {
        stack: stack({ takesLiveValue: true }),
        unread: ['lambda:ListTags'],
      },
    ],
  ];
  it.each(cases)('%s tells %s', (_what, tool, signs) => {
    expect(ownershipOf(target, { ...none, ...signs }).tool).toBe(tool);
  });

  it('says for each what may be written, what would undo it, and what makes them agree', () => {
    for (const [, tool, signs] of cases) {
      const told = ownershipOf(target, { ...none, ...signs });
      const isForeign = !['careplane', 'none', 'unknown'].includes(tool);
      expect(told.writes).toMatch(/Careplane/);
      expect(Boolean(told.undoneBy)).toBe(isForeign);
      expect(Boolean(told.agreement)).toBe(isForeign && tool !== 'codedeploy');
      expect(told.mayPromote).toBe(['careplane', 'none'].includes(tool));
      expect(told.mayRollBack).toBe(tool !== 'unknown');
    }
    const patch = (kind: TargetRef['kind']) =>
      ownershipOf({ ...target, kind }, { ...none, tags: { terraform: 'true' } })
        .agreement?.text;
    expect(patch('lambda-alias')).toMatch(/function_version/);
    expect(patch('ecs-service')).toMatch(/task_definition/);
  });

  describe('a trail that was not read to its end', () => {
    const readBackTo = '2026-01-02T10:20:30.000Z';
    const short = { ...none, readBackTo };
    const told = (known?: Partial<Ownership>) =>
      ownershipOf(target, short, {
        ...ownershipOf(target, none),
        checkedAt: '2026-01-02T11:00:00.000Z',
        ...known,
      });

    it('says how far back it was read, and that more may be told', () => {
      const { signs, ...rest } = ownershipOf(target, short);
      expect(signs).toEqual([
        'CloudTrail was read back to 2026-01-02 10:20 UTC so far; who wrote it before is not known yet.',
      ]);
      expect(rest).toMatchObject({ readBackTo, mayRollBack: false });
      expect(isUnanswered(ownershipOf(target, short))).toBe(true);
    });

    it('does not matter where it meets one that was, and found nobody', () => {
      expect(told().tool).toBe('none');
      expect(told().readBackTo).toBeUndefined();
    });

    it.each<[string, Partial<Ownership>]>([
      ['leaves a gap to it', { checkedAt: '2026-01-02T10:00:00.000Z' }],
      ['is too near to it', { checkedAt: '2026-01-02T10:30:00.000Z' }],
      ['meets one that was refused', { unread: ['cloudtrail:LookupEvents'] }],
      ['meets one that knew no better', { tool: 'unknown' }],
      ['meets one that nobody dated', { checkedAt: undefined }],
    ])('matters where it %s', (_what, known) => {
      expect(told(known).tool).toBe('unknown');
    });
  });

  it('aliases of one function each get a parameter of their own, so that one never moves another', () => {
    const told = ownershipOf(
      {
        ...target,
        arn: target.arn.replace(/live$/, 'pre-prod'),
        sharesFunction: true,
      },
      { ...none, stack: stack() },
    );
    expect(told.agreement?.summary).toMatch(/LiveVersionPreProd/);
    expect(told.agreement?.text).toMatch(
      /Name: pre-prod\n +FunctionVersion: !If \[UseLatestPreProd, .*LiveVersionPreProd\]/,
    );
  });
});
