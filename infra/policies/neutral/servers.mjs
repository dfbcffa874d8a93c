const WIRING = 'wiring: without it nothing works, and nothing is open';
const SIZE = 'a size';

export default {
  aws_autoscaling_group: {
    '(the resource)': WIRING,
    availability_zones: WIRING,
    desired_capacity: SIZE,
    health_check_grace_period:
      'longer: a slow start is not taken for a failure',
    'instance_refresh.preferences': WIRING,
    'instance_refresh.strategy': WIRING,
    'launch_template.id': WIRING,
    'launch_template.version': WIRING,
    launch_template: WIRING,
    metrics_granularity: "what is set is AWS's default too",
    tag: 'tags of the group; those of machines are of the template',
    wait_for_capacity_timeout: 'how long an apply waits',
  },
  aws_autoscaling_lifecycle_hook: { lifecycle_transition: WIRING },
  aws_autoscaling_schedule: {
    time_zone: 'which hour of the day: a day stays a day',
  },
  aws_launch_template: {
    '(the resource)': WIRING,
    image_id: WIRING,
    instance_type: SIZE,
    update_default_version: WIRING,
    'block_device_mappings.device_name': WIRING,
    'block_device_mappings.ebs.delete_on_termination':
      'without it the disk of a bridge stays',
    'block_device_mappings.ebs.volume_size': SIZE,
    'block_device_mappings.ebs.volume_type': SIZE,
    'metadata_options.http_endpoint': "what is set is AWS's default too",
    'metadata_options.instance_metadata_tags':
      "what is set is AWS's default too",
    network_interfaces: WIRING,
    'network_interfaces.device_index': WIRING,
    'network_interfaces.network_interface_id': WIRING,
  },
  aws_network_interface: {
    '(the resource)': WIRING,
    description: 'a name',
    subnet_id: WIRING,
  },
  aws_lb_listener: {
    alpn_policy: "what is set is AWS's default too",
    'default_action.target_group_arn': WIRING,
  },
  aws_lb_target_group: {
    'health_check.port': WIRING,
  },
  aws_ebs_volume: { size: SIZE, type: SIZE },
  aws_eip_association: {
    '(the resource)': WIRING,
    allocation_id: WIRING,
    instance_id: WIRING,
    network_interface_id: WIRING,
  },
  aws_volume_attachment: { '(the resource)': WIRING },
  aws_cloudwatch_log_metric_filter: {
    'metric_transformation.default_value': 'without it no data is no event',
  },
};
