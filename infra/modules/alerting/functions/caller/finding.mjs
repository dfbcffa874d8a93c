import { UNKNOWN, named } from './words.mjs';

/** `ThreatPurpose:ResourceType/ThreatFamily.Mechanism!Artifact`, in AWS's words alone. */
const TYPE = /^[A-Za-z]{2,40}:[A-Za-z0-9]{2,40}\/[A-Za-z0-9.&!/-]{1,120}$/;
/** Products of AWS that put their findings into Security Hub, by their name there. */
const PRODUCTS = [
  'GuardDuty',
  'Inspector',
  'Macie',
  'IAM Access Analyzer',
  'Security Hub',
];
const LEVELS = ['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];

const levelOf = value => {
  const level = String(value).toUpperCase();
  return LEVELS.includes(level) ? level : UNKNOWN;
};
const typed = value =>
  typeof value === 'string' && TYPE.test(value) ? value : undefined;

/**
 * Reads a finding that EventBridge brought.
 *
 * @param event - EventBridge's event
 * @param stages - account id → stage
 * @returns the facts that `readAlarm` takes, with `account`, `severity` and
 *   whether it `calls`; undefined for what is no finding
 */
export function fromFinding(event, stages) {
  const read = READERS[event?.source];
  const { detail } = event ?? {};
  if (!read || !/Finding/.test(event['detail-type'] ?? '') || !detail)
    return undefined;
  const region = /^[a-z]{2}(-[a-z]+)+-\d$/.test(event.region)
    ? event.region
    : undefined;
  const found = read(detail, event, region);
  const account = [found.account, event.account].find(one =>
    /^\d{12}$/.test(one),
  );
  const where = `${account}/${found.region ?? region}`;
  return {
    source: found.source,
    // What ends one of several alike does not end the others.
    identity: `${event.source}/${where}/${
      (found.isClosed ? undefined : found.alike) ?? found.id ?? event.id
    }`,
    alarm: found.what,
    service: named(found.service),
    account,
    stage: named(stages[account]),
    severity: found.severity,
    calls: isUrgent(found),
    state: found.isClosed ? 'OK' : 'ALARM',
    since: found.since,
    console: region && found.link,
  };
}

/** Somebody is woken by what goes on now, not by what is to be mended. */
const isUrgent = ({ source, severity }) =>
  ['CRITICAL', UNKNOWN].includes(severity) ||
  (source === 'GuardDuty' && severity === 'HIGH');

const consoleOf = (service, region, path) =>
  `https://${region}.console.aws.amazon.com/${service}/home?region=${region}#${path}`;

/** Where a finding is in Security Hub, which has those of all services. */
const inHub = (region, id) =>
  /^arn:aws[a-z-]*:[\w:/.+-]{1,500}$/.test(id)
    ? consoleOf(
        'securityhub',
        region,
        `/findings?search=${encodeURIComponent(
          `Id=${encodeURIComponent(`\\operator\\:EQUALS\\:${id}`)}`,
        )}`,
      )
    : consoleOf('securityhub', region, '/findings');

const READERS = {
  /** @see https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html */
  'aws.guardduty': ({ resource = {}, service = {}, ...detail }, _, region) => ({
    source: 'GuardDuty',
    id: detail.id,
    account: detail.accountId,
    what: typed(detail.type),
    severity: ofNumber(detail.severity),
    service:
      resource.lambdaDetails?.functionName ??
      /^service:(.+)$/.exec(
        resource.ecsClusterDetails?.taskDetails?.group,
      )?.[1],
    since: service.eventFirstSeen ?? detail.createdAt,
    isClosed: service.archived === true,
    link: /^[0-9a-f]{16,64}$/.test(detail.id)
      ? consoleOf(
          'guardduty',
          region,
          `/findings?macros=current&fId=${detail.id}`,
        )
      : consoleOf('guardduty', region, '/findings'),
  }),

  /** @see https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cwe-event-formats.html */
  'aws.securityhub': ({ findings }, _, region) => {
    const [finding = {}] = findings ?? [];
    const { Compliance, RecordState, Resources, Severity, Workflow } = finding;
    const control = named(Compliance?.SecurityControlId);
    const details = Resources?.[0]?.Details ?? {};
    const product = PRODUCTS.find(one => one === finding.ProductName);
    return {
      // Findings of another region come by way of Security Hub alone.
      source: product ?? 'Security Hub',
      id: finding.Id,
      alike: control,
      account: finding.AwsAccountId,
      region: named(finding.Region),
      what: control ?? product ?? named(finding.ProductName),
      severity: levelOf(Severity?.Label),
      service:
        details.AwsLambdaFunction?.FunctionName ??
        details.AwsEcsService?.ServiceName ??
        details.AwsEcsService?.Name,
      since: finding.FirstObservedAt ?? finding.CreatedAt,
      isClosed:
        RecordState === 'ARCHIVED' ||
        ['RESOLVED', 'SUPPRESSED'].includes(Workflow?.Status) ||
        Compliance?.Status === 'PASSED',
      link: inHub(region, finding.Id),
    };
  },

  /** @see https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html */
  'aws.inspector2': (detail, _, region) => {
    const what =
      named(detail.packageVulnerabilityDetails?.vulnerabilityId) ??
      named(detail.type);
    const details = detail.resources?.[0]?.details ?? {};
    return {
      source: 'Inspector',
      id: detail.findingArn,
      alike: what,
      account: detail.awsAccountId,
      what,
      severity: levelOf(detail.severity),
      service:
        details.awsLambdaFunction?.functionName ??
        details.awsEcrContainerImage?.repositoryName,
      since: detail.firstObservedAt,
      isClosed: ['CLOSED', 'SUPPRESSED'].includes(detail.status),
      link: inHub(region, detail.findingArn),
    };
  },

  /**
   * It knows no severity: what the world reaches is critical, what another
   * account reaches is high, what nobody uses is low.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-eventbridge.html
   */
  'aws.access-analyzer': (detail, event, region) => {
    const [, kind] = /^AWS::(\w+::\w+)$/.exec(detail.resourceType) ?? [];
    const isUnused = /^Unused/.test(event['detail-type']);
    const reach = detail.isPublic === true ? 'public' : 'external';
    const about = `${isUnused ? 'unused' : reach}-access`;
    const severity = { public: 'CRITICAL', external: 'HIGH' }[reach];
    return {
      source: 'Access Analyzer',
      id: detail.id,
      account: detail.accountId,
      what: kind ? `${about}/${kind.replace('::', '-')}` : about,
      severity: isUnused ? 'LOW' : severity,
      since: detail.createdAt,
      isClosed:
        detail.isDeleted === true ||
        ['ARCHIVED', 'RESOLVED'].includes(detail.status),
      link: consoleOf('access-analyzer', region, '/findings'),
    };
  },

  /** @see https://docs.aws.amazon.com/macie/latest/user/findings-publish-event-schemas.html */
  'aws.macie': (detail, _, region) => ({
    source: 'Macie',
    id: detail.id,
    account: detail.accountId,
    what: typed(detail.type),
    severity: levelOf(detail.severity?.description),
    since: detail.createdAt,
    isClosed: detail.archived === true,
    link: consoleOf('macie', region, 'findings'),
  }),
};

/** @see https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html */
function ofNumber(severity) {
  if (typeof severity !== 'number') return UNKNOWN;
  if (severity >= 9) return 'CRITICAL';
  if (severity >= 7) return 'HIGH';
  return severity >= 4 ? 'MEDIUM' : 'LOW';
}
