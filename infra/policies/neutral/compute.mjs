const WIRING = 'wiring: without it nothing works, and nothing is open';
const DEFAULT = "what is set is AWS's default too";
const LESS = 'it deletes: without it more is kept';
const COST = 'a size: what is protected does not change';

export default {
  aws_ecr_lifecycle_policy: { repository: WIRING },
  aws_ecr_repository_policy: {
    '(the resource)': 'it allows: without it fewer accounts pull',
    repository: WIRING,
  },
  aws_ecs_task_definition: {
    cpu: COST,
    memory: COST,
    family: WIRING,
    runtime_platform: COST,
    'runtime_platform.cpu_architecture': COST,
    'runtime_platform.operating_system_family': DEFAULT,
    volume: 'without it a folder cannot be written',
    '(the resource)': WIRING,
  },
  aws_ecs_service: {
    '(the resource)': WIRING,
    cluster: WIRING,
    task_definition: WIRING,
    launch_type: WIRING,
    platform_version: DEFAULT,
    enable_ecs_managed_tags: 'tags of tasks, for the bill',
    propagate_tags: 'tags of tasks, for the bill',
    health_check_grace_period_seconds: 'shorter: a slow start is taken back',
    load_balancer: WIRING,
    'load_balancer.target_group_arn': WIRING,
    'load_balancer.container_name': WIRING,
    'load_balancer.container_port': WIRING,
    service_registries: WIRING,
    'service_registries.registry_arn': WIRING,
    deployment_configuration: DEFAULT,
    'deployment_configuration.strategy': DEFAULT,
  },
  aws_appautoscaling_target: {
    scalable_dimension: WIRING,
    service_namespace: WIRING,
  },
  aws_appautoscaling_policy: {
    policy_type: WIRING,
    scalable_dimension: WIRING,
    service_namespace: WIRING,
    '(the resource)': 'one of two: the service still grows by the other',
    target_tracking_scaling_policy_configuration: WIRING,
    'target_tracking_scaling_policy_configuration.scale_in_cooldown': COST,
    'target_tracking_scaling_policy_configuration.scale_out_cooldown': COST,
    'target_tracking_scaling_policy_configuration.target_value': COST,
    'target_tracking_scaling_policy_configuration.predefined_metric_specification':
      WIRING,
    'target_tracking_scaling_policy_configuration.predefined_metric_specification.predefined_metric_type':
      WIRING,
  },
  aws_lb: {
    '(the resource)': WIRING,
    enable_http2: DEFAULT,
    idle_timeout: DEFAULT,
    load_balancer_type: DEFAULT,
    preserve_host_header: 'the application sees another host name',
    'access_logs.prefix': 'how the log is laid out',
    'connection_logs.prefix': 'how the log is laid out',
  },
  aws_lb_listener: {
    '(the resource)': WIRING,
    load_balancer_arn: WIRING,
    'default_action.fixed_response.content_type': WIRING,
    'default_action.fixed_response.message_body': 'a text',
  },
  aws_lb_listener_rule: {
    '(the resource)': 'it allows: without it a path is not served',
    listener_arn: WIRING,
    'action.forward.target_group.weight': 'ECS moves the weights',
    priority: WIRING,
  },
  aws_lb_target_group: {
    '(the resource)': WIRING,
    deregistration_delay: 'the default of 300 s is longer',
    load_balancing_algorithm_type: 'which task answers',
    port: WIRING,
    protocol: WIRING,
    vpc_id: WIRING,
    stickiness: 'which task answers',
    'stickiness.enabled': 'which task answers',
    'stickiness.type': WIRING,
    'health_check.protocol': DEFAULT,
    'health_check.interval': 'the default of 30 s is longer',
    'health_check.timeout': DEFAULT,
    'health_check.healthy_threshold': DEFAULT,
    'health_check.unhealthy_threshold': DEFAULT,
  },
  aws_route53_record: {
    '(the resource)': 'a name: without it something is not found',
    zone_id: WIRING,
    type: WIRING,
    ttl: 'how long an answer is kept',
    records: WIRING,
    alias: WIRING,
    allow_overwrite: 'a second certificate of one domain has the same record',
  },
  aws_route53_zone: { comment: 'a name', '(the resource)': WIRING },
  aws_acm_certificate: {
    '(the resource)': WIRING,
    domain_name: WIRING,
    subject_alternative_names: 'names: without them fewer hosts are served',
  },
  aws_acm_certificate_validation: {
    '(the resource)':
      'it waits: without it the listener is refused for a while',
    certificate_arn: WIRING,
    validation_record_fqdns: WIRING,
  },
  aws_cloudwatch_log_resource_policy: { policy_name: 'a name' },
  aws_s3_bucket_lifecycle_configuration: { 'rule.expiration': LESS },
  aws_ecs_cluster_capacity_providers: {
    'default_capacity_provider_strategy.weight': 'there is one provider',
  },
  aws_wafv2_web_acl: {
    'default_action.allow': WIRING,
    'rule.statement.managed_rule_group_statement.rule_action_override':
      'it lets through: without it more is blocked',
    'rule.statement.managed_rule_group_statement.rule_action_override.action_to_use.count':
      'it lets through: without it more is blocked',
    description: 'a name',
    scope: WIRING,
    default_action: WIRING,
    '(the resource)': WIRING,
  },
};
