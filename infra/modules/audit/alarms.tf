# What somebody must hear of at once, after the CIS AWS Foundations Benchmark.
locals {
  watched = {
    unauthorised = {
      what    = "Calls are refused more often than by mistake."
      most    = 25
      pattern = "{ ($.errorCode = \"*UnauthorizedOperation\") || ($.errorCode = \"AccessDenied*\") }"
    }
    no-second-factor = {
      what    = "Somebody signed in without a second factor."
      most    = 0
      pattern = "{ ($.eventName = \"ConsoleLogin\") && ($.additionalEventData.MFAUsed != \"Yes\") && ($.userIdentity.type = \"IAMUser\") && ($.responseElements.ConsoleLogin = \"Success\") }"
    }
    root = {
      what    = "Root was used."
      most    = 0
      pattern = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }"
    }
    sign-in-failures = {
      what    = "Sign-ins fail: somebody may be guessing."
      most    = 5
      pattern = "{ ($.eventName = \"ConsoleLogin\") && ($.errorMessage = \"Failed authentication\") }"
    }
    iam = {
      what    = "A policy was changed outside of Terraform."
      most    = 0
      pattern = "{ ($.eventSource = \"iam.amazonaws.com\") && (($.eventName = \"Put*Policy\") || ($.eventName = \"Delete*Policy\") || ($.eventName = \"Attach*Policy\") || ($.eventName = \"Detach*Policy\") || ($.eventName = \"CreatePolicy*\")) && ($.userIdentity.sessionContext.sessionIssuer.userName != \"${var.deploy_role}\") }"
    }
    trail = {
      what    = "A trail was changed or stopped."
      most    = 0
      pattern = "{ ($.eventSource = \"cloudtrail.amazonaws.com\") && (($.eventName = \"CreateTrail\") || ($.eventName = \"UpdateTrail\") || ($.eventName = \"DeleteTrail\") || ($.eventName = \"StopLogging\") || ($.eventName = \"PutEventSelectors\")) }"
    }
    keys = {
      what    = "A key was disabled, or its deletion scheduled."
      most    = 0
      pattern = "{ ($.eventSource = \"kms.amazonaws.com\") && (($.eventName = \"DisableKey\") || ($.eventName = \"ScheduleKeyDeletion\")) }"
    }
    buckets = {
      what    = "Who may reach a bucket was changed outside of Terraform."
      most    = 0
      pattern = "{ ($.eventSource = \"s3.amazonaws.com\") && (($.eventName = \"PutBucketPolicy\") || ($.eventName = \"DeleteBucketPolicy\") || ($.eventName = \"PutBucketAcl\") || ($.eventName = \"DeletePublicAccessBlock\") || ($.eventName = \"PutBucketLifecycle\")) && ($.userIdentity.sessionContext.sessionIssuer.userName != \"${var.deploy_role}\") }"
    }
    config = {
      what    = "Recording of configurations was stopped or changed."
      most    = 0
      pattern = "{ ($.eventSource = \"config.amazonaws.com\") && (($.eventName = \"StopConfigurationRecorder\") || ($.eventName = \"DeleteDeliveryChannel\") || ($.eventName = \"PutDeliveryChannel\") || ($.eventName = \"PutConfigurationRecorder\")) }"
    }
    network = {
      what    = "A security group, network ACL, gateway, route or VPC was changed outside of Terraform."
      most    = 0
      pattern = "{ ($.eventSource = \"ec2.amazonaws.com\") && (($.eventName = \"*SecurityGroup*\") || ($.eventName = \"*NetworkAcl*\") || ($.eventName = \"*Gateway\") || ($.eventName = \"*Route*\") || ($.eventName = \"*Vpc\")) && ($.readOnly IS FALSE) && ($.userIdentity.sessionContext.sessionIssuer.userName != \"${var.deploy_role}\") }"
    }
    organisation = {
      what    = "An account, a policy or a delegation of the organisation was changed."
      most    = 0
      pattern = "{ ($.eventSource = \"organizations.amazonaws.com\") && ($.readOnly IS FALSE) }"
    }
    backups = {
      what    = "A backup vault, its lock or a recovery point was touched."
      most    = 0
      pattern = "{ ($.eventSource = \"backup.amazonaws.com\") && (($.eventName = \"DeleteBackupVault*\") || ($.eventName = \"DeleteRecoveryPoint\") || ($.eventName = \"PutBackupVaultAccessPolicy\") || ($.eventName = \"DeleteBackupPlan\")) }"
    }
  }
}

resource "aws_cloudwatch_log_metric_filter" "this" {
  for_each = local.watched

  name           = "${var.name}-${each.key}"
  log_group_name = aws_cloudwatch_log_group.this.name
  pattern        = each.value.pattern

  metric_transformation {
    namespace     = "Careplane/Audit"
    name          = each.key
    value         = "1"
    default_value = "0"
    unit          = "Count"
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.watched

  alarm_name          = "audit-${each.key}"
  alarm_description   = each.value.what
  namespace           = "Careplane/Audit"
  metric_name         = aws_cloudwatch_log_metric_filter.this[each.key].metric_transformation[0].name
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = each.value.most
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.alarm_topic_arn]
  ok_actions          = [var.alarm_topic_arn]
  tags                = var.tags
}
