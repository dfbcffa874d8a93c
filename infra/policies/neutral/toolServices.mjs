const FEWER = 'one of several: the others are mailed';

export default {
  aws_lb_target_group_attachment: {
    '(the resource)': 'wiring: without it nothing works, and nothing is open',
  },
  aws_s3_bucket: {
    object_lock_enabled:
      'false is its default; CT.S3.PR.9 holds it where objects are locked',
  },
  aws_sns_topic_subscription: {
    '(the resource)': FEWER,
    filter_policy: 'without it more is mailed to a developer',
    filter_policy_scope: "what is set is AWS's default too",
  },
};
