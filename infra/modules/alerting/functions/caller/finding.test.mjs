import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readAlarm } from './alarm.mjs';
import { factsOf, linkTo, textOf } from './message.mjs';

const PROD = '666666666666';
const SECURITY = '222222222222';
const stages = { [PROD]: 'prod', [SECURITY]: 'security' };

const alarmOf = (source, detail, changes = {}) =>
  readAlarm(
    {
      Sns: {
        TopicArn: `arn:aws:sns:us-east-1:${SECURITY}:alarms`,
        MessageId: 'm-1',
        Timestamp: '2026-11-30T03:05:00.000Z',
        Message: JSON.stringify({
          id: 'e-1',
          source,
          'detail-type': 'A Finding',
          account: SECURITY,
          region: 'us-east-1',
          detail,
          ...changes,
        }),
      },
    },
    stages,
  );

const guardDuty = {
  accountId: PROD,
  region: 'us-east-1',
  id: '16c2d2f0a1b34c5d8e9f00112233aabb',
  type: 'UnauthorizedAccess:Lambda/MaliciousIPCaller.Custom',
  severity: 8,
  title: 'Jane Roe is read by a stranger',
  description: 'MRN 123',
  createdAt: '2026-11-30T03:04:00Z',
  service: { eventFirstSeen: '2026-11-30T03:01:00Z', archived: false },
  resource: { lambdaDetails: { functionName: 'visit-api' } },
};
const control = {
  findings: [
    {
      Id: `arn:aws:securityhub:us-east-1:${PROD}:security-control/S3.1/finding/1`,
      AwsAccountId: PROD,
      Region: 'us-east-1',
      ProductName: 'Security Hub',
      Severity: { Label: 'HIGH' },
      Compliance: { Status: 'FAILED', SecurityControlId: 'S3.1' },
      Workflow: { Status: 'NEW' },
      RecordState: 'ACTIVE',
      FirstObservedAt: '2026-11-30T02:00:00Z',
      Title: 'Bucket of Jane Roe',
      Resources: [{ Id: `arn:aws:s3:::jane-roe` }],
    },
  ],
};
const inspector = {
  awsAccountId: PROD,
  findingArn: `arn:aws:inspector2:us-east-1:${PROD}:finding/1`,
  firstObservedAt: '2026-11-30T01:00:00Z',
  severity: 'CRITICAL',
  status: 'ACTIVE',
  type: 'PACKAGE_VULNERABILITY',
  title: 'Jane Roe',
  packageVulnerabilityDetails: { vulnerabilityId: 'CVE-2026-12345' },
  resources: [
    { details: { awsEcrContainerImage: { repositoryName: 'claims-api' } } },
  ],
};
const analyzer = {
  id: '1b2c3d4e-0000-4000-8000-000000000000',
  accountId: PROD,
  status: 'ACTIVE',
  resourceType: 'AWS::S3::Bucket',
  resource: 'arn:aws:s3:::jane-roe',
  isPublic: true,
  createdAt: '2026-11-30T00:00:00Z',
};
const macie = {
  accountId: PROD,
  id: '00112233445566778899aabbccddeeff',
  type: 'SensitiveData:S3Object/Personal',
  severity: { score: 3, description: 'High' },
  createdAt: '2026-11-29T23:00:00Z',
  description: 'Jane Roe',
};

const told = alarm => [
  alarm.source,
  alarm.alarm,
  alarm.service,
  alarm.account,
  alarm.stage,
  alarm.severity,
  alarm.state,
  alarm.since,
];

