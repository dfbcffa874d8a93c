const WIRING = 'wiring: without it nothing works, and nothing is open';
const SIZE = 'a size';

export default {
  aws_ebs_volume: { size: SIZE, type: SIZE },
  aws_eip_association: {
    '(the resource)': WIRING,
    allocation_id: WIRING,
    instance_id: WIRING,
  },
  aws_volume_attachment: { '(the resource)': WIRING },
  aws_cloudwatch_log_metric_filter: {
    'metric_transformation.default_value': 'without it no data is no event',
  },
};
