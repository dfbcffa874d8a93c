// Buckets. HIPAA.Security-S3BucketReplicationEnabled is not ported: copies in the
// recovery region are made by AWS Backup, which CAREPLANE's backup rules look at.
import { each } from '../../../scripts/infra/policies/plan.mjs';
import { isCustomerKey } from './encryption.mjs';
import { refusesPlain } from './messages.mjs';

const ACCESS = ['164.308(a)(3)(i)', '164.312(a)(1)', '164.312(e)(1)'];

const isOfLogs = name => /-(access-logs|log-archive)-/.test(name);

const beside = (id, cfr, title, type, holds, problem) => ({
  id,
  cfr,
  title,
  types: ['aws_s3_bucket'],
  check: (bucket, plan) => {
    const found = plan.naming(type, 'bucket', bucket);
    return found.some(({ values }) => holds(values, bucket)) || problem;
  },
});

export default [
  beside(
    'HIPAA.Security-S3BucketLevelPublicAccessProhibited',
    ACCESS,
    'No bucket is public in any way',
    'aws_s3_bucket_public_access_block',
    values =>
      [
        'block_public_acls',
        'block_public_policy',
        'ignore_public_acls',
        'restrict_public_buckets',
      ].every(name => values[name] === true),
    'not all four public access blocks are set',
  ),
  beside(
    'HIPAA.Security-S3DefaultEncryptionKMS',
    ['164.312(a)(2)(iv)', '164.312(e)(2)(ii)'],
    'Buckets encrypt with a customer key',
    'aws_s3_bucket_server_side_encryption_configuration',
    ({ rule }) =>
      (rule ?? []).some(one => {
        const [by] = one.apply_server_side_encryption_by_default ?? [];
        return (
          one.bucket_key_enabled === true &&
          by?.sse_algorithm === 'aws:kms' &&
          isCustomerKey(by.kms_master_key_id)
        );
      }),
    'it does not encrypt with a customer key and a bucket key',
  ),
  beside(
    'HIPAA.Security-S3BucketServerSideEncryptionEnabled',
    ['164.312(a)(2)(iv)'],
    'Buckets encrypt, by S3 where no other key can be used',
    'aws_s3_bucket_server_side_encryption_configuration',
    ({ rule }) =>
      ['aws:kms', 'AES256'].includes(
        rule?.[0]?.apply_server_side_encryption_by_default?.[0]?.sse_algorithm,
      ),
    'nothing says how it encrypts',
  ),
  beside(
    'HIPAA.Security-S3BucketVersioningEnabled',
    ['164.308(a)(7)(ii)(A)', '164.312(c)(1)'],
    'Buckets keep what is overwritten',
    'aws_s3_bucket_versioning',
    ({ versioning_configuration: list }) => list?.[0]?.status === 'Enabled',
    'versioning is not Enabled',
  ),
  beside(
    'CT.S3.PR.5',
    ACCESS,
    'Buckets have no ACLs',
    'aws_s3_bucket_ownership_controls',
    ({ rule }) => rule?.[0]?.object_ownership === 'BucketOwnerEnforced',
    'ACLs are possible',
  ),
  beside(
    'CT.S3.PR.3',
    ['164.308(a)(7)(ii)(A)', '164.310(d)(2)(i)'],
    'Buckets keep old versions for a time, and clear away what was never finished',
    'aws_s3_bucket_lifecycle_configuration',
    ({ rule }) =>
      (rule ?? []).some(
        one =>
          one.status === 'Enabled' &&
          one.noncurrent_version_expiration?.[0]?.noncurrent_days >= 30 &&
          one.abort_incomplete_multipart_upload?.[0]?.days_after_initiation > 0,
      ),
    'no lifecycle rule keeps old versions for 30 days or more',
  ),
  beside(
    'HIPAA.Security-S3BucketSSLRequestsOnly',
    ['164.312(e)(1)', '164.312(e)(2)(ii)', '164.312(c)(2)'],
    'Buckets refuse what does not come by TLS',
    'aws_s3_bucket_policy',
    ({ policy }) => refusesPlain(policy),
    'no policy refuses what does not come by TLS',
  ),
  beside(
    'CAREPLANE.HIPAA.BucketOwnKeyOnly',
    ['164.312(a)(2)(iv)'],
    'Buckets refuse objects under another key',
    'aws_s3_bucket_policy',
    ({ policy }) =>
      typeof policy === 'string' &&
      [JSON.parse(policy).Statement].flat().some(({ Effect, Condition }) => {
        const key = 's3:x-amz-server-side-encryption-aws-kms-key-id';
        const keys = each(
          Condition?.StringNotEqualsIfExists?.[key] ??
            Condition?.StringNotLikeIfExists?.[key],
        );
        return (
          Effect === 'Deny' &&
          keys.length > 0 &&
          keys.every(isCustomerKey) &&
          Condition?.Null?.[key] === 'false'
        );
      }),
    'objects may be put under another key',
  ),
  {
    id: 'HIPAA.Security-S3BucketLoggingEnabled',
    cfr: ['164.308(a)(3)(ii)(A)', '164.312(b)'],
    title: 'Buckets log who reads them, but those of logs',
    types: ['aws_s3_bucket'],
    check: (bucket, plan) => {
      const logs = plan.naming('aws_s3_bucket_logging', 'bucket', bucket);
      if (logs.some(({ values }) => values.target_bucket)) return true;
      return isOfLogs(bucket.values.bucket) || 'it keeps no access log';
    },
  },
  {
    id: 'CAREPLANE.HIPAA.BucketNotEmptied',
    cfr: ['164.308(a)(7)(ii)(A)', '164.312(c)(1)'],
    title: 'A bucket with objects cannot be deleted by Terraform',
    types: ['aws_s3_bucket'],
    check: ({ values }) =>
      values.force_destroy === false || 'force_destroy is not set to false',
  },
  {
    id: 'CAREPLANE.HIPAA.BucketBackedUp',
    cfr: ['164.308(a)(7)(ii)(A)', '164.308(a)(7)(ii)(B)', '164.310(d)(2)(iv)'],
    title:
      'Where patient data is, a bucket is backed up and copied, but logs, locked objects and built pages',
    types: ['aws_s3_bucket'],
    check: ({ values }, plan) => {
      const { tags, tags_all: all, bucket } = values;
      if (all?.DataClass !== 'phi' || tags?.Backup === 'true') return true;
      if (values.object_lock_enabled === true || isOfLogs(bucket)) return true;
      const built = plan
        .of('aws_cloudfront_distribution')
        .flatMap(one => one.values.origin ?? [])
        .some(
          ({ domain_name: name }) =>
            name === values.bucket_regional_domain_name,
        );
      return built || 'the tag Backup is not true';
    },
  },
  {
    id: 'CT.S3.PR.9',
    cfr: ['164.312(c)(1)', '164.316(b)(2)(i)'],
    title: 'Where objects are locked, they are locked for a time by default',
    types: ['aws_s3_bucket'],
    check: (bucket, plan) => {
      const [lock] = plan.naming(
        'aws_s3_bucket_object_lock_configuration',
        'bucket',
        bucket,
      );
      const [kept] = lock?.values.rule?.[0]?.default_retention ?? [];
      const locked = bucket.values.object_lock_enabled === true;
      if (bucket.values.object_lock_enabled !== Boolean(lock))
        return `object_lock_enabled is not set to ${Boolean(lock)}`;
      if (!locked) return true;
      return (
        (kept?.mode && kept.days > 0) || 'its lock has no default retention'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.ArchiveSixYears',
    cfr: ['164.312(b)', '164.316(b)(2)(i)'],
    title: 'The archive of logs keeps every object for six years, whoever asks',
    types: ['aws_s3_bucket'],
    check: (bucket, plan) => {
      if (!/-log-archive-/.test(bucket.values.bucket)) return true;
      const [lock] = plan.naming(
        'aws_s3_bucket_object_lock_configuration',
        'bucket',
        bucket,
      );
      const [kept] = lock?.values.rule?.[0]?.default_retention ?? [];
      return (
        (kept?.mode === 'COMPLIANCE' && kept.days >= 2192) ||
        'its objects are not locked for six years in COMPLIANCE mode'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.BucketOtherAccounts',
    cfr: ['164.308(a)(4)(ii)(B)', '164.312(a)(1)'],
    title:
      'Another account uses a bucket by roles called so, within the organisation',
    types: ['aws_s3_bucket_policy'],
    check: ({ values }) => {
      if (typeof values.policy !== 'string') return true;
      for (const one of [JSON.parse(values.policy).Statement].flat()) {
        if (one.Effect !== 'Allow') continue;
        const whole = each(one.Principal?.AWS).some(arn => /:root$/.test(arn));
        const keys = Object.values(one.Condition ?? {}).flatMap(Object.keys);
        const bound = ['aws:PrincipalArn', 'aws:PrincipalOrgID'];
        if (whole && !bound.every(key => keys.includes(key)))
          return `${one.Sid} serves every role of another account`;
      }
      return true;
    },
  },
  {
    id: 'CAREPLANE.HIPAA.BucketServicesBound',
    cfr: ['164.308(a)(4)(ii)(B)', '164.312(a)(1)'],
    title:
      'A service writes to a bucket for this account or organisation only, and everybody else is named',
    types: ['aws_s3_bucket_policy'],
    check: ({ values }) => {
      if (typeof values.policy !== 'string') return 'it has no policy';
      for (const one of [JSON.parse(values.policy).Statement].flat()) {
        if (one.Effect !== 'Allow') continue;
        const keys = Object.values(one.Condition ?? {}).flatMap(Object.keys);
        const bound = [
          'aws:SourceAccount',
          'aws:SourceArn',
          'aws:SourceOrgID',
          'aws:PrincipalOrgID',
        ];
        const named = one.Principal?.AWS && one.Principal.AWS !== '*';
        if (!named && !keys.some(key => bound.includes(key))) {
          return `${one.Sid} serves other accounts too`;
        }
        const resources = [one.Resource].flat();
        if (resources.includes('*')) return `${one.Sid} names no resource`;
        const put = [one.Action]
          .flat()
          .some(action => /^(s3:)?\*$/.test(action));
        if (put) return `${one.Sid} allows everything`;
      }
      return true;
    },
  },
];
