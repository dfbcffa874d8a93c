export default {
  aws_secretsmanager_secret: { description: 'a name' },
  aws_secretsmanager_secret_rotation: {
    rotate_immediately: 'at once is its default',
  },
  aws_secretsmanager_secret_version: {
    '(the resource)': 'without a first value the first rotation fails, loudly',
    secret_string_wo_version: 'without it the first value is not written',
  },
};
