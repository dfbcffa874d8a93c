export default {
  aws_cloudtrail: { 'advanced_event_selector.name': 'a name' },
};
