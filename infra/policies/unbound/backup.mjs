export default [
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsbackup.html
  'backup:(DescribeRestoreJob|PutRestoreValidationResult)',
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
  'secretsmanager:GetRandomPassword',
];
