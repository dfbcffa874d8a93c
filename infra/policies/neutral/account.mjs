export default {
  aws_ec2_instance_metadata_defaults: {
    http_endpoint: 'without it each instance decides, and IMDSv2 holds',
    instance_metadata_tags: 'off is its default',
  },
  aws_sns_topic: { display_name: 'a name' },
};
