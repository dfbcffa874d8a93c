export default {
  aws_iam_service_linked_role: {
    '(the resource)': 'without it Config cannot be switched on at all',
    description: 'a name',
  },
};
