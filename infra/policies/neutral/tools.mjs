const WIRING = 'wiring: without it nothing works, and nothing is open';
const DEFAULT = "what is set is AWS's default too";
const SIZE = 'a size';

export default {
  aws_customer_gateway: {
    '(the resource)': WIRING,
    bgp_asn: WIRING,
    ip_address: WIRING,
  },
  aws_iam_instance_profile: { '(the resource)': WIRING, role: WIRING },
  aws_instance: {
    '(the resource)': WIRING,
    ami: WIRING,
    instance_type: SIZE,
    subnet_id: WIRING,
    'metadata_options.http_endpoint': DEFAULT,
    'root_block_device.delete_on_termination': DEFAULT,
    'root_block_device.volume_size': SIZE,
    'root_block_device.volume_type': SIZE,
  },
  aws_scheduler_schedule: {
    description: 'a name',
    group_name: WIRING,
    kms_key_arn: 'it holds ids of machines alone, and AWS encrypts it',
    schedule_expression_timezone: 'which hour of the day: a day stays a day',
    'target.retry_policy': 'the defaults try for a day',
    'target.retry_policy.maximum_event_age_in_seconds':
      'the default tries for a day',
    'target.retry_policy.maximum_retry_attempts':
      'the default tries more often',
    'target.role_arn': WIRING,
  },
  aws_ssm_document: {
    '(the resource)':
      'without it nobody opens a shell: the standard document is not allowed',
    document_format: DEFAULT,
  },
  aws_vpn_connection: {
    '(the resource)': WIRING,
    customer_gateway_id: WIRING,
    static_routes_only: DEFAULT,
    tunnel1_enable_tunnel_lifecycle_control:
      'without it AWS replaces an end when it likes; the other tunnel carries',
    tunnel2_enable_tunnel_lifecycle_control:
      'without it AWS replaces an end when it likes; the other tunnel carries',
    'tunnel1_log_options.cloudwatch_log_options.log_output_format': 'a format',
    'tunnel2_log_options.cloudwatch_log_options.log_output_format': 'a format',
    vpn_gateway_id: WIRING,
  },
  aws_vpn_gateway: { '(the resource)': WIRING, amazon_side_asn: DEFAULT },
  aws_vpn_gateway_attachment: { '(the resource)': WIRING },
  aws_vpn_gateway_route_propagation: { '(the resource)': WIRING },
};
