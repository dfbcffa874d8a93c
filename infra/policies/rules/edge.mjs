// Load balancers, certificates, zones, firewalls.

const TRANSMISSION = ['164.312(e)(1)', '164.312(e)(2)(ii)'];
const MANAGED = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesCommonRuleSet',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesSQLiRuleSet',
];

const isNetwork = ({ values }) => values.load_balancer_type === 'network';

export default [
  {
    id: 'HIPAA.Security-ELBTlsHttpsListenersOnly',
    cfr: TRANSMISSION,
    title:
      'Listeners speak TLS 1.2 and 1.3 with forward secrecy, on 443, with a certificate',
    types: ['aws_lb_listener'],
    check: ({ values }) => {
      if (!/^(HTTPS|TLS)$/.test(values.protocol) || values.port !== 443)
        return 'it is not HTTPS on 443';
      if (
        !/^ELBSecurityPolicy-TLS13-1-[23](-Res)?-/.test(values.ssl_policy ?? '')
      ) {
        return `its TLS policy is ${values.ssl_policy}`;
      }
      return Boolean(values.certificate_arn) || 'it has no certificate';
    },
  },
  {
    id: 'CAREPLANE.HIPAA.ListenerClosed',
    cfr: ['164.312(a)(1)'],
    title:
      'A listener answers 404 to what no rule names, never signs in itself, and tells browsers to stay with TLS',
    types: ['aws_lb_listener'],
    check: ({ values }) => {
      const [action] = values.default_action ?? [];
      // Of a network load balancer: it sees no requests.
      if (values.protocol === 'TLS')
        return (
          (action?.type === 'forward' && Boolean(action.target_group_arn)) ||
          'it leads nowhere'
        );
      if (
        action?.type !== 'fixed-response' ||
        action.fixed_response?.[0]?.status_code !== '404'
      ) {
        return 'what no rule names is answered';
      }
      if (values.routing_http_response_server_enabled !== false)
        return 'it says what it is';
      if (
        values.routing_http_response_x_content_type_options_header_value !==
        'nosniff'
      ) {
        return 'browsers guess types';
      }
      return (
        /max-age=\d{8}/.test(
          values.routing_http_response_strict_transport_security_header_value ??
            '',
        ) || 'browsers may leave TLS'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.NoAuthenticateAction',
    cfr: ['164.312(a)(2)(i)', '164.312(d)'],
    title:
      'Sign-in is the application’s: a rule of a load balancer forwards by path',
    types: ['aws_lb_listener_rule'],
    check: ({ values }) => {
      const actions = (values.action ?? []).filter(
        // CAREPLANE.HIPAA.SignInBefore looks at these.
        ({ type }) => values.tags?.SignIn !== 'cognito' || type === 'forward',
      );
      const kinds = actions.map(({ type }) => type);
      if (kinds.join() !== 'forward')
        return `its actions are ${kinds.join(', ') || 'none'}`;
      if (!actions[0].forward?.[0]?.target_group?.length)
        return 'it names no target group';
      return (
        values.condition?.some(
          one => one.path_pattern?.[0]?.values?.length > 0,
        ) || 'it has no path'
      );
    },
  },
  {
    id: 'HIPAA.Security-ELBLoggingEnabled',
    cfr: ['164.312(b)'],
    title: 'Load balancers log requests and connections',
    types: ['aws_lb'],
    check: ({ values }) => {
      const on = name =>
        values[name]?.[0]?.enabled === true && Boolean(values[name][0].bucket);
      if (!on('access_logs')) return 'requests are not logged';
      if (isNetwork({ values })) return true;
      return on('connection_logs') || 'connections are not logged';
    },
  },
  {
    id: 'HIPAA.Security-ELBDeletionProtectionEnabled',
    cfr: ['164.308(a)(7)(i)', '164.312(c)(1)'],
    title: 'Load balancers are not deleted by mistake',
    types: ['aws_lb'],
    check: ({ values }) =>
      values.enable_deletion_protection === true ||
      'enable_deletion_protection is not set',
  },
  {
    id: 'CKV_AWS_131',
    cfr: TRANSMISSION,
    title:
      'Load balancers drop malformed requests, add where a request came from, and stand in two zones',
    types: ['aws_lb'],
    check: ({ values }) => {
      if (isNetwork({ values })) {
        if (values.enable_cross_zone_load_balancing !== true)
          return 'a zone without a target answers nothing';
      } else {
        if (values.drop_invalid_header_fields !== true)
          return 'invalid headers go through';
        if (values.desync_mitigation_mode !== 'strictest')
          return 'requests may be smuggled';
        if (values.xff_header_processing_mode !== 'append')
          return 'it hides or trusts X-Forwarded-For';
      }
      if (typeof values.internal !== 'boolean')
        return 'it does not say whether it is internal';
      if (!values.security_groups?.length) return 'it has no security group';
      return values.subnets?.length >= 2 || 'it stands in one zone';
    },
  },
  {
    id: 'HIPAA.Security-ALBWAFEnabled',
    cfr: ['164.308(a)(5)(ii)(B)', '164.312(e)(1)'],
    title:
      'A WAF stands before every load balancer, and lets nothing through when it fails',
    types: ['aws_lb'],
    check: (lb, plan) => {
      // It sees no requests; what stands behind it does.
      if (isNetwork(lb)) return true;
      if (lb.values.enable_waf_fail_open !== false)
        return 'a WAF that fails lets all through';
      const [association] = plan.naming(
        'aws_wafv2_web_acl_association',
        'resource_arn',
        lb,
      );
      return Boolean(association?.values.web_acl_arn) || 'it has no web ACL';
    },
  },
  {
    id: 'CKV_AWS_192',
    cfr: ['164.308(a)(5)(ii)(B)', '164.312(e)(1)'],
    title: 'Web ACLs have a rate and the managed rules, and block by them',
    types: ['aws_wafv2_web_acl'],
    check: ({ values }) => {
      const rules = values.rule ?? [];
      const limited = rules.some(
        one =>
          one.action?.[0]?.block?.length > 0 &&
          one.statement?.[0]?.rate_based_statement?.[0]?.limit > 0 &&
          one.statement[0].rate_based_statement[0].aggregate_key_type === 'IP',
      );
      if (!limited) return 'nothing limits how often one asks';
      for (const name of MANAGED) {
        const rule = rules.find(
          one =>
            one.statement?.[0]?.managed_rule_group_statement?.[0]?.name ===
            name,
        );
        if (!rule) return `it lacks ${name}`;
        if (!rule.override_action?.[0]?.none?.length)
          return `${name} only counts`;
      }
      const silent = [values, ...rules].some(
        one =>
          one.visibility_config?.[0]?.cloudwatch_metrics_enabled !== true ||
          one.visibility_config[0].sampled_requests_enabled !== false,
      );
      return !silent || 'it is not measured, or keeps samples of requests';
    },
  },
  {
    id: 'CKV2_AWS_31',
    cfr: ['164.312(b)'],
    title: 'Web ACLs log, without credentials, cookies and queries',
    types: ['aws_wafv2_web_acl'],
    check: (acl, plan) => {
      const [log] = plan.naming(
        'aws_wafv2_web_acl_logging_configuration',
        'resource_arn',
        acl,
      );
      if (!log?.values.log_destination_configs?.length)
        return 'it does not log';
      const fields = log.values.redacted_fields ?? [];
      const headers = fields.flatMap(one =>
        (one.single_header ?? []).map(({ name }) => name),
      );
      const query = fields.some(one => one.query_string?.length > 0);
      return (
        (query &&
          ['authorization', 'cookie'].every(one => headers.includes(one))) ||
        'credentials, cookies or queries are logged'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.CertificateRenews',
    cfr: TRANSMISSION,
    title:
      'Certificates renew by DNS, are logged, and raise an alarm a month before they end',
    types: ['aws_acm_certificate'],
    check: (certificate, plan) => {
      if (certificate.values.validation_method !== 'DNS')
        return 'it is not renewed by DNS';
      if (
        !/^(EC_prime256v1|EC_secp384r1|RSA_2048|RSA_3072)$/.test(
          certificate.values.key_algorithm ?? '',
        )
      ) {
        return 'its key algorithm is not set';
      }
      if (
        certificate.values.options?.[0]
          ?.certificate_transparency_logging_preference !== 'ENABLED'
      ) {
        return 'it is not in the transparency log';
      }
      const watched = plan
        .of('aws_cloudwatch_metric_alarm')
        .some(
          ({ values }) =>
            values.namespace === 'AWS/CertificateManager' &&
            values.metric_name === 'DaysToExpiry' &&
            values.threshold >= 30 &&
            values.dimensions?.CertificateArn === certificate.values.arn,
        );
      return watched || 'no alarm tells that it ends';
    },
  },
  {
    id: 'CKV2_AWS_39',
    cfr: ['164.312(b)'],
    title: 'Public zones log questions, and name who issues certificates',
    types: ['aws_route53_zone'],
    check: (zone, plan) => {
      if (zone.values.force_destroy !== false)
        return 'it goes with its records';
      const ids = [zone.values.zone_id, zone.values.id].filter(Boolean);
      const of = type =>
        plan.of(type).filter(({ values }) => ids.includes(values.zone_id));
      if (zone.values.vpc?.length) return true;
      if (
        !of('aws_route53_query_log').some(
          ({ values }) => values.cloudwatch_log_group_arn,
        )
      ) {
        return 'questions are not logged';
      }
      const own = `:log-group:/aws/route53/${zone.values.name}:`;
      const allowed = plan
        .of('aws_cloudwatch_log_resource_policy')
        .some(({ values }) => values.policy_document?.includes(own));
      if (!allowed) {
        return 'Route 53 may not write the log';
      }
      const caa = of('aws_route53_record').find(
        ({ values }) => values.type === 'CAA',
      );
      return (
        (caa?.values.records?.length > 0 &&
          caa.values.records.every(one => /amazon\.com/.test(one))) ||
        'anybody may issue certificates for it'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.TargetsChecked',
    cfr: ['164.308(a)(7)(i)'],
    title: 'Requests go to tasks that answer 200',
    types: ['aws_lb_target_group'],
    check: ({ values }) => {
      const [check] = values.health_check ?? [];
      // A function is there when it is asked.
      if (values.target_type === 'lambda') return true;
      if (values.target_type !== 'ip') return 'its targets are no tasks';
      return (
        (check?.enabled === true &&
          check.path?.startsWith('/') &&
          check.matcher === '200') ||
        'nothing checks its targets'
      );
    },
  },
  {
    id: 'CAREPLANE.HIPAA.LogPolicyBound',
    cfr: ['164.308(a)(4)(ii)(B)', '164.312(b)'],
    title: 'A service writes to named log groups, for this account',
    types: ['aws_cloudwatch_log_resource_policy'],
    check: ({ values }) => {
      if (typeof values.policy_document !== 'string') return 'it has no policy';
      for (const one of [JSON.parse(values.policy_document).Statement].flat()) {
        if ([one.Resource].flat().includes('*')) return 'it names no log group';
        const keys = Object.values(one.Condition ?? {}).flatMap(Object.keys);
        if (!keys.includes('aws:SourceAccount'))
          return 'the service may act for another account';
      }
      return true;
    },
  },
  {
    id: 'CAREPLANE.HIPAA.LoadBalancerWatched',
    cfr: ['164.308(a)(6)(ii)', '164.312(b)'],
    title: 'Somebody hears of a load balancer that answers with errors itself',
    types: ['aws_lb'],
    check: ({ values }, plan) =>
      isNetwork({ values }) ||
      plan
        .of('aws_cloudwatch_metric_alarm')
        .some(
          one =>
            one.values.namespace === 'AWS/ApplicationELB' &&
            one.values.metric_name === 'HTTPCode_ELB_5XX_Count' &&
            one.values.threshold > 0 &&
            one.values.dimensions?.LoadBalancer === values.arn_suffix,
        ) ||
      'no alarm looks at it',
  },
];
