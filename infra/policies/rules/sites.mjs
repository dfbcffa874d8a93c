// Sites of CloudFront: who reads the files, and what browsers may do with them.
const TRANSMISSION = ['164.312(e)(1)', '164.312(e)(2)(ii)'];
const YEAR = 31536000;

const site = (id, cfr, title, check) => ({
  id,
  cfr,
  title,
  types: ['aws_cloudfront_distribution'],
  check,
});

export default [
  site(
    'HIPAA.Security-CloudFrontDistributionHttpsViewerNoOutdatedSSL',
    TRANSMISSION,
    'Sites speak TLS 1.2 or later, with a certificate of their own',
    ({ values }) => {
      const [certificate] = values.viewer_certificate ?? [];
      if (!certificate?.acm_certificate_arn) return 'it has no certificate';
      if (certificate.ssl_support_method !== 'sni-only')
        return 'its certificate is not by name';
      if (
        !/^TLSv1\.(2_20(21|25)|3_)/.test(certificate.minimum_protocol_version)
      )
        return `it speaks ${certificate.minimum_protocol_version}`;
      const policies = [
        ...(values.default_cache_behavior ?? []),
        ...(values.ordered_cache_behavior ?? []),
      ].map(one => one.viewer_protocol_policy);
      return (
        policies.every(one =>
          ['https-only', 'redirect-to-https'].includes(one),
        ) || 'files are given without TLS'
      );
    },
  ),
  site(
    'AwsSolutions-CFR7',
    ['164.312(a)(1)', '164.312(d)'],
    'Files are read by the distribution alone, which signs',
    ({ values }, plan) => {
      for (const { origin_access_control_id: id } of values.origin ?? []) {
        const control = plan
          .of('aws_cloudfront_origin_access_control')
          .find(one => one.values.id === id);
        if (control?.values.signing_behavior !== 'always')
          return 'it does not sign for its files';
      }
      const bucket = plan
        .of('aws_s3_bucket_policy')
        .some(
          one =>
            typeof one.values.policy === 'string' &&
            one.values.policy.includes(values.arn),
        );
      return bucket || 'no bucket lets it read';
    },
  ),
  site(
    'AwsSolutions-CFR2',
    ['164.308(a)(5)(ii)(B)', '164.312(e)(1)'],
    'A WAF stands before every site',
    ({ values }, plan) =>
      plan
        .of('aws_wafv2_web_acl')
        .some(
          one =>
            one.values.arn === values.web_acl_id &&
            one.values.scope === 'CLOUDFRONT',
        ) || 'it has no web ACL',
  ),
  site(
    'AwsSolutions-CFR1',
    ['164.308(a)(4)(ii)(B)'],
    'It is said who may see a site',
    ({ values }) => {
      const [geo] = values.restrictions?.[0]?.geo_restriction ?? [];
      return (
        geo?.restriction_type === 'none' ||
        geo?.locations?.length > 0 ||
        'its countries are not named'
      );
    },
  ),
  site(
    'AwsSolutions-CFR3',
    ['164.312(b)'],
    'Sites log requests, without queries and cookies, to a group that is encrypted and kept',
    ({ values }, plan) => {
      const sources = plan
        .of('aws_cloudwatch_log_delivery_source')
        .filter(one => one.values.resource_arn === values.arn)
        .map(one => one.values.name);
      const delivery = plan
        .of('aws_cloudwatch_log_delivery')
        .find(one => sources.includes(one.values.delivery_source_name));
      if (!delivery) return 'it does not log';
      const fields = delivery.values.record_fields ?? [];
      if (
        !['c-ip', 'cs-method', 'cs-uri-stem', 'sc-status'].every(one =>
          fields.includes(one),
        )
      )
        return 'its log does not say who asked for what';
      if (fields.some(one => /query|cookie/i.test(one)))
        return 'queries or cookies are logged';
      const groups = plan
        .of('aws_cloudwatch_log_group')
        .map(one => one.values.arn);
      return (
        plan
          .of('aws_cloudwatch_log_delivery_destination')
          .some(
            one =>
              one.values.arn === delivery.values.delivery_destination_arn &&
              groups.includes(
                one.values.delivery_destination_configuration?.[0]
                  ?.destination_resource_arn,
              ),
          ) || 'its log goes to no group of this plan'
      );
    },
  ),
  site(
    'CAREPLANE.HIPAA.SiteWatched',
    ['164.308(a)(6)(ii)', '164.312(b)'],
    'Somebody hears of a site that fails',
    ({ values }, plan) =>
      plan
        .of('aws_cloudwatch_metric_alarm')
        .some(
          one =>
            one.values.namespace === 'AWS/CloudFront' &&
            one.values.metric_name === '5xxErrorRate' &&
            one.values.threshold > 0 &&
            one.values.dimensions?.DistributionId === values.id,
        ) || 'no alarm looks at it',
  ),
  site(
    'CKV2_AWS_32',
    TRANSMISSION,
    'Browsers are told to stay with TLS, to guess no types, to frame nothing, to send no referrer and to load from named origins',
    ({ values }, plan) => {
      const { response_headers_policy_id: id } =
        values.default_cache_behavior?.[0] ?? {};
      const [headers] =
        plan
          .of('aws_cloudfront_response_headers_policy')
          .find(one => one.values.id === id)?.values.security_headers_config ??
        [];
      if (!headers) return 'it sends no security headers';
      const [tls] = headers.strict_transport_security ?? [];
      if (
        !(tls?.access_control_max_age_sec >= YEAR) ||
        tls.include_subdomains !== true ||
        tls.preload !== true
      )
        return 'browsers may leave TLS';
      const [content] = headers.content_security_policy ?? [];
      if (!/default-src 'self'/.test(content?.content_security_policy))
        return 'pages load from anywhere';
      if (headers.frame_options?.[0]?.frame_option !== 'DENY')
        return 'anybody may frame it';
      if (headers.referrer_policy?.[0]?.referrer_policy !== 'no-referrer')
        return 'it tells other sites where one was';
      const parts = [
        tls,
        content,
        headers.frame_options[0],
        headers.referrer_policy[0],
        headers.content_type_options?.[0],
      ];
      return (
        parts.every(one => one?.override === true) || 'a header may be another'
      );
    },
  ),
];
