data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region
  suffix     = data.aws_partition.current.dns_suffix

  iam = "arn:${local.partition}:iam::${local.account_id}"
  # `here["lambda"]` is the start of every ARN of that service in this account.
  here = {
    for service in [
      "apigateway", "cloudformation", "cloudwatch", "codebuild", "codecommit", "codedeploy", "codepipeline", "ecr", "ecs",
      "elasticloadbalancing", "events", "kms", "lambda", "logs", "scheduler", "sns", "sqs", "wafv2", "ec2",
    ] : service => "arn:${local.partition}:${service}:${local.region}:${local.account_id}"
  }

  # Roles that the templates make are called so, and nothing else is.
  service_roles  = "${local.iam}:role/svc-*"
  pipeline_roles = "${local.iam}:role/pipeline-*"

  is_delivery            = var.delivery != null
  first_stage_account_id = try(var.delivery.first_stage_account_id, null)
  tested_account_ids     = try(var.delivery.tested_account_ids, [])
  artifact_bucket        = try(var.delivery.artifact_bucket, var.artifact_bucket)
  # Releases are under the bucket's own key; other accounts name it too.
  artifact_kms_key_arn = try(var.delivery.artifact_kms_key, var.artifact_kms_key_arn)
}

# What documents name of what is made here. Terraform reads a document that names
# a resource directly only when it applies; by way of a local it can be planned,
# tested and held against policies.
locals {
  cloudformation_role_arn = aws_iam_role.cloudformation.arn
  scheduler_role_arn      = aws_iam_role.scheduler.arn
  boundary_arn            = aws_iam_policy.boundary.arn
  deadline_log_arn        = aws_cloudwatch_log_group.deadline.arn
  deadline_queue_arn      = aws_sqs_queue.deadline.arn
  schedule_group_arn      = aws_scheduler_schedule_group.this.arn
  deadline_arn            = aws_lambda_function.deadline.arn
}
