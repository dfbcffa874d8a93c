// Switches of a whole account (stack account-baseline): what is not there cannot be
// seen on a resource, so these look at the account.

const ACCESS = [
  '164.308(a)(3)(i)',
  '164.308(a)(4)(ii)(A)',
  '164.312(a)(1)',
  '164.312(e)(1)',
];
const AT_REST = ['164.312(a)(2)(iv)', '164.312(e)(2)(ii)'];

/** Whether the plan has the baseline: then it has all of it. */
export const hasBaseline = plan =>
  plan.resources.some(({ stack }) => stack === 'account-baseline');

/**
 * A rule on what the baseline of an account has.
 *
 * @param type - of the resource that must be there
 * @param holds - whether its values are as they must be
 */
export const account = (id, cfr, title, type, holds, problem, times = 1) => ({
  id,
  cfr,
  title,
  whole: plan => {
    if (!hasBaseline(plan)) return [];
    const all = plan.of(type);
    const wrong = all.filter(({ values }) => !holds(values));
    if (wrong.length > 0)
      return wrong.map(({ address }) => ({ address, problem }));
    return all.length >= times
      ? []
      : [{ address: 'account-baseline', problem: `${type}: ${problem}` }];
  },
});

/** Home and recovery region. */
const REGIONS = 2;

export default [
  account(
    'HIPAA.Security-S3AccountLevelPublicAccessBlocks',
    ACCESS,
    'No bucket of the account can be made public',
    'aws_s3_account_public_access_block',
    values =>
      [
        'block_public_acls',
        'block_public_policy',
        'ignore_public_acls',
        'restrict_public_buckets',
      ].every(name => values[name] === true),
    'not all four public access blocks are set for the account',
  ),
  account(
    'CKV_AWS_106',
    AT_REST,
    'Volumes are encrypted where nobody asks for it, in every region in use',
    'aws_ebs_encryption_by_default',
    ({ enabled }) => enabled === true,
    'volumes are not encrypted by default',
    REGIONS,
  ),
  account(
    'CAREPLANE.HIPAA.EbsDefaultKey',
    AT_REST,
    'Volumes are encrypted with a customer key where nobody names one',
    'aws_ebs_default_kms_key',
    ({ key_arn: key }) => Boolean(key),
    'volumes get the key of AWS',
  ),
  account(
    'CAREPLANE.HIPAA.SnapshotsNotPublic',
    ACCESS,
    'No snapshot can be shared with everybody',
    'aws_ebs_snapshot_block_public_access',
    ({ state }) => state === 'block-all-sharing',
    'snapshots can be public',
    REGIONS,
  ),
  account(
    'CAREPLANE.HIPAA.ImagesNotPublic',
    ACCESS,
    'No machine image can be shared with everybody',
    'aws_ec2_image_block_public_access',
    ({ state }) => state === 'block-new-sharing',
    'images can be public',
    REGIONS,
  ),
  account(
    'HIPAA.Security-EC2IMDSv2Enabled',
    ['164.308(a)(3)(i)', '164.308(a)(4)(ii)(A)', '164.312(a)(1)'],
    'Instances give their credentials to sessions on the instance only',
    'aws_ec2_instance_metadata_defaults',
    values =>
      values.http_tokens === 'required' &&
      values.http_put_response_hop_limit === 1,
    'instance metadata is given without a session token, or further than one hop',
    REGIONS,
  ),
  account(
    'HIPAA.Security-IAMPasswordPolicy',
    ['164.308(a)(4)(ii)(B)', '164.308(a)(5)(ii)(D)', '164.312(d)'],
    'Passwords have 14 characters of all kinds, are changed every 90 days, and never again one of the last 24',
    'aws_iam_account_password_policy',
    values =>
      values.minimum_password_length >= 14 &&
      [
        'require_lowercase_characters',
        'require_uppercase_characters',
        'require_numbers',
        'require_symbols',
        'allow_users_to_change_password',
      ].every(name => values[name] === true) &&
      values.password_reuse_prevention >= 24 &&
      values.max_password_age > 0 &&
      values.max_password_age <= 90 &&
      values.hard_expiry === false,
    'the password policy is weaker',
  ),
  {
    id: 'HIPAA.Security-IAMUserMFAEnabled',
    cfr: ['164.308(a)(4)(ii)(B)', '164.312(d)'],
    title:
      'Nothing works for an IAM user without a second factor, but setting one up',
    whole: plan => {
      if (!hasBaseline(plan)) return [];
      const held = plan
        .of('aws_iam_group_policy_attachment')
        .filter(({ values }) => values.group === 'people')
        .map(({ values }) => plan.find(values.policy_arn))
        .filter(policy => typeof policy?.values.policy === 'string')
        .flatMap(policy => [JSON.parse(policy.values.policy).Statement].flat())
        .some(
          ({ Effect, NotAction, Resource, Condition }) =>
            Effect === 'Deny' &&
            Resource === '*' &&
            NotAction &&
            Condition?.BoolIfExists?.['aws:MultiFactorAuthPresent'] === 'false',
        );
      return held
        ? []
        : [
            {
              address: 'account-baseline',
              problem:
                'the group people has no policy that asks for a second factor',
            },
          ];
    },
  },
  {
    id: 'CAREPLANE.HIPAA.SignInTold',
    cfr: ['164.308(a)(5)(ii)(C)', '164.308(a)(6)(ii)'],
    title:
      'Somebody gets a mail about every sign-in and every use of root, in every region in use',
    whole: plan => {
      if (!hasBaseline(plan)) return [];
      const problem = text => [{ address: 'account-baseline', problem: text }];
      const [topic] = plan
        .of('aws_sns_topic')
        .filter(({ values }) => values.name === 'sign-ins');
      const mailed =
        topic &&
        plan
          .naming('aws_sns_topic_subscription', 'topic_arn', topic)
          .some(({ values }) => values.protocol === 'email');
      if (!mailed) return problem('nobody gets a mail about sign-ins');
      const rules = plan
        .of('aws_cloudwatch_event_rule')
        .filter(({ values }) =>
          /AWS Console Sign In via CloudTrail/.test(values.event_pattern ?? ''),
        );
      const regions = new Set(rules.map(({ values }) => values.region));
      if (regions.size < REGIONS)
        return problem('sign-ins of a region are not heard of');
      const led = rules.filter(rule =>
        plan
          .of('aws_cloudwatch_event_target')
          .some(
            ({ values }) =>
              values.rule === rule.values.name &&
              values.region === rule.values.region,
          ),
      );
      return led.length === rules.length
        ? []
        : problem('sign-ins of a region lead nowhere');
    },
  },
];
