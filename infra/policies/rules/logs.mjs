// Audit controls: logs exist, are kept, and are complete.

export default [
  {
    id: 'HIPAA.Security-CloudWatchLogGroupRetentionPeriod',
    cfr: ['164.312(b)'],
    title: 'Log groups keep a year or more for searching',
    types: ['aws_cloudwatch_log_group'],
    check: ({ values }) =>
      values.retention_in_days >= 365 ||
      'retention_in_days is not set to 365 or more',
  },
  {
    id: 'HIPAA.Security-VPCFlowLogsEnabled',
    cfr: ['164.308(a)(3)(ii)(A)', '164.312(b)'],
    title: 'Every VPC logs all flows, for searching and into the archive',
    types: ['aws_vpc'],
    check: (vpc, plan) => {
      const logs = plan
        .naming('aws_flow_log', 'vpc_id', vpc)
        .filter(({ values }) => values.traffic_type === 'ALL');
      const kinds = logs.map(({ values }) => values.log_destination_type);
      if (!kinds.includes('cloud-watch-logs')) {
        return 'no flow log of ALL traffic goes to CloudWatch Logs';
      }
      return (
        kinds.includes('s3') || 'no flow log of ALL traffic goes to the archive'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.FlowLogDelivery',
    cfr: ['164.312(b)'],
    title:
      'A flow log can be delivered, at least every ten minutes, with addresses and verdict',
    types: ['aws_flow_log'],
    check: ({ values }) => {
      if (!values.log_destination) return 'log_destination is not set';
      const toLogs = values.log_destination_type === 'cloud-watch-logs';
      if (toLogs && !values.iam_role_arn) return 'iam_role_arn is not set';
      if (![60, 600].includes(values.max_aggregation_interval)) {
        return 'max_aggregation_interval is not set to 60 or 600 s';
      }
      const fields = [
        'srcaddr',
        'dstaddr',
        'dstport',
        'action',
        'flow-direction',
      ];
      const missing = fields.filter(
        field => !(values.log_format ?? '').includes(`\${${field}}`),
      );
      if (missing.length > 0) return `log_format lacks ${missing.join(', ')}`;
      if (values.log_destination_type !== 's3') return true;
      const [options] = values.destination_options ?? [];
      return (
        (options?.file_format === 'parquet' &&
          options.per_hour_partition === true &&
          options.hive_compatible_partitions === true) ||
        'destination_options do not make the archive searchable (parquet, by hour)'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.ResolverQueryLog',
    cfr: ['164.308(a)(1)(ii)(D)', '164.312(b)'],
    title: 'Every VPC logs which names were asked for',
    types: ['aws_vpc'],
    check: (vpc, plan) => {
      const found = plan
        .naming(
          'aws_route53_resolver_query_log_config_association',
          'resource_id',
          vpc,
        )
        .some(({ values }) => {
          const config = plan.find(values.resolver_query_log_config_id);
          return Boolean(config?.values.destination_arn);
        });
      return found || 'no resolver query log is associated with it';
    },
  },
];
