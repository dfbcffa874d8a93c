data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  region     = data.aws_region.current.region
  suffix     = data.aws_partition.current.dns_suffix
  here       = "arn:${local.partition}:codecommit:${local.region}:${local.account_id}"
}

# The platform's own repositories. Those of services are made by Careplane.
resource "aws_codecommit_repository" "this" {
  for_each = var.repositories

  repository_name = each.key
  description     = each.value
  default_branch  = var.protected_branches[0]
  kms_key_id      = var.kms_key_arn
  tags            = var.tags

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_codecommit_approval_rule_template" "this" {
  name        = "${var.name}-approvals"
  description = "Who writes does not decide alone what is merged"

  content = jsonencode({
    Version               = "2018-11-08"
    DestinationReferences = [for branch in var.protected_branches : "refs/heads/${branch}"]
    Statements = [{
      Type                    = "Approvers"
      NumberOfApprovalsNeeded = var.approvals
      ApprovalPoolMembers     = sort(tolist(var.approvers))
    }]
  })
}

resource "aws_codecommit_approval_rule_template_association" "this" {
  for_each = aws_codecommit_repository.this

  approval_rule_template_name = aws_codecommit_approval_rule_template.this.name
  repository_name             = each.value.repository_name
}
