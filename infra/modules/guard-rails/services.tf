locals {
  terraform = ["arn:*:iam::*:role/${var.deploy_role}"]

  # Under the business associate addendum, as IAM's prefixes; those that the
  # platform or its services may come to use.
  # https://aws.amazon.com/compliance/hipaa-eligible-services-reference/
  eligible = toset([
    "acm", "acm-pca", "airflow", "amplify", "apigateway", "appconfig", "appflow", "application-autoscaling", "appmesh", "appstream",
    "appsync", "athena", "autoscaling", "backup", "backup-storage", "batch", "bedrock", "cloudformation", "cloudfront", "cloudhsm",
    "cloudtrail", "cloudwatch", "codeartifact", "codebuild", "codecommit", "codedeploy", "codepipeline", "cognito-identity",
    "cognito-idp", "cognito-sync", "comprehend", "comprehendmedical", "config", "connect", "databrew", "dataexchange", "datasync",
    "detective", "directconnect", "dms", "drs", "ds", "dynamodb", "ebs", "ec2", "ec2-instance-connect", "ec2messages", "ecr", "ecs",
    "eks", "elasticache", "elasticbeanstalk", "elasticfilesystem", "elasticloadbalancing", "elasticmapreduce", "emr-serverless", "es",
    "events", "execute-api", "firehose", "fis", "fms", "fsx", "geo", "glacier", "globalaccelerator", "glue", "guardduty",
    "healthlake", "imagebuilder", "inspector2", "iot", "kafka", "kendra", "kinesis", "kinesisanalytics", "kinesisvideo", "kms",
    "lakeformation", "lambda", "lex", "logs", "macie2", "mediaconvert", "medical-imaging", "memorydb", "mq", "neptune-db",
    "network-firewall", "omics", "personalize", "pipes", "polly", "quicksight", "ram", "rds", "rds-data", "rds-db", "redshift",
    "redshift-data", "rekognition", "route53", "route53resolver", "s3", "s3-object-lambda", "sagemaker", "scheduler", "schemas",
    "secretsmanager", "securityhub", "servicecatalog", "servicediscovery", "ses", "shield", "sms-voice", "snowball", "sns", "sqs",
    "ssm", "ssm-guiconnect", "ssmmessages", "states", "storagegateway", "swf", "synthetics", "textract", "timestream", "transcribe",
    "transfer", "translate", "vpc-lattice", "waf-regional", "wafv2", "wellarchitected", "workdocs", "workspaces", "xray",
  ])

  # No health data passes through them: identity, the organisation, money, help.
  without_health_data = toset([
    "access-analyzer", "account", "aws-portal", "billing", "budgets", "ce", "cloudshell", "codeconnections", "codestar-connections",
    "codestar-notifications", "compute-optimizer", "consoleapp", "controltower", "cur", "freetier", "health", "iam", "identitystore",
    "notifications", "organizations", "pricing", "resource-explorer-2", "resource-groups", "servicequotas", "signer", "signin", "sso",
    "sso-directory", "sts", "support", "tag", "tax", "trustedadvisor", "user-subscriptions",
  ])

  # Those that answer from one region, whatever region one works in.
  global = [
    "account", "aws-portal", "billing", "budgets", "ce", "cloudfront", "cur", "fms", "globalaccelerator", "health", "iam",
    "identitystore", "organizations", "pricing", "route53", "route53domains", "shield", "sso", "sts", "support", "tag",
    "trustedadvisor", "waf",
  ]
}
