const WIRING = 'wiring: without it nothing works, and nothing is open';
const DEFAULT = "what is set is AWS's default too";

export default {
  aws_cognito_user_pool: {
    auto_verified_attributes: 'without it an address is verified by hand',
    username_attributes: WIRING,
    username_configuration: 'how names are compared',
    'username_configuration.case_sensitive': 'how names are compared',
  },
  aws_cognito_user_pool_client: {
    '(the resource)': WIRING,
    supported_identity_providers: WIRING,
  },
  aws_cognito_user_pool_domain: {
    '(the resource)': WIRING,
    managed_login_version: 'how the page looks',
  },
  aws_secretsmanager_secret: { description: 'a name' },
  aws_secretsmanager_secret_version: {
    '(the resource)': WIRING,
    secret_string: WIRING,
  },
  aws_service_discovery_private_dns_namespace: {
    '(the resource)': WIRING,
    description: 'a name',
  },
  aws_service_discovery_service: {
    '(the resource)': WIRING,
    description: 'a name',
    dns_config: WIRING,
    'dns_config.routing_policy': DEFAULT,
  },
  aws_sqs_queue: {
    message_retention_seconds:
      'the default of 4 days is longer; CT.SQS.PR.1 holds it for dead letters',
    receive_wait_time_seconds: 'how often the portal asks',
    visibility_timeout_seconds: DEFAULT,
  },
};
