# Every log group of the account and region, those too that nobody has made yet.
resource "aws_cloudwatch_log_account_policy" "this" {
  policy_name = var.name
  policy_type = "SUBSCRIPTION_FILTER_POLICY"
  scope       = "ALL"

  # The criteria can only leave out by name; an empty list is refused.
  selection_criteria = "LogGroupName NOT IN ${jsonencode(var.except)}"

  policy_document = jsonencode(merge(
    {
      DestinationArn = var.destination_arn
      FilterPattern  = ""
      Distribution   = "Random"
    },
    var.role_arn == null ? {} : { RoleArn = var.role_arn },
  ))
}
