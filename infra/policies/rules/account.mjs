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
];
