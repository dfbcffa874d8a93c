# What all accounts record is read in one, and held against the HIPAA rules.
locals {
  rules = jsondecode(file("${path.module}/hipaa-rules.json"))

  # JSON is YAML too; a logical id has letters and digits alone.
  pack = jsonencode({
    Resources = {
      for name, rule in local.rules : join("", [for part in split("-", name) : title(part)]) => {
        Type = "AWS::Config::ConfigRule"
        Properties = merge(
          { ConfigRuleName = name, Source = { Owner = "AWS", SourceIdentifier = rule.identifier } },
          can(rule.parameters) ? { InputParameters = rule.parameters } : {},
        )
      }
    }
  })
}

resource "aws_config_organization_conformance_pack" "hipaa" {
  name          = "hipaa-security"
  template_body = local.pack
}

resource "aws_config_configuration_aggregator" "this" {
  name = "organisation"
  tags = var.tags

  organization_aggregation_source {
    role_arn = aws_iam_role.aggregator.arn
    regions  = local.regions
  }

  depends_on = [aws_iam_role_policy_attachment.aggregator]
}

resource "aws_iam_role" "aggregator" {
  name                 = "config-aggregator"
  description          = "Config reads which accounts the organisation has"
  assume_role_policy   = data.aws_iam_policy_document.aggregator.json
  max_session_duration = 3600
  tags                 = var.tags
}

data "aws_iam_policy_document" "aggregator" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["config.${local.suffix}"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_iam_role_policy_attachment" "aggregator" {
  role       = aws_iam_role.aggregator.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/service-role/AWSConfigRoleForOrganizations"
}
