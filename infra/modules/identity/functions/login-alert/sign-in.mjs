const NAME = /^[\w+=,.@/-]{1,128}$/;
const ADDRESS = /^[0-9a-fA-F.:]{3,45}$/;
const UNKNOWN = 'unknown';
/** What CloudTrail writes where somebody typed a user that does not exist. */
const HIDDEN = 'HIDDEN_DUE_TO_SECURITY_REASONS';

const fits = (pattern, value) =>
  typeof value === 'string' && pattern.test(value) ? value : UNKNOWN;

/**
 * What an event of CloudTrail says about a sign-in, for a mail: only fields that
 * are on this list leave.
 *
 * @param event - EventBridge's envelope of a sign-in, of a failed check of MFA, or
 *   of any call by root
 * @returns `{kind, title, account, who, from, at, mfa}`; undefined for what is
 *   no concern, such as a successful check of MFA
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
 */
export function readSignIn(event) {
  const detail = event?.detail ?? {};
  const kind = kindOf(detail);
  if (!kind) return undefined;
  const { userIdentity = {}, additionalEventData = {} } = detail;
  return {
    kind,
    title: titleOf(kind, detail),
    account: fits(/^\d{12}$/, detail.recipientAccountId ?? event.account),
    who: whoIs(userIdentity, additionalEventData),
    from: fits(ADDRESS, detail.sourceIPAddress),
    at: fits(/^[\dTZ:.-]{20,24}$/, detail.eventTime),
    mfa: mfaOf(detail),
  };
}

function kindOf({ eventName, eventType, userIdentity = {}, ...detail }) {
  const outcome = outcomeOf({ eventName, ...detail });
  const isSignIn = ['ConsoleLogin', 'UserAuthentication'].includes(eventName);
  if (userIdentity.type === 'Root' && eventType !== 'AwsServiceEvent') {
    // Other calls of root are told whatever came of them.
    const hasFailed = eventName === 'ConsoleLogin' && outcome !== 'Success';
    return hasFailed ? 'root-failed' : 'root';
  }
  if (['CheckMfa', 'CredentialVerification'].includes(eventName)) {
    return outcome === 'Success' ? undefined : 'mfa-failed';
  }
  if (!isSignIn) return undefined;
  return outcome === 'Success' ? 'signed-in' : 'failed';
}

/** Without a word of success it has failed: unknown is never shown as fine. */
function outcomeOf({ eventName, responseElements, serviceEventDetails }) {
  return (
    responseElements?.[eventName] ??
    serviceEventDetails?.[eventName] ??
    'Failure'
  );
}

function titleOf(kind, { eventName }) {
  if (kind === 'root' && eventName !== 'ConsoleLogin') {
    return `ROOT was used: ${fits(/^[A-Za-z0-9]{1,64}$/, eventName)}`;
  }
  return {
    root: 'ROOT has signed in',
    'root-failed': 'ROOT: a sign-in has failed',
    'mfa-failed': 'A second factor was refused',
    failed: 'A sign-in has failed',
    'signed-in': 'Somebody has signed in',
  }[kind];
}

function whoIs({ type, userName, arn, onBehalfOf }, { UserName }) {
  if (type === 'Root') return 'root';
  const name = userName ?? UserName ?? arn?.split('/').slice(-2).join('/');
  if (name === HIDDEN) return 'a user that does not exist';
  const known = fits(NAME, name);
  return known === UNKNOWN ? fits(NAME, onBehalfOf?.userId) : known;
}

function mfaOf({ eventName, additionalEventData = {} }) {
  if (eventName !== 'ConsoleLogin') return UNKNOWN;
  return { Yes: 'yes', No: 'NO' }[additionalEventData.MFAUsed] ?? UNKNOWN;
}

/** The mail. Its subject begins with what matters when one reads it at night. */
export function mailOf({ title, account, who, from, at, mfa }) {
  const subject = `Sign-in alert ${account}: ${title}`;
  const lines = [
    title,
    '',
    `Account: ${account}`,
    `Who: ${who}`,
    `From: ${from}`,
    `When: ${at}`,
    `Second factor: ${mfa}`,
    '',
    'If this was not you or your team, follow the runbook for a stolen identity: revoke the sessions first.',
  ];
  return { subject: subject.slice(0, 100), text: `${lines.join('\n')}\n` };
}
