export default {
  aws_organizations_policy: {
    description: 'a name',
    skip_destroy: 'false is its default',
    type: 'a service control policy is its default',
  },
  aws_organizations_policy_attachment: {
    skip_destroy: 'false is its default',
  },
};
