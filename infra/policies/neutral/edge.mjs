const WIRING = 'wiring: without it nothing works, and nothing is open';
const DEFAULT = "what is set is AWS's default too";
const NAME = 'a name';
const SPEED = 'how quick it is: what is protected does not change';

export default {
  aws_api_gateway_account: {
    '(the resource)':
      'without it APIs with logs cannot be deployed: AWS refuses them',
    cloudwatch_role_arn: WIRING,
  },
  aws_api_gateway_base_path_mapping: {
    '(the resource)': WIRING,
    stage_name: WIRING,
  },
  aws_api_gateway_client_certificate: { description: NAME },
  aws_api_gateway_deployment: {
    '(the resource)': WIRING,
    triggers: 'without it a change is not deployed',
  },
  aws_api_gateway_domain_name: { '(the resource)': WIRING },
  aws_api_gateway_rest_api: {
    '(the resource)': WIRING,
    description: NAME,
    put_rest_api_mode: DEFAULT,
  },
  aws_api_gateway_stage: { '(the resource)': WIRING },
  aws_cloudfront_distribution: {
    '(the resource)': WIRING,
    aliases: WIRING,
    comment: NAME,
    custom_error_response: 'what is shown where there is no file',
    'custom_error_response.error_caching_min_ttl': SPEED,
    'custom_error_response.response_code':
      'what is shown where there is no file',
    'custom_error_response.response_page_path':
      'what is shown where there is no file',
    default_root_object: 'what is shown at /',
    'default_cache_behavior.cache_policy_id': SPEED,
    'default_cache_behavior.compress': SPEED,
    http_version: SPEED,
    is_ipv6_enabled: 'fewer get in',
    price_class: SPEED,
    wait_for_deployment: DEFAULT,
  },
  aws_cloudfront_origin_access_control: { description: NAME },
  aws_cloudfront_response_headers_policy: { comment: NAME },
  aws_cloudwatch_log_delivery_destination: {
    output_format: 'how the log is laid out',
  },
  aws_lambda_permission: {
    '(the resource)': 'it allows: without it nobody invokes',
    statement_id: NAME,
  },
};
