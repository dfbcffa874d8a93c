export default {
  aws_ssoadmin_account_assignment: {
    '(the resource)': 'it gives: without it a group may less',
  },
  aws_ssoadmin_managed_policy_attachment: {
    '(the resource)': 'it gives: without it a set may less',
  },
  aws_ssoadmin_permission_set: { description: 'a name' },
  aws_ssoadmin_customer_managed_policy_attachment: {
    'customer_managed_policy_reference.path':
      "what is set is AWS's default too",
  },
};
