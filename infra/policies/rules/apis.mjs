// APIs of API Gateway: who calls, by what, and what is kept of it.
import { each } from '../../../scripts/infra/policies/plan.mjs';

const TRANSMISSION = ['164.312(e)(1)', '164.312(e)(2)(ii)'];
const ACCESS = ['164.312(a)(1)', '164.312(d)'];
const PAYLOAD = /querystring|requestBody|responseBody|\.path\b|headers/i;

const settingsOf = (plan, { values }) =>
  plan
    .of('aws_api_gateway_method_settings')
    .filter(
      one =>
        one.values.rest_api_id === values.rest_api_id &&
        one.values.stage_name === values.stage_name &&
        one.values.method_path === '*/*',
    )
    .flatMap(one => one.values.settings ?? []);

const stage = (id, cfr, title, check) => ({
  id,
  cfr,
  title,
  types: ['aws_api_gateway_stage'],
  check: (resource, plan) =>
    check(resource, settingsOf(plan, resource)[0] ?? {}, plan),
});

export default [
  stage(
    'HIPAA.Security-APIGWExecutionLoggingEnabled',
    ['164.312(b)'],
    'APIs log who called and what came of it, without payloads and queries, to groups that are encrypted and kept',
    ({ values }, settings, plan) => {
      if (!['INFO', 'ERROR'].includes(settings.logging_level))
        return 'it logs no executions';
      if (settings.metrics_enabled !== true) return 'it is not measured';
      if (settings.data_trace_enabled !== false) return 'it logs payloads';
      const { destination_arn: to, format } =
        values.access_log_settings?.[0] ?? {};
      if (!to) return 'it has no access log';
      if (PAYLOAD.test(format)) return 'its access log has more than facts';
      const name = `API-Gateway-Execution-Logs_${values.rest_api_id}/${values.stage_name}`;
      return (
        plan
          .of('aws_cloudwatch_log_group')
          .some(group => group.values.name === name) ||
        'API Gateway makes its log group, without key and retention'
      );
    },
  ),
  stage(
    'HIPAA.Security-APIGWCacheEnabledAndEncrypted',
    ['164.312(a)(2)(iv)', '164.312(e)(2)(ii)'],
    'Answers are not kept in a cache; one that is added is encrypted, and nobody empties it',
    ({ values }, settings) => {
      if (
        values.cache_cluster_enabled !== false ||
        settings.caching_enabled !== false
      )
        return 'it keeps answers';
      if (settings.cache_data_encrypted !== true)
        return 'a cache would not be encrypted';
      return (
        (settings.require_authorization_for_cache_control === true &&
          settings.unauthorized_cache_control_header_strategy ===
            'FAIL_WITH_403') ||
        'anybody may empty a cache'
      );
    },
  ),
  stage(
    'HIPAA.Security-APIGWSSLEnabled',
    TRANSMISSION,
    'An API shows a certificate to what is behind it',
    ({ values }) =>
      Boolean(values.client_certificate_id) || 'it shows no certificate',
  ),
  stage(
    'HIPAA.Security-APIGWXrayEnabled',
    ['164.312(b)'],
    'Requests are traced',
    ({ values }) =>
      values.xray_tracing_enabled === true || 'requests are not traced',
  ),
  stage(
    'CAREPLANE.HIPAA.ApiThrottled',
    ['164.308(a)(7)(i)'],
    'Nobody takes the whole of an API',
    (_, settings) =>
      (settings.throttling_rate_limit > 0 &&
        settings.throttling_burst_limit > 0) ||
      'it has no limits',
  ),
  stage(
    'AwsSolutions-APIG3',
    ['164.308(a)(5)(ii)(B)', '164.312(e)(1)'],
    'A WAF stands before every API',
    ({ values }, _, plan) =>
      plan
        .of('aws_wafv2_web_acl_association')
        .some(
          one =>
            one.values.resource_arn === values.arn && one.values.web_acl_arn,
        ) || 'it has no web ACL',
  ),
  stage(
    'CAREPLANE.HIPAA.ApiWatched',
    ['164.308(a)(6)(ii)', '164.312(b)'],
    'Somebody hears of an API that fails',
    ({ values }, _, plan) => {
      const names = plan
        .of('aws_api_gateway_rest_api')
        .filter(one => one.values.id === values.rest_api_id)
        .map(one => one.values.name);
      return (
        plan
          .of('aws_cloudwatch_metric_alarm')
          .some(
            one =>
              one.values.namespace === 'AWS/ApiGateway' &&
              one.values.metric_name === '5XXError' &&
              one.values.threshold > 0 &&
              names.includes(one.values.dimensions?.ApiName),
          ) || 'no alarm looks at it'
      );
    },
  ),
  {
    id: 'HIPAA.Security-APIGWAuthorised',
    cfr: ACCESS,
    title: 'Every route asks who calls, and there is one way in',
    types: ['aws_api_gateway_rest_api'],
    check: ({ values }) => {
      if (values.disable_execute_api_endpoint !== true)
        return 'its own address answers too';
      const types = values.endpoint_configuration?.[0]?.types ?? [];
      if (types.join() !== 'REGIONAL') return 'it is not regional';
      if (typeof values.body !== 'string') return 'it has no routes';
      const { paths, components } = JSON.parse(values.body);
      const known = Object.keys(components?.securitySchemes ?? {});
      for (const [path, item] of Object.entries(paths)) {
        for (const { security } of Object.values(item)) {
          const asked = each(security).flatMap(Object.keys);
          if (!asked.length || asked.some(one => !known.includes(one)))
            return `${path} is open`;
        }
      }
      return true;
    },
  },
  {
    id: 'CKV_AWS_206',
    cfr: TRANSMISSION,
    title: 'Domains of APIs speak TLS 1.2 or later, with a certificate',
    types: ['aws_api_gateway_domain_name'],
    check: ({ values }) => {
      if (!/^(TLS_1_2|SecurityPolicy_TLS1[23])/.test(values.security_policy))
        return `its TLS policy is ${values.security_policy}`;
      const types = values.endpoint_configuration?.[0]?.types ?? [];
      if (types.join() !== 'REGIONAL') return 'it is not regional';
      return Boolean(values.regional_certificate_arn) || 'no certificate';
    },
  },
  {
    id: 'CAREPLANE.HIPAA.RouteByAlias',
    cfr: ['164.312(c)(1)', '164.308(a)(4)(ii)(B)'],
    title:
      'An API invokes an alias, which rollouts and rollbacks move, for this account',
    types: ['aws_lambda_permission'],
    check: ({ values }) => {
      if (!/^apigateway\./.test(values.principal)) return true;
      if (!values.qualifier) return 'it invokes no alias';
      return Boolean(values.source_account) || 'of any account';
    },
  },
];