describe('what of a finding is told', () => {
  for (const [source, detail, expected] of [
    [
      'aws.guardduty',
      guardDuty,
      [
        'GuardDuty',
        'UnauthorizedAccess:Lambda/MaliciousIPCaller.Custom',
        'visit-api',
        PROD,
        'prod',
        'HIGH',
        'ALARM',
        '2026-11-30T03:01:00.000Z',
      ],
    ],
    [
      'aws.securityhub',
      control,
      [
        'Security Hub',
        'S3.1',
        'unknown',
        PROD,
        'prod',
        'HIGH',
        'ALARM',
        '2026-11-30T02:00:00.000Z',
      ],
    ],
    [
      'aws.inspector2',
      inspector,
      [
        'Inspector',
        'CVE-2026-12345',
        'claims-api',
        PROD,
        'prod',
        'CRITICAL',
        'ALARM',
        '2026-11-30T01:00:00.000Z',
      ],
    ],
    [
      'aws.access-analyzer',
      analyzer,
      [
        'Access Analyzer',
        'public-access/S3-Bucket',
        'unknown',
        PROD,
        'prod',
        'CRITICAL',
        'ALARM',
        '2026-11-30T00:00:00.000Z',
      ],
    ],
    [
      'aws.macie',
      macie,
      [
        'Macie',
        'SensitiveData:S3Object/Personal',
        'unknown',
        PROD,
        'prod',
        'HIGH',
        'ALARM',
        '2026-11-29T23:00:00.000Z',
      ],
    ],
  ]) {
    it(`reads ${source}, and no word that somebody typed`, () => {
      const alarm = alarmOf(source, detail);
      assert.deepEqual(told(alarm), expected);
      assert.match(
        alarm.console,
        /^https:\/\/us-east-1\.console\.aws\.amazon\.com\//,
      );
      assert.doesNotMatch(JSON.stringify(alarm), /jane|roe|MRN/i);
    });
  }

  it('mails service, account, stage, severity, what, since when, and the link to the finding', () => {
    const alarm = alarmOf('aws.guardduty', guardDuty);
    const link = linkTo('https://careplane.example', alarm);
    assert.equal(
      link,
      'https://us-east-1.console.aws.amazon.com/guardduty/home?region=us-east-1#/findings?macros=current&fId=16c2d2f0a1b34c5d8e9f00112233aabb',
    );
    const { subject, text } = textOf(
      'open',
      factsOf({ alarm, release: '1.4.2', link }),
      { alarm },
    );
    assert.equal(subject, 'ALARM: visit-api (prod)');
    assert.equal(
      text,
      [
        'Alarm: UnauthorizedAccess:Lambda/MaliciousIPCaller.Custom',
        'What: GuardDuty finding, severity HIGH',
        'Account: 666666666666',
        'Service: visit-api',
        'Stage: prod',
        'Running release: 1.4.2',
        'Since: 2026-11-30T03:01:00.000Z',
        `Look and act: ${link}`,
        '',
      ].join('\n'),
    );
  });

  it('says what it is about where no service is known', () => {
    const alarm = alarmOf('aws.access-analyzer', analyzer);
    const facts = factsOf({ alarm, release: 'unknown', link: 'unknown' });
    assert.equal(
      textOf('open', facts, { alarm }).subject,
      'ALARM: Access Analyzer finding, severity CRITICAL (prod)',
    );
  });

  it('calls for what goes on now, and mails what is to be mended', () => {
    const calls = (source, detail) => alarmOf(source, detail).calls;
    const [finding] = control.findings;
    const labelled = Label => ({
      findings: [{ ...finding, Severity: { Label } }],
    });
    assert.deepEqual(
      [
        calls('aws.guardduty', guardDuty),
        calls('aws.guardduty', { ...guardDuty, severity: 5 }),
        calls('aws.securityhub', labelled('HIGH')),
        calls('aws.securityhub', labelled('CRITICAL')),
        calls('aws.access-analyzer', { ...analyzer, isPublic: false }),
        calls('aws.inspector2', { ...inspector, severity: 'HIGH' }),
      ],
      [true, false, false, true, false, false],
    );
  });

  it("calls for GuardDuty's findings of another region, which Security Hub brings", () => {
    const [finding] = control.findings;
    const alarm = alarmOf('aws.securityhub', {
      findings: [
        {
          ...finding,
          Compliance: undefined,
          ProductName: 'GuardDuty',
          Region: 'us-west-2',
        },
      ],
    });
    assert.deepEqual(
      [alarm.source, alarm.alarm, alarm.calls],
      ['GuardDuty', 'GuardDuty', true],
    );
  });

  it('takes a severity that it does not know for one that wakes people', () => {
    const alarm = alarmOf('aws.inspector2', {
      ...inspector,
      severity: 'UNTRIAGED',
    });
    assert.deepEqual([alarm.severity, alarm.calls], ['unknown', true]);
  });

  it('is one incident for one control or vulnerability of an account, however many resources have it', () => {
    const other = {
      ...inspector,
      findingArn: `arn:aws:inspector2:us-east-1:${PROD}:finding/2`,
    };
    const id = detail => alarmOf('aws.inspector2', detail).id;
    assert.equal(id(inspector), id(other));
    assert.notEqual(
      id(inspector),
      id({ ...other, awsAccountId: '555555555555' }),
    );
    assert.notEqual(
      id(inspector),
      id({
        ...other,
        packageVulnerabilityDetails: { vulnerabilityId: 'CVE-1' },
      }),
    );
  });

  it('ends with the finding, and one of several alike ends none of the others', () => {
    const open = alarmOf('aws.access-analyzer', analyzer);
    const closed = alarmOf('aws.access-analyzer', {
      ...analyzer,
      status: 'RESOLVED',
    });
    assert.deepEqual([closed.id, closed.state], [open.id, 'OK']);
    const mended = alarmOf('aws.inspector2', {
      ...inspector,
      status: 'CLOSED',
    });
    assert.equal(mended.state, 'OK');
    assert.notEqual(mended.id, alarmOf('aws.inspector2', inspector).id);
  });

  it('does not give a member account the stage of the account that was told', () => {
    const alarm = alarmOf('aws.guardduty', {
      ...guardDuty,
      accountId: '888888888888',
    });
    assert.deepEqual([alarm.account, alarm.stage], ['888888888888', 'unknown']);
  });

  it('is an alarm of unknown facts where the finding cannot be read', () => {
    const alarm = alarmOf('aws.securityhub', {});
    assert.deepEqual(
      [alarm.alarm, alarm.account, alarm.severity, alarm.state],
      ['unknown', SECURITY, 'unknown', 'ALARM'],
    );
  });
});
