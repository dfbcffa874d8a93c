const DEFAULT = "what is set is AWS's default too";
const SPEED = 'how fast it is: what is protected does not change';

export default {
  aws_iam_service_linked_role: {
    '(the resource)': 'without it the domain cannot be made',
    description: 'a name',
  },
  aws_opensearch_domain: {
    auto_tune_options: SPEED,
    'auto_tune_options.rollback_on_disable': SPEED,
    'auto_tune_options.use_off_peak_window': SPEED,
    'cluster_config.dedicated_master_enabled': DEFAULT,
    'cluster_config.instance_type': SPEED,
    'cluster_config.multi_az_with_standby_enabled': DEFAULT,
    'off_peak_window_options.off_peak_window.window_start_time.minutes':
      DEFAULT,
  },
};
