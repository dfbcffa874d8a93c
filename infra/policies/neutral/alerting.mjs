const WIRING = 'wiring: without it nothing works, and nothing is open';

export default {
  aws_connect_contact_flow: {
    '(the resource)': WIRING,
    description: 'a name',
    type: "what is set is AWS's default too",
  },
  aws_dynamodb_table: {
    '(the resource)': WIRING,
    attribute: WIRING,
    hash_key: WIRING,
    ttl: 'without it incidents of long ago stay; they hold no health information',
    'ttl.attribute_name': WIRING,
    'ttl.enabled': 'without it incidents of long ago stay',
  },
  aws_sns_topic_policy: {
    'policy: every resource': "a topic's policy is about that topic alone",
  },
  aws_sqs_queue_redrive_allow_policy: {
    '(the resource)':
      'without it other queues of the account may put dead letters there',
    redrive_allow_policy:
      'without it other queues of the account may put dead letters there',
  },
};
